"""sentence.vectorized: the rules of sentence.baseline on arrays, all sentences at once."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, TextColumn, Transcript, Turns, Words
from vsat_core.plugin import NoParams, Run
from vsat_plugins.attribute import Sentence
from vsat_plugins.attribute.overlap import speakers_of

ONE_BYTE = np.isin(np.arange(256), np.frombuffer(b"\"')]", np.uint8))
STOPS = np.isin(np.arange(256), np.frombuffer(b".?!", np.uint8))


def closed(text: TextColumn) -> np.ndarray:
    """Which words end with . ? or ! after quotes and brackets are taken off, bool (n_words,)."""
    first, last = text.offsets[:-1], text.offsets[1:].copy()
    open_ = np.flatnonzero(last > first)
    padded = np.concatenate([np.zeros(3, np.uint8), text.buffer])  # so that byte k is padded[k + 3]
    while len(open_):
        at = last[open_] + 2
        c, before, third = padded[at], padded[at - 1], padded[at - 2]
        taken = np.where(ONE_BYTE[c], 1, 0)
        taken = np.where((c == 0xBB) & (before == 0xC2), 2, taken)  # »
        taken = np.where(
            ((c == 0x9D) | (c == 0x99)) & (before == 0x80) & (third == 0xE2), 3, taken
        )  # ” ’
        last[open_] -= taken
        open_ = open_[(taken > 0) & (last[open_] > first[open_])]
    return (last > first) & STOPS[padded[last + 2]]


def bounds_of(ends: np.ndarray) -> np.ndarray:
    """The first word of each sentence and the number of words, int64 (n_sentences + 1,)."""
    n = len(ends)
    stops = np.flatnonzero(ends) + 1
    return np.concatenate(
        [[0], stops, [n] if n and (not len(stops) or stops[-1] < n) else []]
    ).astype(np.int64)


def owners(speaker: np.ndarray, of: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Who has most words of each of n sentences (the one heard first among equals), and how many,
    int64.
    """
    people = int(speaker.max()) + 2
    key, first, count = np.unique(of * people + speaker + 1, return_index=True, return_counts=True)
    order = np.lexsort((first, -count, key // people))
    key, count = key[order], count[order]
    best = np.searchsorted(key // people, np.arange(n))
    return key[best] % people - 1, count[best]


def without_strays(
    speaker: np.ndarray, ends: np.ndarray, max_stray_words: int, min_share: float
) -> np.ndarray:
    """The speakers with strays given back, int32 (n_words,); `ends` says which words end a
    sentence.
    """
    n = len(speaker)
    if not n:
        return speaker
    bounds = bounds_of(ends)
    start, stop = bounds[:-1], bounds[1:]
    of = np.repeat(np.arange(len(start)), stop - start)
    who, count = owners(speaker, of, len(start))
    mine = np.flatnonzero(speaker == who[of])
    first = mine[np.searchsorted(of[mine], np.arange(len(start)))]
    last = mine[np.searchsorted(of[mine], np.arange(len(start)), "right") - 1]
    same = np.concatenate(
        [[0], np.cumsum(speaker[1:] == speaker[:-1])]
    )  # up to each word, how many follow their like
    kept = count >= min_share * (stop - start)
    head = kept & (first > start) & (first - start <= max_stray_words) & (start > 0)
    head &= same[first - 1] - same[np.maximum(start - 1, 0)] == first - start
    tail = kept & (last < stop - 1) & (stop - 1 - last <= max_stray_words) & (stop < n)
    tail &= same[np.minimum(stop, n - 1)] - same[np.minimum(last + 1, n - 1)] == stop - 1 - last
    word = np.arange(n)
    return np.where(
        (head[of] & (word < first[of])) | (tail[of] & (word > last[of])), who[of], speaker
    ).astype(np.int32)


class Vectorized:
    """A transcript whose changes of speaker respect the recogniser's sentences."""

    def __init__(self, params: Sentence, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, words: Words, turns: Turns, *, run: Run) -> Transcript:
        by_time = speakers_of(words, turns, round(self.params.max_gap_s * SAMPLE_RATE))
        speaker = without_strays(
            by_time, closed(words.text), self.params.max_stray_words, self.params.min_share
        )
        return Transcript.of(words, turns, speaker)
