"""CAM++ made smaller: near the full network on speech, the same each time, and equal to it where
nothing is left out.
"""

import numpy as np
import pytest
import soundfile

from tests._support.paths import TEST_DATA
from tests._support.spans import speech_of
from tests._support.variants import called, ready
from vsat_core.artifacts import Audio
from vsat_plugins.embed import CAMPPLUS

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def given():
    """Six seconds of speech, and a short piece of it."""
    path = TEST_DATA / "short_conversation.wav"
    samples = soundfile.read(path, frames=112_000, dtype="float32")[0]
    speech = speech_of([(0, 96_000, -1), (100_000, 107_000, -1)], len(samples))
    return called(ready("features", "fbank80.baseline"), Audio(samples), speech), speech


@pytest.fixture(scope="module")
def full(given):
    return called(ready("embed", "campplus.batched"), *given).vectors


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def test_eight_bits_are_near(full, given):
    found = called(ready("embed", "campplus.quantized"), *given).vectors
    assert cosines(found, full).min() > 0.98
    assert not np.array_equal(found, full)


@pytest.mark.parametrize(
    ("ratio", "least", "most"), [(0.0, 0.9999, 1.0), (0.125, 0.95, 0.999), (0.25, 0.8, 0.98)]
)
def test_the_fewer_channels_the_less_near(full, given, ratio, least, most):
    found = called(ready("embed", "campplus.pruned", ratio=ratio), *given).vectors
    assert least < np.mean(cosines(found, full)) <= most + 1e-6


def test_pruned_layers_are_smaller():
    from vsat_plugins.embed.campplus_net import load
    from vsat_plugins.embed.campplus_pruned import pruned

    net = load(CAMPPLUS.path())
    small = pruned(net, torch.randn(1, 100, 80, generator=torch.Generator().manual_seed(1)), 0.5)
    assert small.blocks[0].layers[0].taps.shape == (64, 96)
    assert small.front[0].first.weight.shape == (16, 32, 3, 3)
    assert net.blocks[0].layers[0].taps.shape == (128, 96)


def test_a_redundant_channel_can_go():
    """Half of the channels are multiples of the others: the least that stays is enough to give what
    all gave.
    """
    from vsat_plugins.embed import campplus_pruned

    random = torch.Generator().manual_seed(2)
    one = torch.rand(200, 8, generator=random, dtype=torch.float64)
    z = torch.cat([one, one * 0.5], 1)
    used = torch.randn(16, 5, generator=random, dtype=torch.float64)
    keep, share = campplus_pruned.fitted(z.T @ z, used, 0.5)
    found = z[:, keep] @ (share.T @ used)
    assert len(keep) == 8
    assert float((found - z @ used).norm() / (z @ used).norm()) < 0.5
