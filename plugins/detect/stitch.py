"""From overlapping windows with three local speakers each to voices that go through the recording.

Neighbouring windows share most of their sound: their speakers are paired by how long both are
active at the same time there (Hungarian assignment), as in Bredin and Laurent, "End-to-end speaker
segmentation", Interspeech 2021. A speaker without partner begins a new voice, so a voice ends when
it is silent for as long as two windows have in common. The number of speakers of a frame is the
average over windows, rounded; the voices with the highest averages are active (Bredin,
"pyannote.audio 2.1 speaker diarization pipeline", Interspeech 2023).
"""

from __future__ import annotations

import numpy as np


def pairs_of(
    known: np.ndarray, local: np.ndarray, least_frames: float, least_share: float
) -> list[tuple[int, int]]:
    """(voice, local speaker) pairs from their activities, float (frames, voices) and
    (frames, speakers).

    A pair counts when both are active together for `least_frames` and for `least_share` of the time
    of the less active one.
    """
    together = np.minimum(known[:, :, None], local[:, None, :]).sum(0)
    rarer = np.minimum(known.sum(0)[:, None], local.sum(0)[None, :])
    return [
        (v, k)
        for v, k in assigned(together)
        if together[v, k] >= least_frames and together[v, k] >= least_share * rarer[v, k]
    ]


def assigned(gain: np.ndarray) -> list[tuple[int, int]]:
    """(row, column) pairs with the highest sum of float (rows, up to 3), each row and column at
    most once. Tries all: importing scipy.optimize takes longer than an hour's windows here.

    >>> assigned(np.array([[9.0, 8.0, 0.0], [8.0, 1.0, 0.0]]))
    [(1, 0), (0, 1)]
    """
    n, n_columns = gain.shape
    rows = np.zeros((n + 3, 3))  # the last three stand for no row
    rows[:n, :n_columns] = gain
    total = rows[:, None, None, 0] + rows[:, None, 1] + rows[:, 2]
    each = np.arange(n)
    total[each, each] = total[each, :, each] = total[:, each, each] = -np.inf
    best = np.unravel_index(int(total.argmax()), total.shape)
    return [(int(row), column) for column, row in enumerate(best[:n_columns]) if row < n]


class Stitcher:
    """Takes windows in order and keeps only the frames that a later window may still change."""

    def __init__(self, shape: np.ndarray, least_frames: float, least_share: float) -> None:
        """`shape` (frames of a window,) weighs the frames of each window, most in its middle."""
        self._shape = shape
        self._least = (least_frames, least_share)
        self._begin = 0  # frame at which what is kept begins
        self._voices = np.zeros(0, np.int64)
        self._score = np.zeros((0, 0))  # (frames kept, voices): weighted sum of activity
        self._weight = np.zeros(0)
        self._n_voices = 0
        self._runs: list[np.ndarray] = []

    def add(self, begin: int, local: np.ndarray) -> None:
        """Bring in the next window, which starts at frame `begin`: activity (frames, speakers)
        within 0..1.
        """
        self._settle(begin)
        n_common = min(len(self._weight), len(local))
        known = self._score[:n_common] / np.maximum(self._weight[:n_common, None], 1e-9)
        columns = {k: v for v, k in pairs_of(known, local[:n_common], *self._least)}
        active = np.flatnonzero(local.max(0) > 0.5).tolist()
        fresh = [k for k in active if k not in columns]
        columns |= {k: known.shape[1] + i for i, k in enumerate(fresh)}
        self._grow(len(local), len(fresh))
        for k, column in columns.items():
            self._score[: len(local), column] += local[:, k] * self._shape[: len(local)]
        self._weight[: len(local)] += self._shape[: len(local)]

    def finish(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """All speech: frame at which it begins, frame after its end, voice; int64, by voice
        and time.
        """
        self._settle(self._begin + len(self._weight))
        runs = np.concatenate(self._runs) if self._runs else np.zeros((0, 3), np.int64)
        runs = runs[np.lexsort((runs[:, 0], runs[:, 2]))]
        return runs[:, 0], runs[:, 1], runs[:, 2]

    def _grow(self, n_frames: int, n_voices: int) -> None:
        """Make room for the window's frames and for new voices."""
        more = max(0, n_frames - len(self._weight))
        self._weight = np.pad(self._weight, (0, more))
        self._score = np.pad(self._score, ((0, more), (0, n_voices)))
        self._voices = np.append(self._voices, self._n_voices + np.arange(n_voices))
        self._n_voices += n_voices

    def _settle(self, end: int) -> None:
        """Decide all frames before `end` and forget them, and voices that are not active
        afterwards.
        """
        n = end - self._begin
        if n > 0 and len(self._voices):
            self._runs.append(self._decided(n))
        self._begin, self._weight, self._score = end, self._weight[n:], self._score[n:]
        kept = self._score.sum(0) > 0
        self._voices, self._score = self._voices[kept], self._score[:, kept]

    def _decided(self, n: int) -> np.ndarray:
        score = self._score[:n] / np.maximum(self._weight[:n, None], 1e-9)
        count = np.floor(score.sum(1) + 0.5)
        rank = np.argsort(np.argsort(-score, axis=1, kind="stable"), axis=1, kind="stable")
        active = (rank < count[:, None]) & (score > 0)
        edges = np.diff(np.pad(active, ((1, 1), (0, 0))).astype(np.int8).T, axis=1)
        voice, begin = np.nonzero(edges > 0)
        end = np.nonzero(edges < 0)[1]
        return np.stack([begin + self._begin, end + self._begin, self._voices[voice]], 1)


def joined(
    begin: np.ndarray, end: np.ndarray, voice: np.ndarray, pause: int, least: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Runs with one voice's pauses up to `pause` bridged, and what is then shorter than `least`
    dropped.

    Takes runs by voice and time, gives them by time: begin, end, voice.
    """
    if len(begin) == 0:
        return begin, end, voice
    first = np.r_[True, (voice[1:] != voice[:-1]) | (begin[1:] - end[:-1] > pause)]
    last = np.r_[first[1:], True]
    begin, end, voice = begin[first], end[last], voice[first]
    kept = end - begin >= least
    begin, end, voice = begin[kept], end[kept], voice[kept]
    order = np.lexsort((voice, end, begin))
    return begin[order], end[order], voice[order]
