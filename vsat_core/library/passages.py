"""The words of a passage, and how they are packed into one row of the library."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, groupby
from typing import NamedTuple

import attrs

from vsat_core.library.schema import RECORDING_BITS
from vsat_core.search.tokens import tokens_of_all

TARGET_WORDS = 64  # lines are put together until there are so many
LONGEST_LINE = 256  # a longer one is cut, at the end of a sentence if there is one
LOOKAHEAD = (
    16  # words of the next passage that are indexed with a passage, so that no phrase is cut
)
SENTENCE_END = (".", "?", "!", "。", "？", "！", "؟", "।")
LEVEL = 6  # of zlib
UNKNOWN = -1  # confidence, or the speaker of a word


class Word(NamedTuple):
    """A word of a library. `id` never changes: the word's number in the transcript, from 0, or at
    least 2 ** 32 for a word that an edit made. Times in milliseconds; `speaker` is the number of a
    speaker of the recording, whatever it was merged into; `confidence` in thousandths, UNKNOWN
    where there is none.
    """

    id: int
    text: str
    start_ms: int
    end_ms: int
    speaker: int
    confidence: int = UNKNOWN
    language: str = ""
    edited: bool = False


@attrs.define
class Passage:
    """Words that are stored together. `place` counts the passages of a recording; `first` is the
    id of the first word it had in the transcript.
    """

    place: int
    first: int
    words: list[Word]

    def tokens(self, following: Sequence[Word]) -> str:
        """What the full-text table holds, given the words of the next passage."""
        texts = [word.text for word in chain(self.words, following[:LOOKAHEAD])]
        return " ".join(chain.from_iterable(tokens_of_all(texts)))


def row_id(recording: int, place: int) -> int:
    """The id of a passage's row."""
    return recording << RECORDING_BITS | place


def pack(passage: Passage, language: str) -> tuple[int, int, bytes, str, str | None]:
    """start_ms, end_ms, words, speakers, extra; `language` is the recording's.

    `words` is what zlib makes of int32 steps between starts, int32 durations, int16 confidences,
    and the texts one a line: together half of what they take apart and as they are.
    """
    words = passage.words
    if not words:
        return 0, 0, b"", "", None
    ids, texts, starts, ends, speakers, sure, codes, edited = zip(*words, strict=True)
    steps = array("i", map(int.__sub__, starts, (0, *starts[:-1])))
    lasting = array("i", map(int.__sub__, ends, starts))
    data = steps.tobytes() + lasting.tobytes() + array("h", sure).tobytes()
    data += "\n".join(texts).encode("utf-8", "surrogatepass")
    runs = " ".join(f"{who}x{len(list(run))}" for who, run in groupby(speakers))
    extra: dict[str, object] = {}
    if ids != tuple(range(passage.first, passage.first + len(ids))):
        extra["ids"] = ids
    if codes.count(language) != len(codes):
        extra["languages"] = codes
    if any(edited):
        extra["edited"] = [i for i, one in enumerate(edited) if one]
    packed = json.dumps(extra, separators=(",", ":")) if extra else None
    return min(starts), max(ends), zlib.compress(data, LEVEL), runs, packed


Row = tuple[int, int, bytes, str, str | None]  # place, first, and what `pack` gives but times


class Columns(NamedTuple):
    """The words of a passage column by column: see Word."""

    ids: Sequence[int]
    texts: list[str]
    starts: list[int]
    ends: list[int]
    speakers: list[int]
    confidences: Sequence[int]
    languages: list[str]
    edited: list[bool]


def columns(row: Row, language: str) -> Columns:
    """The words of a row, which holds at least one. Raises zlib.error or ValueError if it is
    damaged.
    """
    _, first, packed, speakers, extra = row
    who = speakers_of(speakers)
    n = len(who)
    data = zlib.decompress(packed)
    steps, lasting, sure = array("i"), array("i"), array("h")
    steps.frombytes(data[: 4 * n])
    lasting.frombytes(data[4 * n : 8 * n])
    sure.frombytes(data[8 * n : 10 * n])
    texts = data[10 * n :].decode("utf-8", "surrogatepass").split("\n")
    starts = list(accumulate(steps))
    ends = list(map(int.__add__, starts, lasting))
    unusual = json.loads(extra) if extra else {}
    ids = unusual.get("ids") or range(first, first + n)
    codes = unusual.get("languages") or [language] * n
    edited = [False] * n
    for i in unusual.get("edited", ()):
        edited[i] = True
    return Columns(ids, texts, starts, ends, who, sure, codes, edited)


def unpack(row: Row, language: str) -> Passage:
    """The passage of a row. Raises what `columns` does."""
    if not row[3]:
        return Passage(row[0], row[1], [])
    words = [Word(*word) for word in zip(*columns(row, language), strict=True)]
    return Passage(row[0], row[1], words)


def speakers_of(runs: str) -> list[int]:
    """The speaker of each word.

    >>> speakers_of("0x2 1x1")
    [0, 0, 1]
    """
    out: list[int] = []
    for run in runs.split():
        who, count = run.split("x")
        out += [int(who)] * int(count)
    return out


def cut(words: Sequence[Word]) -> Iterable[Passage]:
    """The passages of a transcript, at least one."""
    begin = place = end = 0
    for size in _lines(words):
        if end > begin and (end - begin >= TARGET_WORDS or size > TARGET_WORDS):
            yield Passage(place, begin, list(words[begin:end]))
            begin, place = end, place + 1
        end += size
    yield Passage(place, begin, list(words[begin:end]))


def _lines(words: Sequence[Word]) -> Iterable[int]:
    """The number of words of each line, or of each part of a line that is too long."""
    at = 0
    for _, run in groupby(words, key=lambda w: w.speaker):
        left = len(list(run))
        while left > LONGEST_LINE:
            half = LONGEST_LINE // 2
            stops = (
                k
                for k in range(LONGEST_LINE, half, -1)
                if words[at + k - 1].text.endswith(SENTENCE_END)
            )
            size = next(stops, LONGEST_LINE)
            yield size
            at, left = at + size, left - size
        yield left
        at += left
