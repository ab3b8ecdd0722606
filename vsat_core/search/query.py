"""How words are normalised for searching, and what a query means.

A query is one or more parts, and all of them must occur in the same line (an unbroken run of words
of one speaker): `budget report` both words in any order, `"budget report"` the phrase, `budg*` any
word that begins so, `NEAR(budget report, 5)` both with at most 5 words between.
"""

# annotations are not postponed: NamedTuple would compile each of them, at every start

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple, Self

from vsat_core.errors import VsatError

_STRAY = re.compile(
    r"\.(?:(?<!\d\.)|(?!\d))|'(?:(?<![^\W\d_]')|(?![^\W\d_]))"
)  # a stop outside of a number, an apostrophe outside of a word; the sign first: 13 times as fast
_NEAR = re.compile(r"\bNEAR\(([^()]*?)(?:,\s*(\d{1,6})\s*)?\)")
DISTANCE = 10  # of NEAR where none is given, as in SQLite
MOST_BETWEEN = 12  # words that NEAR allows between


def normalise(word: str) -> str:
    """A word as it is compared: NFKC, case folded, only letters, marks and digits kept, and ' or .
    inside the word.

    An apostrophe stays between letters, a full stop between digits. "" if nothing is left.

    >>> [normalise(w) for w in ("“Budget,”", "Don’t!", "3.5%", "well-known", "—")]
    ['budget', "don't", '3.5', 'wellknown', '']
    """
    if word.isascii() and word.isalnum():
        return word.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold()).replace(
        "’", "'"
    )
    kept = "".join(c for c in folded if c in "'." or unicodedata.category(c)[0] in "LMN")
    return unicodedata.normalize("NFKC", without_stray(kept))


def without_stray(text: str) -> str:
    """The text without stops outside of numbers and apostrophes outside of words."""
    return _STRAY.sub("", text)


class Term(NamedTuple):
    """One word to look for, normalised; with `prefix`, any word that begins with it."""

    text: str
    prefix: bool = False


class Near(NamedTuple):
    """Parts that stand near each other in any order: at most `distance` words between them."""

    parts: tuple[tuple[Term, ...], ...]
    distance: int


class Query(NamedTuple):
    """`parts` that must all occur in one line; a part of several terms is a phrase: those words
    next to each other. So must those of each of `near`.
    """

    parts: tuple[tuple[Term, ...], ...]
    near: tuple[Near, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The query written as text, phrases in double quotes. Raises VsatError when no word is in
        it.

        >>> for part in Query.parse('budg* "annual report"').parts:
        ...     print(*part)
        Term(text='budg', prefix=True)
        Term(text='annual', prefix=False) Term(text='report', prefix=False)
        """
        rest = re.sub("[“”]", '"', text)
        near = [_near(found) for found in _NEAR.finditer(rest)]
        parts = _parts(_NEAR.sub(" ", rest))
        if not parts and not near:
            raise VsatError(
                f"search: expected at least one word, got {text!r}; * needs the beginning of a "
                "word before it, such as budg*"
            )
        return cls(parts, tuple(near))

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Self:
        """The query typed at a shell, which takes quotes away: an argument of several words is a
        phrase.
        """
        return cls.parse(
            " ".join(
                a if '"' in a or len(a.split()) < 2 or _NEAR.fullmatch(a) else f'"{a}"'
                for a in arguments
            )
        )


def _parts(text: str) -> tuple[tuple[Term, ...], ...]:
    """Single words, and phrases in quotes."""
    parts: list[tuple[Term, ...]] = []
    for i, piece in enumerate(text.split('"')):
        terms = [Term(normalise(w), w.endswith("*")) for w in piece.split()]
        terms = [t for t in terms if t.text]
        parts += [tuple(terms)] if i % 2 and terms else [(t,) for t in terms]
    return tuple(parts)


def _near(found: re.Match[str]) -> Near:
    """NEAR(...) as written. Raises VsatError."""
    parts, distance = _parts(found[1]), int(found[2] or DISTANCE)
    if len(parts) < 2 or distance > MOST_BETWEEN:
        raise VsatError(
            f"search: expected NEAR(WORD WORD, N) with at least two words and N at most "
            f"{MOST_BETWEEN}, got {found[0]}"
        )
    return Near(parts, distance)
