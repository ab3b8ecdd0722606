"""Embeddings by statistics: the transform against scipy, the statistics by hand, speakers,
and odd inputs.
"""

import attrs
import numpy as np
import pytest
import scipy.fft
import scipy.signal

from tests._support.spans import speech_of, unknown
from tests._support.variants import called, fast, ready
from vsat_core.artifacts import Audio, Embeddings, Features, Speech
from vsat_plugins.embed import levels, stats, stats_baseline, stats_blocks

FRONT_ENDS = ("fbank80", "mel40")


def framed(audio: Audio, speech: Speech, front_end: str = "fbank80") -> Features:
    return called(ready("features", f"{front_end}.baseline"), audio, speech)


def embed(audio: Audio, speech: Speech, front_end: str = "fbank80", **params: float) -> Embeddings:
    features = framed(audio, speech, front_end)
    return called(ready("embed", "stats.baseline", **params), features, speech)


def two_voices(n_turns: int = 6) -> tuple[Audio, Speech]:
    """Turns of 2.4 s, alternately through one resonance and another, with room noise between
    them.
    """
    rng = np.random.default_rng(3)
    samples = 1e-4 * rng.standard_normal(n_turns * 48_000)
    pairs = []
    for k in range(n_turns):
        sound = rng.standard_normal(38_400) * (
            1.2 + np.sin(2 * np.pi * 4 * np.arange(38_400) / 16_000)
        )
        hz = (500, 1500) if k % 2 == 0 else (800, 1200)
        for peak in hz:
            sound = scipy.signal.lfilter(*scipy.signal.iirpeak(peak, 3, fs=16_000), sound)
        pairs.append((k * 48_000 + 4000, k * 48_000 + 42_400))
        samples[slice(*pairs[-1])] += 0.1 * sound / sound.std()
    return Audio(samples.astype(np.float32)), unknown(pairs, len(samples))


@pytest.mark.parametrize("n_bins", [40, 80])
def test_basis_is_scipys_cosine_transform(n_bins):
    frames = np.random.default_rng(1).standard_normal((5, n_bins))
    expected = scipy.fft.dct(frames, norm="ortho", axis=1)[:, :30]
    np.testing.assert_allclose(frames @ stats.cosine_basis(n_bins, 30), expected, atol=1e-12)


def test_statistics_of_a_moving_coefficient():
    """Coefficient 3 swings between 1 and 5: mean 3, deviation 2; loudness goes into the deviations
    only.
    """
    basis = stats.cosine_basis(80, 6)
    frames = np.outer([1.0, 5.0, 1.0, 5.0], basis[:, 3]) + 7 * basis[:, 0]
    values = stats_baseline.statistics_of(frames, basis)
    np.testing.assert_allclose(values, [0, 0, 3, 0, 0, 0, 0, 0, 2, 0, 0], atol=1e-12)


def test_power_and_its_logarithm_are_the_same_voice():
    frames = np.random.default_rng(2).uniform(1e-6, 5, (20, 40))
    np.testing.assert_array_equal(levels.log_mel(frames), np.log(frames))
    assert np.isfinite(levels.log_mel(np.zeros((1, 40)))).all()


def test_the_deviation_is_that_within_a_voice():
    """Ten windows of each of two voices, interleaved: the voices differ by 100, its
    windows by 2.
    """
    voice = np.tile([4, -9], 10)
    values = (
        np.where(voice == 4, 100.0, 0.0)[:, None] + np.repeat(np.tile([0.0, 2.0], 5), 2)[:, None]
    )
    assert stats.deviations(values, voice) == pytest.approx(2.0)
    assert stats.deviations(values, np.arange(20)) == pytest.approx(values.std())
    assert stats.deviations(np.ones((20, 1)), voice) == 1.0
    assert stats.deviations(1 + 1e-7 * values, voice) == 1.0  # rounding, not a voice


def test_common_part_is_the_cosine_of_unrelated_embeddings():
    values = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    vectors = stats.unit_vectors(values, np.arange(4), 0.4)
    cosines = vectors @ vectors.T
    assert cosines[0, 0] == pytest.approx(1)
    assert cosines[0, 2] == pytest.approx(0.4)
    assert cosines[0, 1] == pytest.approx(0.4 - 0.6)


@pytest.mark.parametrize("front_end", FRONT_ENDS)
@pytest.mark.parametrize("gain", [1.0, 0.1])
def test_two_voices_are_told_apart(front_end, gain):
    audio, speech = two_voices()
    found = embed(attrs.evolve(audio, samples=audio.samples * np.float32(gain)), speech, front_end)
    cosines = found.vectors @ found.vectors.T
    same = (found.segment[:, None] - found.segment) % 2 == 0
    assert cosines[same].min() > cosines[~same].max()


@pytest.fixture(scope="module")
def scenes():
    """Two voices with overlap, pieces of many lengths, constant and silent sound, a single frame,
    and none.
    """
    audio, speech = two_voices(3)
    n = len(audio.samples)
    bounds = [0, 30_011, 30_011, 30_300, 33_333, 43_019, 43_000, 50_001, 60_000, 60_400, 70_000, n]
    pieces = speech_of(list(zip(bounds[::2], bounds[1::2], [0, 1, 0, 2, 1, 0], strict=True)), n)
    flat, silent = (Audio(np.full(n, level, np.float32)) for level in (0.25, 0))
    sounds = [(audio, speech), (audio, pieces), (flat, pieces), (silent, pieces)]
    sounds += [(audio, unknown(pairs, n)) for pairs in ([(0, 400)], [(0, 399)], [])]
    return [(framed(*sound, front), sound[1]) for sound in sounds for front in FRONT_ENDS]


@pytest.mark.parametrize("name", fast("embed", "stats"))
@pytest.mark.parametrize("params", [{}, {"join_s": 30.0, "cepstra": 5, "hop_s": 0.3}])
def test_every_technique_gives_what_the_baseline_gives(scenes, name, params, monkeypatch):
    monkeypatch.setattr(stats_blocks, "BLOCK_WINDOWS", 3)
    baseline, variant = (
        ready("embed", n, {"threads": 2}, **params) for n in ("stats.baseline", name)
    )
    for given in scenes:
        wanted, found = called(baseline, *given), called(variant, *given)
        for column in ("start", "end", "segment"):
            np.testing.assert_array_equal(getattr(found, column), getattr(wanted, column))
        np.testing.assert_allclose(found.vectors, wanted.vectors, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, rtol=1e-5)
