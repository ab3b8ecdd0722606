"""overlap.numba: the rules of `overlap` as one compiled sweep over the words.

Every search begins where the last one ended, so that words in order of time cost a step or two
each; words in any order get the same answer.
"""

import numpy as np
from numba import njit

from vsat_core.artifacts import Turns
from vsat_plugins.attribute.overlap import FAR, Overlap, neighbours


class Numba(Overlap):
    """The sweep."""

    def prepare(self) -> None:
        """Compile for the types that artifacts have."""
        one = np.ones(1, np.int64)
        turns = Turns(one, one + 1, np.zeros(1, np.int32))
        self.assigned(turns.start, one, turns, 0)

    def assigned(
        self, start: np.ndarray, end: np.ndarray, turns: Turns, max_gap: int
    ) -> np.ndarray:
        """The speaker of every word."""
        return speakers_of(start, end, max_gap, *grouped(turns), *neighbours(turns))


def grouped(turns: Turns) -> tuple[np.ndarray, ...]:
    """Turns by speaker: the speakers int32, from where each one's rows go int64, then one speaker's
    rows after the other's, by start: start, end, the latest end so far, int64.
    """
    order = np.argsort(turns.speaker, kind="stable")
    speakers, first = np.unique(turns.speaker[order], return_index=True)
    bounds = np.append(first, len(order)).astype(np.int64)
    start, end = turns.start[order], turns.end[order]
    return speakers, bounds, start, end, latest_ends(bounds, end)


@njit(cache=True)
def latest_ends(bounds, end):
    """The largest end up to each row of the same speaker."""
    out = end.copy()
    for speaker in range(len(bounds) - 1):
        for k in range(bounds[speaker] + 1, bounds[speaker + 1]):
            out[k] = max(out[k], out[k - 1])
    return out


@njit(cache=True)
def _below(times, limit, low, high, guess):
    """The first of rising times[low:high] that is not below `limit`, sought in growing steps from
    `guess`.
    """
    step = 1
    if guess < high and times[guess] < limit:
        low = guess + 1
        while low + step <= high and times[low + step - 1] < limit:
            low += step
            step *= 2
        high = min(high, low + step - 1)
    else:
        high = min(guess, high)
        while high - step >= low and times[high - step] >= limit:
            high -= step
            step *= 2
        low = max(low, high - step + 1)
    while low < high:
        middle = (low + high) // 2
        if times[middle] < limit:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True)
def _covered(start, end, low, high, first, last, latest):
    """Samples of start..end within rows low..high - 1, the last of which begins before `end`."""
    total = 0
    k = high - 1
    while k >= low and latest[k] > start:
        total += max(0, min(end, last[k]) - max(start, first[k]))
        k -= 1
    return total


@njit(cache=True)
def speakers_of(
    word_start,
    word_end,
    max_gap,
    speakers,
    bounds,
    first,
    last,
    latest,
    ahead,
    ahead_speaker,
    behind,
    behind_speaker,
):
    """The speaker of every word, int32 (n_words,); the arguments after `max_gap` as grouped and
    neighbours give.
    """
    n = len(word_start)
    out = np.empty(n, np.int32)
    known = np.zeros(n, np.bool_)
    guess = bounds[:-1].copy()
    after, before = 0, 0
    for i in range(n):
        start, end = word_start[i], word_end[i]
        most, began = 0, 0
        for p in range(len(speakers)):
            guess[p] = _below(first, end, bounds[p], bounds[p + 1], guess[p])
            if guess[p] == bounds[p]:
                continue
            covered = _covered(start, end, bounds[p], guess[p], first, last, latest)
            if covered > most or (covered == most and covered > 0 and first[guess[p] - 1] > began):
                most, began = covered, first[guess[p] - 1]
                out[i] = speakers[p]
        known[i] = most > 0
        if not known[i]:
            after = _below(ahead, end, 0, len(ahead), after)
            before = _below(behind, start + 1, 0, len(behind), before)
            gap_after = ahead[after] - end if after < len(ahead) else FAR
            gap_before = start - behind[before - 1] if before > 0 else FAR
            out[i] = behind_speaker[before - 1] if gap_before <= gap_after else ahead_speaker[after]
            known[i] = min(gap_before, gap_after) <= max_gap
    _fill(out, known)
    return out


@njit(cache=True)
def _fill(speaker, known):
    """Rule 3."""
    at = 0
    while at < len(known) and not known[at]:
        at += 1
    if at == len(known):
        return
    current = speaker[at]
    for i in range(len(known)):
        if known[i]:
            current = speaker[i]
        speaker[i] = current
