"""Windows of sound for Whisper: neighbouring utterances put one after the other, with silence
between them, and the words of a window given back to its utterances by their times.

Whisper's encoder takes as long for a word as for 30 s, and its decoder writes better with a longer
context; so short utterances share a window.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import attrs
import numpy as np

LONGEST_S = 30.0  # that Whisper takes at once
Span = tuple[int, int]


@attrs.frozen
class Piece:
    """Samples `start`..`end` of the recording, all or a part of an utterance."""

    utterance: int
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


@attrs.frozen
class Window:
    """Pieces that Whisper hears together, `gap` samples of silence between them."""

    pieces: tuple[Piece, ...]
    gap: int

    def __len__(self) -> int:
        return sum(map(len, self.pieces)) + self.gap * (len(self.pieces) - 1)

    def offsets(self) -> list[int]:
        """The sample of the window at which each piece begins."""
        lengths = [0, *(len(piece) + self.gap for piece in self.pieces[:-1])]
        return np.cumsum(lengths).tolist()

    def sound(self, sounds: Sequence[np.ndarray]) -> np.ndarray:
        """float32 (n_samples,): what each piece sounds like, one after the other."""
        joined = np.zeros(len(self), np.float32)
        for offset, sound in zip(self.offsets(), sounds, strict=True):
            joined[offset : offset + len(sound)] = sound
        return joined


def pieces_of(bounds: Iterable[tuple[int, Span]], longest: int) -> Iterator[Piece]:
    """The utterances, by number and bounds; those longer than `longest` samples in equal parts.

    >>> [len(piece) for piece in pieces_of([(0, (0, 5)), (1, (5, 12))], 5)]
    [5, 4, 3]
    """
    for utterance, (start, end) in bounds:
        parts = -(-(end - start) // longest)
        cuts = [start + -(-(end - start) * k // parts) for k in range(parts + 1)]
        for a, b in pairwise(cuts):
            yield Piece(utterance, a, b)


def windows_of(pieces: Iterable[Piece], longest: int, gap: int) -> list[Window]:
    """Neighbours in one window while it stays within `longest` samples; a longer piece is alone.

    >>> pieces = [Piece(i, 10 * i, 10 * i + n) for i, n in enumerate((4, 3, 6, 9))]
    >>> [[piece.utterance for piece in window.pieces] for window in windows_of(pieces, 8, 1)]
    [[0, 1], [2], [3]]
    """
    windows: list[list[Piece]] = []
    length = 0
    for piece in pieces:
        if windows and length + gap + len(piece) <= longest:
            windows[-1].append(piece)
            length += gap + len(piece)
        else:
            windows.append([piece])
            length = len(piece)
    return [Window(tuple(pieces), gap) for pieces in windows]


def piece_of(spans: Sequence[Span], start: int, end: int, first: int = 0) -> int:
    """Which of the spans (disjoint, in order) a word at start..end belongs to, from number `first`
    on: the one it overlaps most, else the nearest.

    Whisper lets the word before a pause last through it, or the one after it begin in it. So where
    a word begins would not tell.

    >>> piece_of([(0, 10), (15, 30)], 11, 18), piece_of([(0, 10), (15, 30)], 8, 14)
    (1, 0)
    """

    def overlap(k: int) -> tuple[int, int]:
        low, high = spans[k]
        shared = min(end, high) - max(start, low)  # negative: how far away
        return shared, -k

    return max(range(first, len(spans)), key=overlap)
