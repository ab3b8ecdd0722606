"""segmentation-3.0: filters against a published conversion of the model, the stage on speech, and odd inputs."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from vsat_core.artifacts import Audio, Speech
from vsat_core.plugin import Threads
from vsat_core.workspace import Workspace
from vsat_plugins.detect import SEGMENTATION, SegmentationParams

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def variant():
    """The stage, ready."""
    from vsat_plugins.detect.segmentation import Batched

    stage = Batched(SegmentationParams(), Threads(threads=1))
    stage.prepare()
    return stage


def detect(variant, samples: np.ndarray) -> Speech:
    """One call."""
    with Workspace() as run:
        return variant(Audio(samples.astype(np.float32)), run=run)


def test_sinc_filters_are_those_of_the_core_ml_conversion() -> None:
    """FluidInference converted the model independently; its first tensor holds the filters in half precision."""
    from vsat_plugins.detect.segmentation_net import KERNEL, load

    blob = SEGMENTATION.path().parent.parent / "pyannote_segmentation.mlmodelc" / "weights" / "weight.bin"
    theirs = np.fromfile(blob, np.float16, 80 * KERNEL, offset=128).astype(np.float32).reshape(80, KERNEL)
    ours = load(SEGMENTATION.path()).filters.numpy()[:, 0]
    np.testing.assert_allclose(ours, theirs, atol=5e-4)


def test_network_gives_probabilities_for_each_frame() -> None:
    import torch

    from vsat_plugins.detect.segmentation_net import FRAME_HOP, FRAME_WIDTH, load

    net = load(SEGMENTATION.path())
    with torch.inference_mode():
        out = net(torch.randn(2, FRAME_WIDTH + 9 * FRAME_HOP))
    assert out.shape == (2, 10, 7)
    np.testing.assert_allclose(out.exp().sum(-1), 1, atol=1e-5)


@pytest.mark.parametrize("n", [0, 1, 100, 990, 991, 160_001])
@pytest.mark.parametrize("fill", [0.0, 1e-4])
def test_silence_and_faint_noise_are_no_speech(variant, n: int, fill: float) -> None:
    speech = detect(variant, fill * np.random.default_rng(0).standard_normal(n))
    assert len(speech.start) == 0
    assert speech.n_samples == n


@pytest.mark.parametrize(("n_samples", "step", "expected"), [
    (1000, 10, [0]), (160_000, 10, [0]), (160_001, 10, [0, 1]), (160_000 + 25 * 270, 10, [0, 10, 20, 25]),
])
def test_windows_cover_everything(n_samples: int, step: int, expected: list[int]) -> None:
    from vsat_plugins.detect.segmentation import window_starts

    assert window_starts(n_samples, step) == expected


@pytest.fixture
def dialogue(speech_data: Path) -> np.ndarray:
    """The first 24 seconds of three people reading in turn."""
    return soundfile.read(speech_data / "composed" / "short_3spk_overlap.flac", 384_000, dtype="float32")[0]


@pytest.fixture
def found(variant, dialogue: np.ndarray) -> Speech:
    """What the stage says about it."""
    return detect(variant, dialogue)


@pytest.mark.speech_data
def test_speech_is_found_where_it_is(found: Speech, speech_data: Path) -> None:
    lines = [line.split() for line in (speech_data / "composed" / "short_3spk_overlap.rttm").read_text().splitlines()]
    truth = np.zeros(2400, bool)
    for line in lines:
        truth[round(float(line[3]) * 100) : round((float(line[3]) + float(line[4])) * 100)] = True
    spoken = np.zeros(2400, bool)
    for start, end in zip(*found.union(), strict=True):
        spoken[start // 160 : end // 160] = True
    assert np.mean(truth == spoken) > 0.93


@pytest.mark.speech_data
@pytest.mark.parametrize("gain", [0.01, 3.0])
def test_level_does_not_matter(variant, dialogue: np.ndarray, found: Speech, gain: float) -> None:
    scaled = detect(variant, dialogue * gain)
    assert abs(len(found.start) - len(scaled.start)) <= 1
    spoken = (found.end - found.start).sum()
    assert abs((scaled.end - scaled.start).sum() - spoken) < 0.01 * spoken


@pytest.mark.speech_data
def test_same_answer_twice(variant, dialogue: np.ndarray, found: Speech) -> None:
    assert detect(variant, dialogue) == found
