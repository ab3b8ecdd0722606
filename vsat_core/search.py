"""Finding words in transcripts: how words are normalised, what a query means, and where it matches.

A query is one or more parts, and all of them must occur in the same line (an unbroken run of words of one speaker):
`budget report` both words in any order, `"budget report"` the phrase, `budg*` any word that begins so.
"""
from __future__ import annotations

import itertools
import json
import os
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import TextColumn, WordIndex
from vsat_core.errors import InputError, VsatError

_STRAY = re.compile(r"(?<!\d)\.|\.(?!\d)|(?<![^\W\d_])'|'(?![^\W\d_])")  # a stop or apostrophe with no right to stay


def normalise(word: str) -> str:
    """A word as it is compared: NFKC, case folded, only letters, marks and digits kept, and ' or . inside the word.

    An apostrophe stays between letters, a full stop between digits. "" if nothing is left.

    >>> [normalise(w) for w in ("“Budget,”", "Don’t!", "3.5%", "well-known", "—")]
    ['budget', "don't", '3.5', 'wellknown', '']
    """
    if word.isascii() and word.isalnum():
        return word.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold()).replace("’", "'")
    kept = "".join(c for c in folded if c in "'." or unicodedata.category(c)[0] in "LMN")
    return unicodedata.normalize("NFKC", _STRAY.sub("", kept))


@attrs.frozen
class Term:
    """One word to look for, normalised; with `prefix`, any word that begins with it."""

    text: str
    prefix: bool = False

    def matches(self, token: str) -> bool:
        """Whether a normalised word is meant."""
        return token.startswith(self.text) if self.prefix else token == self.text


@attrs.frozen
class Query:
    """`parts` that must all occur in one line; a part of several terms is a phrase: those words next to each other."""

    parts: tuple[tuple[Term, ...], ...]

    @classmethod
    def parse(cls, text: str) -> Query:
        """The query written as text, phrases in double quotes. Raises VsatError when no word is in it.

        >>> Query.parse('budg* "annual report"').parts
        ((Term(text='budg', prefix=True),), (Term(text='annual', prefix=False), Term(text='report', prefix=False)))
        """
        parts: list[tuple[Term, ...]] = []
        for i, piece in enumerate(re.sub("[“”]", '"', text).split('"')):
            terms = [Term(normalise(w), w.endswith("*")) for w in piece.split()]
            terms = [t for t in terms if t.text]
            parts += [tuple(terms)] if i % 2 and terms else [(t,) for t in terms]
        if not parts:
            raise VsatError(f"search: expected at least one word, got {text!r}; * stands for the end of a word only")
        return cls(tuple(parts))

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Query:
        """The query typed at a shell, which takes quotes away: an argument of several words is a phrase."""
        return cls.parse(" ".join(a if '"' in a or len(a.split()) < 2 else f'"{a}"' for a in arguments))


@attrs.frozen
class Match:
    """A place where all parts of a query occur: the line's number, and the words found, by rising number."""

    line: int
    words: tuple[int, ...]


def find(index: WordIndex, lines: Sequence[range], query: Query) -> list[Match]:
    """Every shortest stretch of words, within one line, that holds all parts of the query; in order.

    `lines` are the word numbers of each line, as Transcript.lines() gives them. A query of one part thus finds each
    occurrence. Shortest stretches are those of Clarke, Cormack and Burkowski 1995, "An algebra for structured text
    search": no other match lies inside.
    """
    begins = [line.start for line in lines]
    per_part = []
    for part in query.parts:
        grouped: dict[int, list[int]] = {}
        for first in _phrase_starts(index, part):
            line = bisect_right(begins, first) - 1
            if line >= 0 and first + len(part) <= lines[line].stop:
                grouped.setdefault(line, []).append(first)
        per_part.append(grouped)
    common = set(per_part[0]).intersection(*per_part[1:])
    sizes = [len(part) for part in query.parts]
    return [
        Match(line, words) for line in sorted(common) for words in _stretches([g[line] for g in per_part], sizes)
    ]


def positions(index: WordIndex, term: Term) -> list[int]:
    """Word numbers of a term, rising: through the postings where the index has them, else by reading every token."""
    if not len(index.offsets):
        return [i for i, token in enumerate(index.token) if term.matches(token)]
    terms = index.term
    low = high = bisect_left(_Sorted(terms), term.text)
    if term.prefix:
        high = bisect_left(_Sorted(terms), True, lo=low, key=lambda t: not t.startswith(term.text))
    elif low < len(terms) and terms[low] == term.text:
        high = low + 1
    rows = index.postings[index.offsets[low] : index.offsets[high]]
    return np.sort(rows).tolist() if high > low + 1 else rows.tolist()


