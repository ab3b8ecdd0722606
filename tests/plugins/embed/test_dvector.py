"""d-vectors against torch's own recurrent layers, the techniques against each other, and the stage
on odd inputs.
"""

import numpy as np
import pytest

from tests._support.spans import speech_of
from tests._support.variants import called, fast, names, ready
from vsat_core.artifacts import Features, Speech
from vsat_plugins.embed import DVECTOR

torch = pytest.importorskip("torch")
PARAMS = {"window_s": 0.5, "hop_s": 0.25}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """The published weights; random ones of the same shapes where they are not installed."""
    if DVECTOR.found():
        return DVECTOR.path()
    torch.manual_seed(1)
    layers = {
        "lstm": torch.nn.LSTM(40, 256, 3, batch_first=True),
        "linear": torch.nn.Linear(256, 256),
    }
    state = {
        f"{name}.{k}": w for name, layer in layers.items() for k, w in layer.state_dict().items()
    }
    path = tmp_path_factory.mktemp("weights") / "pretrained.pt"
    torch.save({"model_state": state}, path)
    return path


@pytest.fixture(scope="module")
def stages(weights):
    """Every technique, ready, by name and number of threads."""
    with pytest.MonkeyPatch.context() as patch:
        if not DVECTOR.found():
            patch.setenv("VSAT_MODELS", str(weights.parent))
        return {
            (name, n): ready("embed", name, {"threads": n}, **PARAMS)
            for name in names("embed", "dvector")
            for n in (1, 3)
        }


def inputs(spans: list[tuple[int, int, int]], gain: float = 1.0) -> tuple[Features, Speech]:
    """Frames such as mel40 gives: powers over many orders of magnitude."""
    speech = speech_of(spans)
    start, end = speech.union()
    offsets = np.r_[0, np.cumsum(np.maximum((end - start - 400) // 160 + 1, 0))]
    frames = gain * np.exp(np.random.default_rng(1).normal(-5, 3, (int(offsets[-1]), 40)))
    return Features(frames.astype(np.float32), start, offsets, 160, 400), speech


def test_is_torchs_lstm_with_the_same_weights(stages, weights):
    """Resemblyzer's forward: last hidden state, linear, relu, divided by its length."""
    state = torch.load(weights, map_location="cpu", weights_only=True)["model_state"]
    lstm, linear = torch.nn.LSTM(40, 256, 3, batch_first=True), torch.nn.Linear(256, 256)
    for name, net in (("lstm", lstm), ("linear", linear)):
        net.load_state_dict(
            {k.removeprefix(f"{name}."): w for k, w in state.items() if k.startswith(f"{name}.")}
        )
    features, speech = inputs([(0, 8000, 0)])
    with torch.inference_mode():
        _, (hidden, _) = lstm(torch.tensor(features.frames)[None])
        raw = torch.relu(linear(hidden[-1]))
        wanted = raw / torch.norm(raw, dim=1, keepdim=True)
    found = called(stages["dvector.baseline", 1], features, speech)
    np.testing.assert_allclose(found.vectors, wanted, atol=1e-5)


SPANS = [
    (0, 8000, 0),
    (9000, 14_001, 1),
    (12_000, 13_100, 0),
    (15_000, 15_400, 2),
    (16_000, 16_300, -1),
    (17_000, 27_500, -1),
]


@pytest.mark.parametrize("gain", [0.0, 1.0, 1e6])
@pytest.mark.parametrize("name", fast("embed", "dvector"))
def test_every_technique_gives_what_the_baseline_gives(stages, name, gain):
    given = inputs(SPANS, gain)
    wanted, found = (called(stages[n, 1], *given) for n in ("dvector.baseline", name))
    for column in ("start", "end", "segment"):
        np.testing.assert_array_equal(getattr(found, column), getattr(wanted, column))
    np.testing.assert_allclose(found.vectors, wanted.vectors, atol=1e-4)
    assert len(found.vectors) >= 6
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-5)
    assert called(stages[name, 3], *given) == found
