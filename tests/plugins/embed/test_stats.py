"""Voice prints by statistics: the transform against scipy, the statistics by hand, voices apart,
and odd inputs.
"""

from __future__ import annotations

import doctest

import attrs
import numpy as np
import pytest
import scipy.fft
import scipy.signal

from vsat_core.artifacts import Audio, Embeddings, Features, Speech
from vsat_core.contract.workspace import Workspace
from vsat_core.plugin import NoParams, Threads
from vsat_plugins.embed import (
    NetworkTuning,
    StatsParams,
    stats,
    stats_batched,
    stats_blocks,
    stats_numba,
)
from vsat_plugins.features import fbank80_baseline as fbank80, mel40_baseline as mel40

FRONT_ENDS = [
    pytest.param(fbank80.Baseline, id="fbank80"),
    pytest.param(mel40.Baseline, id="mel40"),
]


def speech_of(
    pairs: list[tuple[int, int]], n_samples: int, voice: list[int] | None = None
) -> Speech:
    """Speech from pairs of samples."""
    bounds = np.array(pairs, np.int64).reshape(-1, 2)
    voices = np.array(voice if voice else [-1] * len(bounds), np.int32)
    return Speech(bounds[:, 0], bounds[:, 1], voices, n_samples)


def embed(
    audio: Audio, speech: Speech, front_end: type = fbank80.Baseline, **params: float
) -> Embeddings:
    """Voice prints of this speech."""
    with Workspace() as run:
        features = front_end(NoParams(), NoParams())(audio, speech, run=run)
        return stats.Baseline(StatsParams(**params), NoParams())(features, speech, run=run)


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
    return Audio(samples.astype(np.float32)), speech_of(pairs, len(samples))


@pytest.mark.parametrize("n_bins", [40, 80])
def test_basis_is_scipys_cosine_transform(n_bins: int) -> None:
    frames = np.random.default_rng(1).standard_normal((5, n_bins))
    expected = scipy.fft.dct(frames, norm="ortho", axis=1)[:, :30]
    np.testing.assert_allclose(frames @ stats.cosine_basis(n_bins, 30), expected, atol=1e-12)


def test_statistics_of_a_moving_coefficient() -> None:
    """Coefficient 3 swings between 1 and 5: mean 3, deviation 2; loudness goes into the deviations
    only.
    """
    basis = stats.cosine_basis(80, 6)
    frames = np.outer([1.0, 5.0, 1.0, 5.0], basis[:, 3]) + 7 * basis[:, 0]
    values = stats.statistics_of(frames, basis)
    np.testing.assert_allclose(values, [0, 0, 3, 0, 0, 0, 0, 0, 2, 0, 0], atol=1e-12)


def test_power_and_its_logarithm_are_the_same_voice() -> None:
    frames = np.random.default_rng(2).uniform(1e-6, 5, (20, 40))
    np.testing.assert_array_equal(stats.log_mel(frames), np.log(frames))
    assert np.isfinite(stats.log_mel(np.zeros((1, 40)))).all()


def test_spread_is_the_change_within_a_voice() -> None:
    """Ten windows of each of two voices, interleaved: the voice itself is 100 apart, its
    windows 2.
    """
    voice = np.tile([4, -9], 10)
    values = (
        np.where(voice == 4, 100.0, 0.0)[:, None] + np.repeat(np.tile([0.0, 2.0], 5), 2)[:, None]
    )
    assert stats.spread_of(values, voice) == pytest.approx(2.0)
    assert stats.spread_of(values, np.arange(20)) == pytest.approx(values.std())
    assert stats.spread_of(np.ones((20, 1)), voice) == 1.0
    assert stats.spread_of(1 + 1e-7 * values, voice) == 1.0  # rounding, not a voice


def test_common_part_is_the_cosine_of_opposites_and_strangers() -> None:
    values = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    prints = stats.prints_of(values, np.arange(4), 0.4)
    cosines = prints @ prints.T
    assert cosines[0, 0] == pytest.approx(1)
    assert cosines[0, 2] == pytest.approx(0.4)
    assert cosines[0, 1] == pytest.approx(0.4 - 0.6)


@pytest.mark.parametrize("front_end", FRONT_ENDS)
@pytest.mark.parametrize("gain", [1.0, 0.1])
def test_two_voices_are_apart(front_end: type, gain: float) -> None:
    audio, speech = two_voices()
    prints = embed(attrs.evolve(audio, samples=audio.samples * np.float32(gain)), speech, front_end)
    cosines = prints.vectors @ prints.vectors.T
    same = (prints.segment[:, None] - prints.segment) % 2 == 0
    assert cosines[same].min() > cosines[~same].max()