class _Sorted(Sequence[str]):
    """A text column as the sequence that bisect wants."""

    def __init__(self, column: TextColumn) -> None:
        self.column = column

    def __len__(self) -> int:
        return len(self.column)

    def __getitem__(self, i: Any) -> Any:
        return self.column[i]


def _phrase_starts(index: WordIndex, part: tuple[Term, ...]) -> list[int]:
    starts = positions(index, part[0])
    for distance, term in enumerate(part[1:], 1):
        there = set(positions(index, term)) if starts else set()
        starts = [s for s in starts if s + distance in there]
    return starts


def _stretches(starts: list[list[int]], sizes: list[int]) -> Iterator[tuple[int, ...]]:
    """The shortest stretches that hold one occurrence of each part; `starts[k]` are those of part k, `sizes[k]` words
    long, all in one line. Yields the word numbers of the occurrences."""
    ends = sorted({s + n for part, n in zip(starts, sizes, strict=True) for s in part})
    found: list[tuple[int, list[int]]] = []
    for end in ends:
        latest = [bisect_right(part, end - n) - 1 for part, n in zip(starts, sizes, strict=True)]
        if min(latest) < 0:
            continue
        chosen = [part[k] for part, k in zip(starts, latest, strict=True)]
        if not found or min(chosen) > found[-1][0]:
            found.append((min(chosen), chosen))
    for _, chosen in found:
        yield tuple(sorted({w for s, n in zip(chosen, sizes, strict=True) for w in range(s, s + n)}))


@attrs.frozen
class Found:
    """A match in a file: where it is said (seconds), by whom, and the words around."""

    file: Path
    seconds: float
    speaker: str
    context: str


def search_folder(
    words: Sequence[str], folder: Path, note: Callable[[str], None] = lambda line: None, around: int = 5
) -> Iterator[Found]:
    """Every match in the .json transcripts below `folder` (or in the one file given), file by file in order of name.

    `words` is a query as typed at a shell (see Query.of); `around` words of context are kept on each side. A file that
    is no transcript of ours, or is damaged, is passed over with one line to `note`. Only one file is in memory at a
    time. Raises InputError if there is no such folder, VsatError for a query without words.
    """
    query = Query.of(words)
    folder = Path(folder)
    if not folder.exists():
        raise InputError(f"{folder}: expected a folder of transcripts, found nothing there; check the name")
    for file in [folder] if folder.is_file() else _json_files(folder):
        try:
            yield from _search_file(file, query, around)
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
            note(f"{file}: passed over, not a transcript of ours ({type(error).__name__}: {error})")


def _json_files(folder: Path) -> Iterator[Path]:
    for place, inner, names in os.walk(folder):
        inner.sort()
        yield from (Path(place, name) for name in sorted(names) if name.lower().endswith(".json"))


def _search_file(file: Path, query: Query, around: int) -> list[Found]:
    with file.open(encoding="utf-8") as stream:
        if not re.match(r'\s*\{\s*"vsat"', stream.read(64)):
            raise ValueError('expected {"vsat": ...}')
        stream.seek(0)
        document = json.load(stream)
    words = document["words"]
    texts, speakers = [str(w["word"]) for w in words], [w["speaker"] for w in words]
    cuts = [0, *(i for i in range(1, len(words)) if speakers[i] != speakers[i - 1]), len(words)]
    lines = [range(a, b) for a, b in itertools.pairwise(cuts)] if words else []
    found = []
    for match in find(_index_of(document, texts), lines, query):
        first = match.words[0]
        context = _context(texts, lines[match.line], match.words, around)
        found.append(Found(file, float(words[first]["start"]), str(speakers[first]), context))
    return found


def _index_of(document: dict[str, Any], texts: list[str]) -> WordIndex:
    """The inverted index in the file, or tokens for a scan if it has none. Raises ValueError if it does not fit."""
    stored = document.get("index")
    if not stored:
        none = np.zeros(0, np.int64)
        return WordIndex(TextColumn.of(normalise(t) for t in texts), TextColumn.of(()), none, none)
    terms = sorted(stored)
    postings = np.array([n for t in terms for n in stored[t]], np.int64)
    if len(postings) and not (postings.min() >= 0 and postings.max() < len(texts)):
        raise ValueError("its index names words that are not there")
    offsets = np.cumsum([0, *(len(stored[t]) for t in terms)])
    return WordIndex(TextColumn.of(()), TextColumn.of(terms), offsets, postings)


def _context(texts: list[str], line: range, matched: tuple[int, ...], around: int) -> str:
    """The words near those matched, with … where some of the line are left out between or around them."""
    shown = sorted({i for m in matched for i in range(max(m - around, line.start), min(m + around + 1, line.stop))})
    pieces = ["… "] if shown[0] > line.start else []
    for here, following in itertools.pairwise([*shown, line.stop]):
        pieces += [texts[here], " " if following == here + 1 else " … "]
    return "".join(pieces).rstrip()
