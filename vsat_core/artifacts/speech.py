"""Speech, the turns of its speakers, and utterances for the recogniser. All times are samples."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np

from vsat_core.artifacts.base import Artifact, array
from vsat_core.printable import counted


def union_of(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Segments joined where they touch or overlap: int64 (n,), int64 (n,), sorted and disjoint.

    >>> union_of(np.array([0, 5, 20]), np.array([8, 9, 30]))
    (array([ 0, 20]), array([ 9, 30]))
    """
    order = np.argsort(start, kind="stable")
    start, end = np.asarray(start)[order], np.maximum.accumulate(np.asarray(end)[order])
    if len(start) == 0:
        return start.astype(np.int64), end.astype(np.int64)
    first = np.r_[True, start[1:] > end[:-1]]
    last = np.r_[first[1:], True]
    return start[first].astype(np.int64), end[last].astype(np.int64)


def exclusive_of(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The parts covered by exactly one segment: start, end, and which segment, sorted by time."""
    if len(start) == 0:
        return start.astype(np.int64), end.astype(np.int64), np.zeros(0, np.int64)
    times = np.r_[start, end]
    delta = np.r_[np.ones(len(start), np.int64), -np.ones(len(end), np.int64)]
    which = np.r_[np.arange(len(start)), np.arange(len(end))] * delta
    bounds, position = np.unique(times, return_inverse=True)
    depth = np.cumsum(np.bincount(position, delta, len(bounds))).astype(np.int64)[:-1]
    # the running sum of open segment numbers is the segment itself wherever exactly one is open
    owner = np.cumsum(np.bincount(position, which, len(bounds))).astype(np.int64)[:-1]
    alone = depth == 1
    return bounds[:-1][alone].astype(np.int64), bounds[1:][alone].astype(np.int64), owner[alone]


def _check_times(owner: Speech | Turns | Utterances) -> None:
    if not len(owner.start) == len(owner.end):
        raise ValueError(f"{type(owner).__name__}: start and end differ in length")
    if len(owner.start) and (owner.start.min() < 0 or np.any(owner.end <= owner.start)):
        raise ValueError(f"{type(owner).__name__}: needs 0 <= start < end")
    if np.any(np.diff(owner.start) < 0):
        raise ValueError(f"{type(owner).__name__}: segments must be sorted by start")


@attrs.frozen
class Speech(Artifact):
    """Segments of speech, sorted by start; they may overlap.

    `voice` int32 is the same for segments that a detector gives one local speaker, -1 where it
    gives none. `cluster` may find two of them to be one speaker.
    """

    start: np.ndarray = array("int64")
    end: np.ndarray = array("int64")
    voice: np.ndarray = array("int32")
    n_samples: int

    def __attrs_post_init__(self) -> None:
        _check_times(self)
        if len(self.voice) != len(self.start):
            raise ValueError("Speech: voice differs in length from start")

    def union(self) -> tuple[np.ndarray, np.ndarray]:
        """Where there is speech: disjoint, sorted (start, end)."""
        return union_of(self.start, self.end)

    def exclusive(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where exactly one segment is open: (start, end, segment number)."""
        return exclusive_of(self.start, self.end)

    def described(self) -> str:
        return counted(len(self.start), "segment")


def numbers(values: Iterable[int]) -> tuple[int, ...]:
    """What JSON gives as a list."""
    return tuple(values)


@attrs.frozen
class Turns(Artifact):
    """Who spoke when: segments sorted by start, `speaker` int32 numbered by first appearance. They
    may overlap. `perhaps` are other numbers of speakers that are possible, the most probable first.
    """

    start: np.ndarray = array("int64")
    end: np.ndarray = array("int64")
    speaker: np.ndarray = array("int32")
    perhaps: tuple[int, ...] = attrs.field(default=(), converter=numbers)

    def __attrs_post_init__(self) -> None:
        _check_times(self)
        if len(self.speaker) != len(self.start):
            raise ValueError("Turns: speaker differs in length from start")

    @classmethod
    def of(cls, start: np.ndarray, end: np.ndarray, speaker: np.ndarray, join: int = 0) -> Turns:
        """Turns from labels in any order and numbering; one speaker's turns at most `join` samples
        apart become one.
        """
        start, end, speaker = (np.asarray(a) for a in (start, end, speaker))
        speakers = []
        for who in np.unique(speaker):
            own = speaker == who
            first, last = union_of(start[own], end[own] + join)
            speakers.append(list(zip(first.tolist(), (last - join).tolist(), strict=True)))
        # by first appearance; who begin together, by what follows and never by their old labels
        speakers.sort()
        rows = sorted((a, b, name) for name, spans in enumerate(speakers) for a, b in spans)
        columns = np.array(rows, np.int64).reshape(-1, 3)
        return cls(columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int32))

    @property
    def n_speakers(self) -> int:
        """Number of speakers."""
        return int(self.speaker.max()) + 1 if len(self.speaker) else 0

    def described(self) -> str:
        return f"{counted(len(self.start), 'turn')}, {counted(self.n_speakers, 'speaker')}"

    def speaker_of(self, start: int, end: int) -> int:
        """The speaker whose turns cover most of samples start..end, the lower number among equals;
        -1 if none does.
        """
        covered = np.minimum(self.end, end) - np.maximum(self.start, start)
        here = covered > 0
        return int(np.bincount(self.speaker[here], covered[here]).argmax()) if here.any() else -1


@attrs.frozen
class Utterances(Artifact):
    """Disjoint pieces for the recogniser, sorted by start."""

    start: np.ndarray = array("int64")
    end: np.ndarray = array("int64")

    def __attrs_post_init__(self) -> None:
        _check_times(self)

    def described(self) -> str:
        return counted(len(self.start), "utterance")
