"""Word and character error rate."""

from collections.abc import Sequence

import attrs
import numpy as np

from vsat_core.scoring.counts import Counts, ratio
from vsat_core.scoring.edit import Windows, align, error_counts


@attrs.frozen
class ErrorCounts(Counts):
    """Errors against `length` reference words (or characters).

    >>> ErrorCounts(1, 0, 1, 10) + ErrorCounts(0, 2, 0, 10)
    ErrorCounts(insertions=1, deletions=2, substitutions=1, length=20)
    """

    insertions: int = 0
    deletions: int = 0
    substitutions: int = 0
    length: int = 0

    @property
    def errors(self) -> int:
        """All errors together."""
        return self.insertions + self.deletions + self.substitutions

    @property
    def rate(self) -> float:
        """Errors per reference word; above 1 if much was invented. With an empty reference 0 or,
        with errors, 1.
        """
        return ratio(self.errors, self.length)


def numbered(*texts: Sequence[str]) -> list[np.ndarray]:
    """Each sequence of words as int64 numbers; equal words get equal numbers."""
    numbers: dict[str, int] = {}
    return [
        np.array([numbers.setdefault(word, len(numbers)) for word in text], np.int64)
        for text in texts
    ]


def word_errors(
    reference: Sequence[str], result: Sequence[str], windows: Windows | None = None
) -> ErrorCounts:
    """Word errors of normalised words; with `windows` only words whose times overlap may be
    matched.
    """
    a, b = numbered(reference, result)
    return ErrorCounts(*error_counts(a, b, windows), len(a))


def character_errors(reference: Sequence[str], result: Sequence[str]) -> ErrorCounts:
    """Character errors of normalised words; the single space between two words is a character."""
    return word_errors(" ".join(reference), " ".join(result))


def errors_by_word(
    reference: Sequence[str], result: Sequence[str], windows: Windows | None = None
) -> np.ndarray:
    """int64 (n,): how many errors belong to each reference word; an insertion to the word before
    it.

    The sum is that of `word_errors`, but for an empty reference, which has no word to put errors
    on.
    """
    a, b = numbered(reference, result)
    pairs = align(a, b, windows)
    row, column = pairs[:, 0], pairs[:, 1]
    wrong = (row < 0) | (column < 0)
    both = ~wrong
    wrong[both] = a[row[both]] != b[column[both]]
    owner = np.maximum.accumulate(np.maximum(row, 0))
    return np.bincount(owner, wrong, len(a))[: len(a)].astype(np.int64)
