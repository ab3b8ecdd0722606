"""spread.numba: the rules of `spread`, compiled; an utterance on each thread."""

from collections.abc import Generator

import numpy as np
from numba import njit

from vsat_core.artifacts import Audio
from vsat_core.contract.threads import map_threads, thread_count
from vsat_core.plugin import Run, Threads
from vsat_plugins.align.spread import (
    FRAME,
    LOUD_PERCENT,
    QUIET_PERCENT,
    limits,
    longest_bridge,
    weight_of,
)
from vsat_plugins.align.timed import ByUtterance, Job, Times

EXACT = 2.0**52


@njit(cache=True, nogil=True, fastmath={"reassoc"})
def _energy(samples):
    """Sum of squares as a float, in any order: whole numbers whose sum stays below EXACT are added
    without error.
    """
    total = 0.0
    for i in range(len(samples)):
        value = np.float64(np.rint(samples[i] * np.float32(32768.0)))
        total += value * value
    return total


@njit(cache=True, nogil=True)
def energies_of(samples):
    """Energy of each frame, int64 (n_frames,); the last frame may be short."""
    out = np.empty(-(-len(samples) // FRAME), np.int64)
    for k in range(len(out)):
        frame = samples[k * FRAME : (k + 1) * FRAME]
        total = _energy(frame)
        out[k] = np.int64(total)
        if total >= EXACT:
            out[k] = 0
            for sample in frame:
                out[k] += np.int64(np.rint(sample * np.float32(32768.0))) ** 2
    return out


@njit(cache=True, nogil=True)
def voiced_frames(energies, over_floor, in_range, bridge):
    """Numbers of the voiced frames, int64, given the factors of spread.limits and the
    longest gap in frames that counts as voiced.
    """
    ranked = np.sort(energies)
    last = len(ranked) - 1
    loud = ranked[last * LOUD_PERCENT // 100]
    limit = max(ranked[last * QUIET_PERCENT // 100] * over_floor, loud * in_range)
    limit = max(1, int(min(limit, loud / 2)))
    out = np.empty(len(energies), np.int64)
    count = 0
    for k in range(len(energies)):
        if energies[k] >= limit:
            begin = k
            if count and k - out[count - 1] - 1 <= bridge:
                begin = out[count - 1] + 1
            for j in range(begin, k + 1):
                out[count] = j
                count += 1
    return out[:count].copy() if count else np.arange(len(energies))


@njit(cache=True, nogil=True)
def _snap(bounds, voiced):
    """Rule 5, in place."""
    taken = np.zeros(len(bounds), np.bool_)
    taken[0] = taken[-1] = True
    for k in range(1, len(voiced)):
        if voiced[k] == voiced[k - 1] + 1:
            continue
        pause = k * FRAME
        after = np.searchsorted(bounds, pause)
        if bounds[after] == pause:
            continue
        near = after - 1 if not taken[after - 1] else -1
        if not taken[after] and (near < 0 or bounds[after] - pause < pause - bounds[near]):
            near = after
        if near >= 0:
            bounds[near], taken[near] = pause, True


@njit(cache=True, nogil=True)
def times_of(weights, voiced, start, end):
    """First and last sample + 1 of each word, int64 (n_words, 2), of an utterance from `start` to
    `end`.
    """
    total = weights.sum()
    bounds = np.zeros(len(weights) + 1, np.int64)
    heavy = 0
    for k in range(len(weights)):
        heavy += weights[k]
        bounds[k + 1] = len(voiced) * FRAME * heavy // total
    _snap(bounds, voiced)
    out = np.empty((len(weights), 2), np.int64)
    for k in range(len(weights)):
        first, last = bounds[k], max(bounds[k], bounds[k + 1] - 1)
        out[k, 0] = min(start + voiced[first // FRAME] * FRAME + first % FRAME, end - 1)
        out[k, 1] = (
            max(out[k, 0], min(start + voiced[last // FRAME] * FRAME + last % FRAME, end - 1)) + 1
        )
    return out


class Numba(ByUtterance):
    """Compiled code lets go of Python's lock."""

    tuning: Threads

    def prepare(self) -> None:
        """Compile."""
        self.placed(Audio(np.ones(4 * FRAME, np.float32)), 0, 4 * FRAME, ["a", "b"])

    def times(self, audio: Audio, jobs: list[Job], run: Run) -> Generator[Times, None, None]:
        """Times of the words of each utterance, several at once."""
        threads = thread_count(self.tuning.threads)
        yield from map_threads(lambda job: self.placed(audio, *job), jobs, threads)

    def placed(self, audio: Audio, start: int, end: int, words: list[str]) -> Times:
        """Times of the words of one utterance."""
        energies = energies_of(audio.samples[start:end])
        voiced = voiced_frames(energies, *limits(self.params), longest_bridge(self.params))
        weights = np.array([weight_of(word) for word in words], np.int64)
        return [(a, b) for a, b in times_of(weights, voiced, start, end).tolist()]
