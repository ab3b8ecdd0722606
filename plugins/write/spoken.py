"""What is spoken of a written word: the punctuation around it is not, signs such as $ and % are."""

from __future__ import annotations

import unicodedata

import numpy as np

SIGNS = frozenset(
    "%‰&@#+=°×÷±"
)  # spoken wherever they stand at an edge, as are signs of currencies
MINUS = frozenset("-−")  # spoken before a number only


def is_spoken(sign: str) -> bool:
    """Whether this character is spoken: a letter, a digit, or a sign with a name of its own."""
    return sign.isalnum() or sign in SIGNS or unicodedata.category(sign) == "Sc"


def spoken(word: str) -> str:
    """The word without the punctuation around it; "" where nothing is spoken.

    >>> [spoken(w) for w in ("“$25.99,”", "50%.", "(-5)", "- yes", "+44", "R&D", "&", "--", "###")]
    ['$25.99', '50%', '-5', 'yes', '+44', 'R&D', '&', '', '']
    """
    first, last = edges(word)
    return word[first:last]


def edges(word: str) -> tuple[int, int]:
    """From which to which character a word is spoken, equal where nothing is.

    A row of signs without a letter or digit is decoration; a single one may be spoken, as in "R &
    D".
    """
    first, last = 0, len(word)
    while first < last and not is_spoken(word[first]) and not _is_minus(word, first):
        first += 1
    while first < last and not is_spoken(word[last - 1]):
        last -= 1
    if last - first > 1 and not any(c.isalnum() for c in word[first:last]):
        return first, first
    return first, last


def _is_minus(word: str, at: int) -> bool:
    """Whether a negative number or amount begins here."""
    if word[at] not in MINUS or at + 1 == len(word):
        return False
    return word[at + 1].isdecimal() or unicodedata.category(word[at + 1]) == "Sc"


SPOKEN = np.array([is_spoken(chr(c)) for c in range(128)])  # of each ASCII character
ALPHANUMERIC = np.array([chr(c).isalnum() for c in range(128)])
