"""cut: pieces are disjoint, sorted, short enough, and end where it is quiet."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests._support.spans import speech_of
from tests._support.variants import called, names, ready
from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_core.contract.workspace import Workspace
from vsat_plugins.cut.pauses import padded

BASELINE, *FAST = names("cut", "pauses")
VOICES, *MORE = names("cut", "voices")


def cut(
    samples: np.ndarray, spans: list[tuple[float, ...]], name: str = BASELINE, **params: float
) -> Utterances:
    """Pieces of speech given as start and end in seconds, and the voice where it is known."""
    times = [(round(a * SAMPLE_RATE), round(b * SAMPLE_RATE), voice) for a, b, *voice in spans]
    rows = [(start, end, voice[0] if voice else -1) for start, end, voice in times]
    stage = ready("cut", name, {"batch": 2}, **params)
    return called(stage, Audio(samples), speech_of(rows, len(samples)))


def seconds(utterances: Utterances) -> list[tuple[float, float]]:
    columns = (utterances.start / SAMPLE_RATE, utterances.end / SAMPLE_RATE)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_short_pauses_are_bridged_and_long_ones_end_a_piece():
    sound = np.zeros(20 * SAMPLE_RATE, np.float32)
    spans = [(1, 2), (2.3, 3), (6, 7)]
    assert seconds(cut(sound, spans, max_pause_s=0.5, pad_s=0.25)) == [(0.75, 3.25), (5.75, 7.25)]


def test_neighbours_are_not_joined_beyond_the_target():
    sound = np.zeros(20 * SAMPLE_RATE, np.float32)
    spans = [(0, 3), (3.1, 6), (6.1, 9)]
    assert seconds(cut(sound, spans, target_s=6.0, pad_s=0.0)) == [(0, 6), (6.1, 9)]


def test_padding_stays_in_the_recording_and_shares_pauses():
    assert padded([(2, 10), (12, 20)], 5, 22) == [(0, 11), (11, 22)]


def test_long_pieces_are_cut_in_the_dip():
    rng = np.random.default_rng(1)
    sound = rng.standard_normal(30 * SAMPLE_RATE).astype(np.float32) * 0.1
    sound[12 * SAMPLE_RATE : round(12.2 * SAMPLE_RATE)] *= 0.01
    first, second = seconds(cut(sound, [(0, 30)], max_s=20.0, pad_s=0.0))
    assert first[1] == second[0]
    assert 12 <= first[1] <= 12.2


def test_quietest_takes_the_first_of_equals_and_the_middle_of_a_short_range():
    stage = ready("cut", BASELINE)
    assert stage.quietest(np.zeros(4000, np.float32), 0, 3200) == 800
    assert stage.quietest(np.zeros(4000, np.float32), 100, 200) == 150


@given(length=st.integers(1, 4000), longest=st.integers(20, 900), seed=st.integers(0, 9))
def test_split_covers_the_piece_within_the_limits(length, longest, seed):
    sound = np.random.default_rng(seed).standard_normal(length).astype(np.float32)
    with Workspace() as run:
        stage = ready("cut", BASELINE)
        parts = stage.parts(sound, [(0, length)], longest, longest // 4, run)
    assert [a for a, _ in parts] == [0, *(b for _, b in parts[:-1])]
    assert parts[-1][1] == length
    assert all(min(length, longest // 4) <= b - a <= longest for a, b in parts)


@given(
    edges=st.lists(st.integers(0, 60), min_size=2, max_size=12, unique=True),
    target=st.sampled_from([0.5, 5.0, 60.0]),
    pad=st.sampled_from([0.0, 0.3]),
)
@settings(max_examples=40)
def test_utterances_are_disjoint_and_cover_the_speech(edges, target, pad):
    edges = sorted(edges)[: len(edges) // 2 * 2]
    spans = [(float(a), float(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    found = cut(
        np.zeros(61 * SAMPLE_RATE, np.float32), spans, target_s=target, max_s=8.0, pad_s=pad
    )
    assert np.all(found.start[1:] >= found.end[:-1])
    assert np.all(found.end - found.start <= 8 * SAMPLE_RATE)
    covered = np.zeros(61 * SAMPLE_RATE, bool)
    for a, b in zip(found.start, found.end, strict=True):
        covered[a:b] = True
    assert all(covered[round(a * SAMPLE_RATE) : round(b * SAMPLE_RATE)].all() for a, b in spans)


@given(
    edges=st.lists(st.integers(0, 400), min_size=2, max_size=12, unique=True),
    seed=st.integers(0, 9),
    longest=st.sampled_from([2.0, 2.01, 5.0]),
    shortest=st.sampled_from([0.1, 1.0]),
    levels=st.integers(1, 4),
)
@settings(max_examples=60)
def test_techniques_are_exact(edges, seed, longest, shortest, levels):
    """Few different levels, so that windows of equal energy occur; beyond full scale, and below 16
    bits.
    """
    rng = np.random.default_rng(seed)
    sound = rng.choice(np.array([0, 1e-6, 0.7, -1.5], np.float32)[:levels], 40 * SAMPLE_RATE // 10)
    edges = sorted(edges)[: len(edges) // 2 * 2]
    spans = [(a / 100, b / 100) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    params = {"target_s": 5.0, "max_s": longest, "min_s": shortest, "pad_s": 0.03}
    expected, *found = (cut(sound, spans, name, **params).digest() for name in (BASELINE, *FAST))
    assert found == [expected] * len(FAST)


def test_a_change_of_voice_ends_a_piece_and_one_voice_goes_on():
    sound = np.zeros(12 * SAMPLE_RATE, np.float32)
    spans = [(1, 2, 0), (2.5, 3, 0), (3.5, 4, 1), (4.5, 5, 0)]
    assert seconds(cut(sound, spans, VOICES, pad_s=0)) == [(1, 3), (3.5, 4), (4.5, 5)]


def test_overlapping_speakers_share_a_piece():
    sound = np.zeros(12 * SAMPLE_RATE, np.float32)
    spans = [(1, 3, 0), (2, 4, 1), (4.5, 5, 1), (5.5, 6, 1)]
    assert seconds(cut(sound, spans, VOICES, pad_s=0)) == [(1, 4), (4.5, 6)]


@pytest.mark.parametrize("spans", [[], [(0, 1, -1), (1.5, 2, -1), (4, 5, -1)]])
def test_without_known_voices_it_cuts_as_pauses_does(spans):
    sound = np.zeros(6 * SAMPLE_RATE, np.float32)
    assert seconds(cut(sound, spans, VOICES)) == seconds(cut(sound, spans))


@pytest.mark.parametrize("name", MORE)
@pytest.mark.parametrize("n", [1, 100, 16_000, 40 * SAMPLE_RATE])
def test_fast_ways_cut_at_the_same_samples(name, n):
    sound = (np.random.default_rng(n).standard_normal(n) * 0.1).astype(np.float32)
    spans = (
        [(0, n / SAMPLE_RATE, 3)]
        if n < SAMPLE_RATE * 2
        else [(0, 30, 0), (30.2, 31, 0), (31.2, 33, 1), (33, 39, 2)]
    )
    assert cut(sound, spans, name, max_s=7).digest() == cut(sound, spans, VOICES, max_s=7).digest()
