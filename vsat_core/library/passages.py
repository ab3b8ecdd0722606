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
from vsat_core.search.tokens import tokens_of

TARGET_WORDS = 64  # lines are put together until there are so many
LONGEST_LINE = 256  # a longer one is cut, at the end of a sentence if there is one
LOOKAHEAD = (
    16  # words of the next passage that are indexed with a passage, so that no phrase is cut
)
SENTENCE_END = (".", "?", "!", "。", "？", "！", "؟", "।")
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
        words = chain(self.words, following[:LOOKAHEAD])
        return " ".join(chain.from_iterable(tokens_of(w.text) for w in words))


def row_id(recording: int, place: int) -> int:
    """The id of a passage's row."""
    return recording << RECORDING_BITS | place


def pack(passage: Passage, language: str) -> tuple[int, int, str, bytes, str, str | None]:
    """start_ms, end_ms, texts, numbers, speakers, extra; `language` is the recording's.

    `numbers` is what zlib makes of int32 steps between starts, int32 durations and int16
    confidences.
    """
    words = passage.words
    if not words:
        return 0, 0, "", b"", "", None
    ids, texts, starts, ends, speakers, sure, codes, edited = zip(*words, strict=True)
    steps = array("i", map(int.__sub__, starts, (0, *starts[:-1])))
    lasting = array("i", map(int.__sub__, ends, starts))
    data = steps.tobytes() + lasting.tobytes() + array("h", sure).tobytes()
    runs = " ".join(f"{who}x{len(list(run))}" for who, run in groupby(speakers))
    extra: dict[str, object] = {}
    if ids != tuple(range(passage.first, passage.first + len(ids))):
        extra["ids"] = ids
    if codes.count(language) != len(codes):
        extra["languages"] = codes
    if any(edited):
        extra["edited"] = [i for i, one in enumerate(edited) if one]
    packed = json.dumps(extra, separators=(",", ":")) if extra else None
    return min(starts), max(ends), "\n".join(texts), zlib.compress(data, 1), runs, packed


Row = tuple[int, int, str, bytes, str, str | None]  # place, first, and what `pack` gives but times


def unpack(row: Row, language: str) -> Passage:
    """The passage of a row. Raises zlib.error or ValueError if it is damaged."""
    place, first, texts, numbers, speakers, extra = row
    if not speakers:
        return Passage(place, first, [])
    said = texts.split("\n")
    n = len(said)
    data = zlib.decompress(numbers)
    steps, lasting, sure = array("i"), array("i"), array("h")
    steps.frombytes(data[: 4 * n])
    lasting.frombytes(data[4 * n : 8 * n])
    sure.frombytes(data[8 * n :])
    starts = list(accumulate(steps))
    unusual = json.loads(extra) if extra else {}
    ids = unusual.get("ids") or range(first, first + n)
    codes = unusual.get("languages") or [language] * n
    edited = [False] * n
    for i in unusual.get("edited", ()):
        edited[i] = True
    ends = map(int.__add__, starts, lasting)
    rows = zip(ids, said, starts, ends, speakers_of(speakers), sure, codes, edited, strict=True)
    return Passage(place, first, [Word(*row) for row in rows])


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
