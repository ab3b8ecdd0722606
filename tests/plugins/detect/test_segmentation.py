"""segmentation-3.0: filters against a published conversion of the model, techniques against each
other, odd inputs.
"""

import numpy as np
import pytest
import soundfile

from tests._support.paths import ROOT
from tests._support.variants import made, names
from vsat_core.artifacts import Audio, Environment
from vsat_core.contract.workspace import Workspace
from vsat_plugins.detect import SEGMENTATION
from vsat_plugins.detect.segmentation import (
    FRAME_HOP,
    FRAME_WIDTH,
    N_FRAMES,
    WINDOW,
    activity_of,
    window_starts,
)

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def variants():
    return {n: made("detect", n, threads=1) for n in names("detect", "segmentation")}


@pytest.fixture(scope="module")
def arrays():
    from vsat_plugins.detect.segmentation_weights import load

    return load(SEGMENTATION.path())


def detect(variant, samples):
    with Workspace() as run:
        return variant(Audio(samples.astype(np.float32)), run=run)


def test_sinc_filters_are_those_of_the_core_ml_conversion(arrays):
    """FluidInference converted the model independently; its first tensor holds the filters in half
    precision.
    """
    models = SEGMENTATION.path().parent.parent
    blob = models / "pyannote_segmentation.mlmodelc" / "weights" / "weight.bin"
    converted = np.fromfile(blob, np.float16, 80 * 251, offset=128).astype(np.float32)
    np.testing.assert_allclose(arrays["filters"][:, 0], converted.reshape(80, 251), atol=5e-4)


@pytest.mark.parametrize("n_windows", [1, 2, 6, 7])
def test_networks_agree(arrays, n_windows):
    """Short windows that overlap by all but two frames, of sound with an offset; every shape of a
    tile occurs.
    """
    import torch

    from vsat_plugins.detect import (
        segmentation_baseline,
        segmentation_jit,
        segmentation_vectorized,
    )
    from vsat_plugins.detect.segmentation_net import load
    from vsat_plugins.detect.segmentation_numba import weights_of

    length = FRAME_WIDTH + 20 * FRAME_HOP
    starts = np.arange(n_windows) * 2 * FRAME_HOP
    rng = np.random.default_rng(3)
    sound = (0.05 + 0.1 * rng.standard_normal(starts[-1] + length)).astype(np.float32)
    windows = np.stack([sound[s : s + length] for s in starts.tolist()])
    expected = activity_of(np.stack([segmentation_baseline.scores_of(w, arrays) for w in windows]))
    compiled = segmentation_jit.scores(sound, starts, length, weights_of(arrays))[..., :7]
    vectorized = segmentation_vectorized.scores(sound, starts, length, arrays)
    with torch.inference_mode():
        library = load(SEGMENTATION.path())(torch.from_numpy(windows)).numpy()
    assert expected.shape == (n_windows, 21, 3)
    np.testing.assert_allclose(np.exp(library).sum(-1), 1, atol=1e-5)
    np.testing.assert_allclose(activity_of(compiled), expected, atol=2e-5)
    np.testing.assert_allclose(activity_of(vectorized), expected, atol=2e-5)
    np.testing.assert_allclose(activity_of(library), expected, atol=2e-5)


@pytest.mark.parametrize("n", [0, 1, 100, 990, 991, 160_001])
@pytest.mark.parametrize("fill", [0.0, 1e-4])
def test_silence_and_faint_noise_are_no_speech(variants, n, fill):
    samples = fill * np.random.default_rng(0).standard_normal(n)
    for name, variant in variants.items():
        if name.endswith("baseline") and n == 160_001:
            continue  # a third of a second a window
        speech = detect(variant, samples)
        assert len(speech.start) == 0
        assert speech.n_samples == n


@pytest.mark.parametrize(
    ("n_samples", "step", "expected"),
    [
        (1000, 10, [0]),
        (160_000, 10, [0]),
        (160_001, 10, [0, 1]),
        (160_000 + 25 * 270, 10, [0, 10, 20, 25]),
    ],
)
def test_windows_cover_everything(n_samples, step, expected):
    assert window_starts(n_samples, step) == expected
    assert (WINDOW - FRAME_WIDTH) // FRAME_HOP + 1 == N_FRAMES


@pytest.fixture(scope="module")
def dialogue(speech_data):
    """The first 16 seconds of three people reading in turn."""
    return soundfile.read(
        speech_data / "composed" / "short_3spk_overlap.flac", 256_000, dtype="float32"
    )[0]


@pytest.fixture(scope="module")
def expected(variants, dialogue):
    """What the specification finds in the dialogue."""
    return detect(variants["segmentation.baseline"], dialogue)


@pytest.mark.speech_data
def test_speech_is_found_where_it_is(expected, speech_data):
    truth = np.zeros(1600, bool)
    rttm = (speech_data / "composed" / "short_3spk_overlap.rttm").read_text()
    for line in rttm.splitlines():
        begin, length = map(float, line.split()[3:5])
        truth[round(begin * 100) : round((begin + length) * 100)] = True
    spoken = np.zeros(1600, bool)
    for start, end in zip(*expected.union(), strict=True):
        spoken[start // 160 : end // 160] = True
    assert np.mean(truth == spoken) > 0.93


@pytest.mark.speech_data
@pytest.mark.parametrize("gain", [0.01, 3.0])
def test_level_does_not_matter(variants, dialogue, expected, gain):
    scaled = detect(variants["segmentation.numba"], dialogue * gain)
    assert abs(len(expected.start) - len(scaled.start)) <= 1
    spoken = (expected.end - expected.start).sum()
    assert abs((scaled.end - scaled.start).sum() - spoken) < 0.01 * spoken


@pytest.mark.parametrize("technique", ["onnx", "vectorized"])
def test_speech_in_which_the_network_hears_nobody_is_found_by_the_second_detector(
    technique, monkeypatch
):
    """Two sentences of a conversation, to a network that is deaf to the second half of them."""
    sound, _ = soundfile.read(
        ROOT / "test_data" / "short_conversation.wav", 160_000, dtype="float32"
    )
    audio = Audio(sound, Environment("quiet", -20.0, -60.0, 40.0, 8000.0))
    variant = made("detect", f"segmentation.{technique}", threads=1)
    with Workspace() as run:
        whole = variant(audio, run=run)
    whole_activity = variant.activity

    def deaf(samples, starts):
        activity = whole_activity(samples, starts).copy()
        activity[:, N_FRAMES // 2 :] = 0
        return activity

    monkeypatch.setattr(variant, "activity", deaf)
    with Workspace() as run:
        found = variant(audio, run=run)
    half = len(sound) // 2
    later = found.start > half
    assert later.any() and (found.voice[later] == -1).all()
    spoken = [(s.end - s.start)[s.start > half].sum() for s in (whole, found)]
    assert spoken[1] > 0.7 * spoken[0]
