"""What is spoken of a written word: the punctuation around it is not, signs such as $ and % are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import numpy as np

# spoken wherever they stand at an edge, as are signs of currencies
SIGNS = frozenset("%‰&@#+=°×÷±")
MINUS = frozenset("-−")  # spoken before a number only


def spoken(word: str) -> str:
    """The word without the punctuation around it; "" where nothing is spoken.

    >>> [spoken(w) for w in ("“$25.99,”", "50%.", "(-5)", "- yes", "+44", "R&D", "&", "--", "###")]
    ['$25.99', '50%', '-5', 'yes', '+44', 'R&D', '&', '', '']

    A row of signs without a letter or digit is decoration; a single one may be spoken, as in "R &
    D".
    """
    if word.isalnum():
        return word
    first, last = 0, len(word)
    while first < last and not _is_spoken(word[first]) and not _is_minus(word, first):
        first += 1
    while first < last and not _is_spoken(word[last - 1]):
        last -= 1
    if last - first > 1 and not any(c.isalnum() for c in word[first:last]):
        return ""
    return word[first:last]


def edges(words: Iterable[str]) -> np.ndarray:
    """Of each word the bytes before what is spoken of it and the bytes of that, int64 (n, 2)."""
    words = list(words)
    known = {word: _edges(word) for word in set(words)}
    return np.array([known[word] for word in words], np.int64).reshape(-1, 2)


def _edges(word: str) -> tuple[int, int]:
    core = spoken(word)
    return len(word[: word.index(core)].encode()), len(core.encode())


def _is_spoken(sign: str) -> bool:
    """Whether this character is spoken: a letter, a mark on one (a vowel in Thai and Hindi), a
    digit, or a sign with a name of its own.
    """
    kind = unicodedata.category(sign)
    return sign.isalnum() or sign in SIGNS or kind == "Sc" or kind[0] == "M"


def _is_minus(word: str, at: int) -> bool:
    """Whether a negative number or amount begins here."""
    if word[at] not in MINUS or at + 1 == len(word):
        return False
    return word[at + 1].isdecimal() or unicodedata.category(word[at + 1]) == "Sc"
