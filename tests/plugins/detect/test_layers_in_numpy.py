"""Layers in NumPy against PyTorch's, on random numbers."""

import numpy as np
import pytest

from vsat_plugins._kernels.numpy_layers import as_rows, convolved, convolved_rows, recurrent

torch = pytest.importorskip("torch")
RNG = np.random.default_rng(4)


def random(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize(("taps", "stride"), [(1, 1), (5, 1), (3, 2), (251, 10), (3, 5)])
@pytest.mark.parametrize("more", [0, 1, 13])
def test_convolutions_are_torchs(taps, stride, more):
    x, weights = random(2, taps + more, 7), random(6, 7, taps)
    given = torch.from_numpy(x.transpose(0, 2, 1))
    expected = torch.nn.functional.conv1d(given, torch.from_numpy(weights), stride=stride)
    rows = convolved_rows(x, as_rows(weights), taps, stride)
    np.testing.assert_allclose(rows.transpose(0, 2, 1), expected, atol=1e-4)
    np.testing.assert_allclose(convolved(x[0].T, weights, stride), expected[0], atol=1e-4)


def test_two_recurrent_layers_of_three_sequences_are_torchs():
    """The second half goes on where the first one ended."""
    layers, sums, again = [torch.nn.LSTM(5, 8) for _ in range(2)], [], []
    x, begin = random(20, 3, 5), random(2, 2, 3, 8)
    expected = []
    for layer, hidden, cell in zip(layers, *begin, strict=True):
        w_in, w_again, *biases = (p.detach() for p in layer.parameters())
        sums.append(x @ w_in.numpy().T + sum(biases).numpy())
        again.append(w_again.numpy().T)
        start = tuple(torch.from_numpy(state[None]) for state in (hidden, cell))
        expected.append(layer(torch.from_numpy(x), start)[0].detach().numpy())
    together = np.stack(sums, 1)
    first, cell = recurrent(together[:11], np.stack(again), *begin)
    second, _ = recurrent(together[11:], np.stack(again), first[-1], cell)
    found = np.concatenate([first, second])
    np.testing.assert_allclose(found, np.stack(expected, 1), atol=1e-5)
