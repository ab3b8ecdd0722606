"""Silero VAD against the package of its authors: probabilities frame by frame, segments sample by
sample.
"""

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings, strategies as st

from tests._support.paths import ROOT
from tests._support.variants import made, names
from vsat_core.artifacts import Audio
from vsat_core.errors import ModelMissing
from vsat_plugins.detect import SILERO
from vsat_plugins.detect.frames import Timing, segments_of
from vsat_plugins.detect.silero import n_frames

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def variants():
    """The stage in every technique, ready."""
    return {n: made("detect", n, threads=2) for n in names("detect", "silero")}


@pytest.fixture(params=names("detect", "silero"))
def variant(request, variants):
    return variants[request.param]


def probabilities(variant, samples):
    out = np.zeros(n_frames(len(samples)), np.float32)
    variant.probabilities(samples, out, lambda _: None)
    return out


@pytest.fixture(scope="module")
def package():
    """The authors' package and its streaming model."""
    import silero_vad

    return silero_vad, silero_vad.load_silero_vad(onnx=True)


def speech(n_seconds):
    """The beginning of a conversation, which is repeated."""
    samples, _ = soundfile.read(ROOT / "test_data" / "short_conversation.wav", dtype="float32")
    return np.resize(samples, int(n_seconds * 16_000))


def streamed(model, samples):
    """Probabilities one frame at a time, as the package computes them."""
    import torch

    model.reset_states()
    padded = np.pad(samples, (0, -len(samples) % 512))
    return np.array(
        [
            model(torch.from_numpy(padded[i : i + 512]), 16_000).item()
            for i in range(0, len(padded), 512)
        ]
    )


@pytest.mark.parametrize("n_samples", [1, 100, 512, 513, 16 * 16_000 + 77])
def test_probabilities_are_the_packages(variants, package, n_samples):
    samples = speech(17)[:n_samples]
    expected = streamed(package[1], samples)
    for name, variant in variants.items():
        np.testing.assert_allclose(
            probabilities(variant, samples), expected, atol=2e-5, err_msg=name
        )
    assert n_samples < 16_000 or expected.max() > 0.5 > expected.min()


def test_segments_are_the_packages(variants, package, workspace):
    import torch

    samples = speech(20)
    expected = package[0].get_speech_timestamps(torch.from_numpy(samples), package[1])
    assert len(expected) > 1
    for name, variant in variants.items():
        segments = variant(Audio(samples), run=workspace)
        assert segments.start.tolist() == [s["start"] for s in expected], name
        assert segments.end.tolist() == [s["end"] for s in expected], name


@settings(max_examples=150, deadline=None)
@given(
    probability=st.lists(st.sampled_from([0.1, 0.34, 0.4, 0.45, 0.6]), min_size=1, max_size=40),
    cut=st.integers(0, 511),
    min_speech=st.sampled_from([0, 64, 250]),
    min_pause=st.sampled_from([0, 33, 100, 200]),
    pad=st.sampled_from([0, 30, 200]),
)
def test_rules_are_the_packages(package, probability, cut, min_speech, min_pause, pad):
    n_samples = 512 * len(probability) - cut
    expected = package[0].utils_vad.get_speech_timestamps_from_probs(
        probability,
        min_speech_duration_ms=min_speech,
        min_silence_duration_ms=min_pause,
        speech_pad_ms=pad,
        audio_length_samples=n_samples,
    )
    p = np.array(probability)
    timing = Timing.seconds(min_speech / 1000, min_pause / 1000, pad / 1000)
    start, end = segments_of(p >= 0.5, p < 0.35, 512, n_samples, timing)
    assert start.tolist() == [s["start"] for s in expected]
    assert end.tolist() == [s["end"] for s in expected]


@pytest.mark.parametrize("n_samples", [0, 1, 100, 48_000])
@pytest.mark.parametrize("level", [0, 0.05])
def test_silence_and_noise_are_no_speech(variant, n_samples, level, workspace):
    noise = level * np.random.default_rng(1).standard_normal(n_samples)
    segments = variant(Audio(noise.astype(np.float32)), run=workspace)
    assert (len(segments.start), segments.n_samples) == (0, n_samples)


def test_blocks_do_not_show(variants, monkeypatch):
    from vsat_plugins.detect import silero, silero_onnx

    samples = speech(4)
    large = {name: probabilities(variant, samples) for name, variant in variants.items()}
    for module in (silero, silero_onnx):
        monkeypatch.setattr(module, "BLOCK_FRAMES", 33)
    monkeypatch.setattr(silero, "BLOCKS", 3)
    for name, variant in variants.items():
        # libraries add in an order that depends on the size of the block
        exact = name in ("silero.baseline", "silero.numba")
        np.testing.assert_allclose(
            probabilities(variant, samples), large[name], 0, 0 if exact else 1e-5, err_msg=name
        )


@pytest.mark.parametrize("damage", [slice(0, 0), slice(0, 5000), slice(5, None)])
def test_a_damaged_file_is_one_line(tmp_path, damage):
    from vsat_plugins.detect.silero_weights import load

    path = tmp_path / "weights.onnx"
    path.write_bytes(SILERO.path().read_bytes()[damage])
    with pytest.raises(ModelMissing, match=r"weights\.onnx: not"):
        load(path)