def test_windows_lie_inside_their_segments() -> None:
    audio, speech = two_voices()
    prints = embed(audio, speech)
    assert np.all(prints.start >= speech.start[prints.segment])
    assert np.all(prints.end <= speech.end[prints.segment])
    assert set(prints.segment.tolist()) == set(range(6))
    np.testing.assert_allclose(np.linalg.norm(prints.vectors, axis=1), 1, rtol=1e-5)


def test_known_voices_share_windows() -> None:
    audio, speech = two_voices()
    known = attrs.evolve(speech, voice=np.array([0, 1] * 3, np.int32))
    prints = embed(audio, known, join_s=30.0)
    by_voice = [prints.vectors[prints.segment % 2 == k] for k in (0, 1)]
    np.testing.assert_array_equal(by_voice[0], np.tile(by_voice[0][0], (len(by_voice[0]), 1)))
    assert by_voice[0][0] @ by_voice[1][0] < 0.5


def test_overlapped_speech_is_left_out() -> None:
    audio, _ = two_voices()
    prints = embed(audio, speech_of([(4000, 30_000), (20_000, 42_400)], len(audio.samples)))
    assert prints.end[prints.segment == 0].max() <= 20_000
    assert prints.start[prints.segment == 1].min() >= 30_000


@pytest.mark.parametrize("pairs", [[], [(0, 100)], [(0, 100), (200, 300)]])
@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_no_frames_no_prints(pairs: list[tuple[int, int]], front_end: type) -> None:
    prints = embed(Audio(np.zeros(1000, np.float32)), speech_of(pairs, 1000), front_end)
    assert prints.vectors.shape == (0, 60)
    assert len(prints.start) == len(prints.end) == len(prints.segment) == 0


@pytest.mark.parametrize("n_samples", [400, 16_000, 48_000])
@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_silence_and_a_single_segment_give_finite_prints(n_samples: int, front_end: type) -> None:
    prints = embed(
        Audio(np.zeros(n_samples, np.float32)), speech_of([(0, n_samples)], n_samples), front_end
    )
    assert len(prints.vectors) >= 1
    np.testing.assert_allclose(np.linalg.norm(prints.vectors, axis=1), 1, rtol=1e-5)


def test_same_answer_twice_and_inputs_unchanged(workspace) -> None:
    audio, speech = two_voices(3)
    features: Features = fbank80.Baseline(NoParams(), NoParams())(audio, speech, run=workspace)
    before = features.digest(), speech.digest()
    variant = stats.Baseline(StatsParams(), NoParams())
    variant.prepare()
    assert variant(features, speech, run=workspace) == variant(features, speech, run=workspace)
    assert (features.digest(), speech.digest()) == before


FAST = [
    pytest.param(stats_blocks.Vectorized, NoParams(), id="vectorized"),
    pytest.param(stats_numba.Numba, Threads(threads=2), id="numba"),
    pytest.param(stats_batched.Batched, NetworkTuning(threads=2), id="batched"),
]


@pytest.fixture(scope="module")
def scenes() -> list[tuple[Features, Speech]]:
    """Two voices with overlap, pieces of many lengths, constant and silent sound, a single frame,
    and none.
    """
    audio, speech = two_voices(3)
    n = len(audio.samples)
    pieces = speech_of(
        [
            (0, 30_011),
            (30_011, 30_300),
            (33_333, 43_019),
            (43_000, 50_001),
            (60_000, 60_400),
            (70_000, n),
        ],
        n,
        [0, 1, 0, 2, 1, 0],
    )
    flat = Audio(np.full(n, 0.25, np.float32)), Audio(np.zeros(n, np.float32))
    with Workspace() as run:
        return [
            (front.Baseline(NoParams(), NoParams())(sound, talk, run=run), talk)
            for sound, talk in [
                (audio, speech),
                (audio, pieces),
                *((a, pieces) for a in flat),
                (audio, speech_of([(0, 400)], n)),
                (audio, speech_of([(0, 399)], n)),
                (audio, speech_of([], n)),
            ]
            for front in (fbank80, mel40)
        ]


@pytest.mark.parametrize(("fast", "tuning"), FAST)
@pytest.mark.parametrize("params", [StatsParams(), StatsParams(join_s=30.0, cepstra=5, hop_s=0.3)])
def test_every_technique_gives_what_the_baseline_gives(
    scenes: list[tuple[Features, Speech]],
    fast: type,
    tuning: object,
    params: StatsParams,
    monkeypatch,
    workspace,
) -> None:
    monkeypatch.setattr(stats_blocks, "BLOCK_WINDOWS", 3)
    variant = fast(params, tuning)
    variant.prepare()
    for given in scenes:
        wanted = stats.Baseline(params, NoParams())(*given, run=workspace)
        found = variant(*given, run=workspace)
        for name in ("start", "end", "segment"):
            np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))
        np.testing.assert_allclose(found.vectors, wanted.vectors, rtol=1e-4, atol=1e-5)


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(stats_batched).failed == 0
