"""Finding words in the transcripts of a folder: where, when, by whom, and the words around."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import attrs
import msgspec
import numpy as np

from vsat_core.artifacts import TextColumn, WordIndex
from vsat_core.errors import InputError
from vsat_core.formats.beginnings import begins_transcript
from vsat_core.formats.lines import content_of
from vsat_core.formats.scripts import blanks_after
from vsat_core.formats.transcript import Readable
from vsat_core.search.context import context as shown
from vsat_core.search.lines import in_pieces, words_in_line
from vsat_core.search.matching import Match, find
from vsat_core.search.query import Query, normalise
from vsat_core.search.unspaced import find_characters, is_unspaced


@attrs.frozen
class SearchHit:
    """A match in a file: where it is said (seconds), by whom, and the words around."""

    file: Path
    seconds: float
    speaker: str
    context: str


def search_folder(
    words: Sequence[str],
    folder: Path,
    note: Callable[[str], None] = lambda line: None,
    around: int = 5,
) -> Iterator[SearchHit]:
    """Every match in the .json transcripts below `folder` (or in the one file given), file by file
    in order of name.

    `words` is a query as typed at a shell (see Query.of); `around` words of context are kept on
    each side. A file that is no transcript of ours, or is damaged, is passed over with one line to
    `note`. Only one file is in memory at a time. Raises InputError if there is no such folder,
    VsatError for a query without words.
    """
    query = Query.of(words)
    folder = Path(folder)
    if not folder.exists():
        raise InputError(
            f"{folder}: expected a folder of transcripts, found nothing there; check the name"
        )
    for file in [folder] if folder.is_file() else _json_files(folder):
        try:
            yield from _search_file(file, query, around)
        except (OSError, ValueError, RecursionError) as error:
            note(f"{file}: passed over, not a transcript of ours ({error})")


def _json_files(folder: Path) -> Iterator[Path]:
    for place, inner, names in os.walk(folder):
        inner.sort()
        yield from (Path(place, name) for name in sorted(names) if name.lower().endswith(".json"))


def _search_file(file: Path, query: Query, around: int) -> list[SearchHit]:
    content = content_of(file)
    if not begins_transcript(content):
        raise ValueError('expected {"vsat": ...}')
    transcript = msgspec.json.decode(content, type=Readable)
    words = transcript.all_words()
    begins = [i for i in range(len(words)) if not i or words[i].speaker != words[i - 1].speaker]
    ends = [*begins[1:], len(words)]
    texts = [w.word for w in words]
    blank = blanks_after(texts, transcript.languages()).tolist()
    hits = []
    if query.near:
        matches = _line_by_line(texts, begins, ends, query)
    elif is_unspaced(query):
        matches = find_characters(map(normalise, texts), begins, query)
    else:
        matches = find(_index_of(transcript, texts, begins), query)
    for match in matches:
        first = words[match.words[0]]
        line = range(begins[match.line], ends[match.line])
        context = shown(texts, blank, line, match.words, around)
        hits.append(SearchHit(file, first.start, first.speaker, context))
    return hits


def _line_by_line(
    texts: list[str], begins: list[int], ends: list[int], query: Query
) -> list[Match]:
    """The matches of a query that an index of words does not answer."""
    out = []
    query = in_pieces(query)
    for line, (first, last) in enumerate(zip(begins, ends, strict=True)):
        found = words_in_line(texts[first:last], query)
        out += [Match(line, tuple(first + k for k in words)) for words in found]
    return out


def _index_of(transcript: Readable, texts: list[str], begins: list[int]) -> WordIndex:
    """The inverted index in the file, or tokens for a scan if it has none. Raises ValueError if it
    does not fit.
    """
    stored = transcript.index
    line, none = np.array(begins, np.int64), np.zeros(0, np.int64)
    if not stored:
        tokens = TextColumn.of(normalise(t) for t in texts)
        return WordIndex(tokens, TextColumn.of(()), none, none, line)
    terms = sorted(stored)
    postings = np.array([n for t in terms for n in stored[t]], np.int64)
    if len(postings) and not (postings.min() >= 0 and postings.max() < len(texts)):
        raise ValueError("its index names words that are not there")
    offsets = np.cumsum([0, *(len(stored[t]) for t in terms)])
    return WordIndex(TextColumn.of(()), TextColumn.of(terms), offsets, postings, line)
