"""sentence.numba: overlap's sweep, then one over the sentences, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from vsat_core.artifacts import SAMPLE_RATE, TextColumn, Transcript, Turns, Words
from vsat_core.plugin import NoParams, Run
from vsat_plugins.attribute import Sentence
from vsat_plugins.attribute.overlap_numba import compile_sweep, speakers_of


@njit(cache=True)
def _closed(text, first, last):
    """Whether a word ends with . ? or ! after quotes and brackets are taken off."""
    while last > first:
        c = text[last - 1]
        if c == 34 or c == 39 or c == 41 or c == 93:
            last -= 1
        elif c == 0xBB and last - first >= 2 and text[last - 2] == 0xC2:  # »
            last -= 2
        elif (
            (c == 0x9D or c == 0x99)
            and last - first >= 3
            and text[last - 2] == 0x80
            and text[last - 3] == 0xE2
        ):
            last -= 3  # ” ’
        else:
            return c == 46 or c == 63 or c == 33
    return False


@njit(cache=True)
def _give_back(out, speaker, begin, stop, step, beyond, who, max_stray_words):
    """The first words of a sentence in the direction of `step`, if they are strays, to `who`."""
    i = begin
    while i != stop and speaker[i] != who:
        if speaker[i] != speaker[beyond] or (i - begin) * step >= max_stray_words:
            return
        i += step
    while i != begin:
        i -= step
        out[i] = who


@njit(cache=True)
def without_strays(speaker, text, offsets, max_stray_words, min_share):
    """The speakers with strays given back, int32 (n_words,), given the words' text column."""
    n = len(speaker)
    out = speaker.copy()
    counts = np.zeros(speaker.max() + 2 if n else 0, np.int64)
    begin = 0
    for i in range(n):
        if i < n - 1 and not _closed(text, offsets[i], offsets[i + 1]):
            continue
        for k in range(begin, i + 1):
            counts[speaker[k] + 1] += 1
        who = speaker[begin]
        for k in range(begin, i + 1):
            if counts[speaker[k] + 1] > counts[who + 1]:
                who = speaker[k]
        enough = counts[who + 1] >= min_share * (i + 1 - begin)
        for k in range(begin, i + 1):
            counts[speaker[k] + 1] = 0
        if enough and begin > 0:
            _give_back(out, speaker, begin, i + 1, 1, begin - 1, who, max_stray_words)
        if enough and i + 1 < n:
            _give_back(out, speaker, i, begin - 1, -1, i + 1, who, max_stray_words)
        begin = i + 1
    return out


class Numba:
    """A transcript whose changes of speaker respect the recogniser's sentences."""

    def __init__(self, params: Sentence, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning

    def prepare(self) -> None:
        """Compile."""
        compile_sweep()
        self._sorted_out(np.zeros(1, np.int32), TextColumn.of(["a"]))

    def __call__(self, words: Words, turns: Turns, *, run: Run) -> Transcript:
        by_time = speakers_of(words, turns, round(self.params.max_gap_s * SAMPLE_RATE))
        return Transcript.of(words, turns, self._sorted_out(by_time, words.text))

    def _sorted_out(self, speaker: np.ndarray, text: TextColumn) -> np.ndarray:
        return without_strays(
            speaker,
            text.buffer,
            text.offsets,
            self.params.max_stray_words,
            float(self.params.min_share),
        )
