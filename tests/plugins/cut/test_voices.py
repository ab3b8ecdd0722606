"""cut: pieces of one voice."""

from __future__ import annotations

import numpy as np
import pytest

from tests._support.spans import speech_of
from tests._support.variants import called, fast, ready
from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances

Rows = list[tuple[float, float, int]]  # start and end in seconds, voice


def cut(
    sound: np.ndarray, rows: Rows, name: str = "voices.baseline", **params: float
) -> Utterances:
    spans = [(round(a * SAMPLE_RATE), round(b * SAMPLE_RATE), voice) for a, b, voice in rows]
    return called(ready("cut", name, **params), Audio(sound), speech_of(spans, len(sound)))


def seconds(found: Utterances) -> list[tuple[float, float]]:
    columns = (found.start / SAMPLE_RATE, found.end / SAMPLE_RATE)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_a_change_of_voice_ends_a_piece_and_one_voice_goes_on() -> None:
    sound = np.zeros(12 * SAMPLE_RATE, np.float32)
    rows = [(1, 2, 0), (2.5, 3, 0), (3.5, 4, 1), (4.5, 5, 0)]
    assert seconds(cut(sound, rows, pad_s=0)) == [(1, 3), (3.5, 4), (4.5, 5)]


def test_overlapping_speakers_share_a_piece() -> None:
    sound = np.zeros(12 * SAMPLE_RATE, np.float32)
    rows = [(1, 3, 0), (2, 4, 1), (4.5, 5, 1), (5.5, 6, 1)]
    assert seconds(cut(sound, rows, pad_s=0)) == [(1, 4), (4.5, 6)]


@pytest.mark.parametrize("rows", [[], [(0, 1, -1), (1.5, 2, -1), (4, 5, -1)]])
def test_without_known_voices_it_cuts_as_pauses_does(rows: Rows) -> None:
    sound = np.zeros(6 * SAMPLE_RATE, np.float32)
    assert seconds(cut(sound, rows)) == seconds(cut(sound, rows, "pauses.baseline"))


@pytest.mark.parametrize("name", fast("cut", "voices"))
@pytest.mark.parametrize("n", [1, 100, 16_000, 40 * SAMPLE_RATE])
def test_fast_ways_cut_at_the_same_samples(name: str, n: int) -> None:
    sound = (np.random.default_rng(n).standard_normal(n) * 0.1).astype(np.float32)
    rows = (
        [(0, n / SAMPLE_RATE, 3)]
        if n < SAMPLE_RATE * 2
        else [(0, 30, 0), (30.2, 31, 0), (31.2, 33, 1), (33, 39, 2)]
    )
    assert cut(sound, rows, name, max_s=7).digest() == cut(sound, rows, max_s=7).digest()
