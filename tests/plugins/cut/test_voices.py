"""cut: pieces of one voice."""

from __future__ import annotations

import numpy as np
import pytest

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech, Utterances
from vsat_core.contract.workspace import Workspace
from vsat_core.plugin import NoParams
from vsat_plugins.cut import CutParams, pauses_baseline
from vsat_plugins.cut.voices_baseline import Baseline
from vsat_plugins.cut.voices_numba import Numba
from vsat_plugins.cut.voices_vectorized import Vectorized


def speech(rows: list[tuple[float, float, int]], n_samples: int) -> Speech:
    columns = np.array(rows, np.float64).reshape(-1, 3)
    start, end = (np.rint(columns[:, i] * SAMPLE_RATE).astype(np.int64) for i in (0, 1))
    return Speech(start, end, columns[:, 2].astype(np.int32), n_samples)


def cut(
    stage: type, sound: np.ndarray, rows: list[tuple[float, float, int]], **params: float
) -> Utterances:
    ready = stage(CutParams(**params), NoParams())
    ready.prepare()
    with Workspace() as run:
        return ready(Audio(sound), speech(rows, len(sound)), run=run)


def seconds(found: Utterances) -> list[tuple[float, float]]:
    return [(a / SAMPLE_RATE, b / SAMPLE_RATE) for a, b in zip(found.start, found.end, strict=True)]


def test_a_change_of_voice_ends_a_piece_and_one_voice_goes_on() -> None:
    sound = np.zeros(12 * SAMPLE_RATE, np.float32)
    rows = [(1, 2, 0), (2.5, 3, 0), (3.5, 4, 1), (4.5, 5, 0)]
    assert seconds(cut(Baseline, sound, rows, pad_s=0)) == [(1, 3), (3.5, 4), (4.5, 5)]


def test_overlapping_speakers_share_a_piece() -> None:
    sound = np.zeros(12 * SAMPLE_RATE, np.float32)
    rows = [(1, 3, 0), (2, 4, 1), (4.5, 5, 1), (5.5, 6, 1)]
    assert seconds(cut(Baseline, sound, rows, pad_s=0)) == [(1, 4), (4.5, 6)]


@pytest.mark.parametrize("rows", [[], [(0, 1, -1), (1.5, 2, -1), (4, 5, -1)]])
def test_without_known_voices_it_cuts_as_pauses_does(rows: list[tuple[float, float, int]]) -> None:
    sound = np.zeros(6 * SAMPLE_RATE, np.float32)
    assert seconds(cut(Baseline, sound, rows)) == seconds(
        cut(pauses_baseline.Baseline, sound, rows)
    )


@pytest.mark.parametrize("stage", [Vectorized, Numba])
@pytest.mark.parametrize("n", [1, 100, 16_000, 40 * SAMPLE_RATE])
def test_fast_ways_cut_at_the_same_samples(stage: type, n: int) -> None:
    sound = (np.random.default_rng(n).standard_normal(n) * 0.1).astype(np.float32)
    rows = (
        [(0, n / SAMPLE_RATE, 3)]
        if n < SAMPLE_RATE * 2
        else [(0, 30, 0), (30.2, 31, 0), (31.2, 33, 1), (33, 39, 2)]
    )
    assert cut(stage, sound, rows, max_s=7).digest() == cut(Baseline, sound, rows, max_s=7).digest()
