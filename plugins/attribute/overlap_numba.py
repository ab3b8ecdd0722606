"""overlap.numba: the sweep over words and turns."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Transcript, Turns, Words
from vsat_core.plugin import NoParams, Run
from vsat_plugins.attribute import Overlap, sweep


def speakers_of(words: Words, turns: Turns, max_gap: int) -> np.ndarray:
    """The speaker of every word, int32 (n_words,)."""
    if not len(turns.start):
        return np.full(len(words), -1, np.int32)
    return sweep.speakers_of(
        words.start, words.end, max_gap, *sweep.grouped(turns), *sweep.neighbours(turns)
    )


def compile_sweep() -> None:
    """Compile for the types that artifacts have."""
    one = np.zeros(1, np.int64)
    turns = Turns(one, one + 1, np.zeros(1, np.int32))
    sweep.speakers_of(turns.start, turns.end, 0, *sweep.grouped(turns), *sweep.neighbours(turns))


class Numba:
    """A transcript whose words all have a speaker, if there is one."""

    def __init__(self, params: Overlap, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning

    def prepare(self) -> None:
        """Compile."""
        compile_sweep()

    def __call__(self, words: Words, turns: Turns, *, run: Run) -> Transcript:
        speaker = speakers_of(words, turns, round(self.params.max_gap_s * SAMPLE_RATE))
        return Transcript.of(words, turns, speaker)
