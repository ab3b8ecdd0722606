"""fbank80 against Kaldi's own code, and its techniques against each other."""

import kaldi_native_fbank
import numpy as np
import pytest

from tests._support.variants import fast, names
from vsat_plugins.features.mel import kaldi_filters

T = np.arange(24_000) / 16_000
SIGNALS = {
    "noise": 0.1 * np.random.default_rng(1).standard_normal(len(T)),
    "quiet noise": 1e-4 * np.random.default_rng(2).standard_normal(len(T)),
    "full-scale tone": 0.9 * np.sin(2 * np.pi * 440 * T),
    "offset and hum": 0.5 + 0.4 * np.sin(2 * np.pi * 100 * T),
    "clicks": np.where(np.arange(len(T)) % 500 == 0, 0.7, 0.0),
    "zeros": np.zeros(len(T)),
}


def kaldi(samples):
    """The same frames from kaldi-native-fbank."""
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.dither = 0.0
    options.mel_opts.num_bins = 80
    extractor = kaldi_native_fbank.OnlineFbank(options)
    extractor.accept_waveform(16_000, samples.tolist())
    extractor.input_finished()
    return np.stack([extractor.get_frame(i) for i in range(extractor.num_frames_ready)])


@pytest.mark.parametrize("stage", names("features", "fbank80"))
@pytest.mark.parametrize("name", SIGNALS)
def test_every_technique_gives_kaldis_frames(stage, name, frames):
    samples = SIGNALS[name].astype(np.float32)
    np.testing.assert_allclose(frames(stage, samples), kaldi(samples), atol=2e-3)


@pytest.mark.parametrize("stage", fast("features", "fbank80"))
def test_silence_is_the_floor_exactly(stage, frames):
    silent = frames(stage, np.zeros(1600, np.float32))
    assert np.all(silent == np.log(np.float32(2.0**-23)))


def test_filters_of_neighbours_add_to_one():
    filters = kaldi_filters(80, 512, 20, 8000)
    mel = 1127 * np.log(1 + np.arange(257) * 31.25 / 700)
    step = (mel[-1] - 1127 * np.log(1 + 20 / 700)) / 81
    inside = (mel > 1127 * np.log(1 + 20 / 700) + step) & (mel < mel[-1] - step)
    np.testing.assert_allclose(filters[inside].sum(axis=1), 1, atol=1e-12)
    assert filters[-1].max() < 1e-12
