"""Times of words from Whisper's attention: boundaries between words, moved to where the sound says,
and how sure each word is. `whisper` says by which rules.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from vsat_plugins.align.spread import FRAME
from vsat_plugins.align.spread_vectorized import energies_of
from vsat_plugins.align.timed import Times
from vsat_plugins.transcribe.word_confidence import SMALLEST, confidences_of

STEP = 320  # samples of one position of the encoder
LATE = 800  # samples
NEAR = 6  # frames of 10 ms
NEAR_DB = 8.0


def boundaries(sizes: Sequence[int], path: Sequence[tuple[int, int]]) -> np.ndarray | None:
    """Samples where words begin and the last one ends, int64 (n_words + 1,), from the path of
    (token, position); None if it does not visit every token.
    """
    token, position = np.array(path, np.int64).reshape(-1, 2).T
    first = np.flatnonzero(np.diff(token, prepend=-1))
    edges = np.cumsum([0, *sizes])
    if len(first) <= edges[-1]:
        return None
    found: np.ndarray = position[first][edges] * STEP
    return found


def probabilities(sizes: Sequence[int], tokens: Sequence[float]) -> list[float]:
    """Mean probability of the tokens of each word."""
    edges = np.cumsum([0, *sizes])
    return [float(np.mean(tokens[a:b])) for a, b in pairwise(edges)]


def confidences(probabilities: Sequence[float]) -> list[float]:
    """How sure Whisper is of the words of one utterance, as its recogniser would say it."""
    if not probabilities or math.isnan(probabilities[0]):
        return list(probabilities)
    logs = [[math.log(max(p, SMALLEST))] for p in probabilities]
    return list(confidences_of("whisper", logs))


def refined(bounds: np.ndarray, samples: np.ndarray, voiced: np.ndarray) -> Times:
    """Times of words from the boundaries between them by rules 2 and 3, given the numbers of the
    voiced frames.
    """
    n = len(samples)
    silent = np.setdiff1d(np.arange(-(-n // FRAME)), voiced)
    edges = np.flatnonzero(np.diff(silent, prepend=-2) > 1)
    pauses = [(run[0], run[-1] + 1) for run in np.split(silent, edges[1:]) if len(run)]
    energy = np.convolve(energies_of(samples).astype(np.float64), np.ones(3), "same")
    level = 10 * np.log10(energy + 1.0)
    begins, ends = [], []
    for bound in ((bounds + LATE) / FRAME).tolist():
        before, after = _moved(min(bound, len(level) - 1.0), pauses, level)
        ends.append(before)
        begins.append(after)
    times: Times = []
    last = 0
    for begin, end in zip(begins[:-1], ends[1:], strict=True):
        first = min(max(int(begin * FRAME), last), n - 1)
        last = min(max(int(end * FRAME), first + 1), n)
        times.append((first, last))
        last = min(last, n - 1)
    return times


def _moved(
    bound: float, pauses: Sequence[tuple[int, int]], level: np.ndarray
) -> tuple[float, float]:
    """Where the word before a boundary ends and the one after it begins, in frames."""
    near = [(max(a - bound, bound - b, 0.0), a - b, a, b) for a, b in pauses]
    distance, _, begin, end = min(near, default=(np.inf, 0, 0, 0))
    if distance <= NEAR:
        return begin, end
    first = max(0, int(bound) - NEAR)
    frames = np.arange(first, min(len(level), int(bound) + NEAR + 1))
    cost = level[frames] + NEAR_DB * np.square((frames - bound) / NEAR)
    quietest = float(frames[cost.argmin()]) + 0.5
    return quietest, quietest
