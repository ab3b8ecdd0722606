"""How the words of a passage are packed into one row of the library, and unpacked again.

Texts and numbers are compressed apart: search reads the numbers of those passages alone that have a
match. Of numbers all low bytes stand before all high bytes, which are much alike.
"""

from __future__ import annotations

import json
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, groupby
from operator import add, sub

from vsat_core.library.damage import Damaged
from vsat_core.library.passages import Passage, Word

LEVEL = 6  # of zlib
NARROW = range(-(1 << 15), 1 << 15)  # values that two bytes take
FIRST_BYTES = 4
COLUMNS = "id & 0xFFFFF, first, texts, numbers, speakers, extra"  # of a row
Row = tuple[int, int, bytes, bytes, str, str | None]
Runs = list[tuple[int, int]]  # speaker and number of words


def pack(passage: Passage, language: str) -> tuple[int, int, bytes, bytes, str, str | None]:
    """start_ms, end_ms, texts, numbers, speakers, extra; `language` is the recording's."""
    words = passage.words
    if not words:
        return 0, 0, b"", b"", "", None
    ids, texts, starts, ends, speakers, sure, codes, edited = zip(*words, strict=True)
    runs = " ".join(f"{who}x{len(list(run))}" for who, run in groupby(speakers))
    extra: dict[str, object] = {}
    if ids != tuple(range(passage.first, passage.first + len(ids))):
        extra["ids"] = ids
    if codes.count(language) != len(codes):
        extra["languages"] = codes
    if any(edited):
        extra["edited"] = [i for i, one in enumerate(edited) if one]
    unusual = json.dumps(extra, separators=(",", ":")) if extra else None
    numbers = packed_numbers(starts, ends, sure)
    return min(starts), max(ends), packed_texts(texts), numbers, runs, unusual


def packed_texts(texts: Iterable[str]) -> bytes:
    """The texts one a line."""
    return zlib.compress("\n".join(texts).encode("utf-8", "surrogatepass"), LEVEL)


def packed_numbers(starts: Sequence[int], ends: Sequence[int], sure: Sequence[int]) -> bytes:
    """int32 the first start; then the pauses before words and their durations in ms, and
    confidences, all int16, or all int32 where one needs it: the low bytes of all, then the next.
    """
    pauses = (0, *map(sub, starts[1:], ends))
    values = [*pauses, *map(sub, ends, starts), *sure]
    kind = "h" if all(value in NARROW for value in values) else "i"
    data = array(kind, values).tobytes()
    size = len(data) // len(values)
    planes = b"".join(data[k::size] for k in range(size))
    return zlib.compress(array("i", starts[:1]).tobytes() + planes, LEVEL)


def _inflated(packed: bytes) -> bytes:
    """Its checksum tells any change. Raises Damaged."""
    try:
        return zlib.decompress(packed)
    except zlib.error:
        raise Damaged("a passage is damaged") from None


def _unpacked_numbers(packed: bytes, n: int) -> tuple[int, array[int]]:
    """The first start, and the values, of `n` words."""
    data = _inflated(packed)
    (first,) = array("i", data[:FIRST_BYTES])
    values = array("h" if len(data) - FIRST_BYTES == 6 * n else "i")
    size, length = values.itemsize, 3 * n
    planes = bytearray(length * size)
    if len(data) != FIRST_BYTES + length * size:
        raise Damaged("a passage is damaged")
    for k in range(size):
        planes[k::size] = data[FIRST_BYTES + k * length : FIRST_BYTES + (k + 1) * length]
    values.frombytes(bytes(planes))
    return first, values


class StoredWords:
    """The words of a row that has some, by their places in it, given `text_of` and `runs_of` of it,
    and the language of the recording. Raises Damaged.
    """

    def __init__(self, row: Row, text: str, runs: Runs, language: str) -> None:
        _, first, _, numbers, _, extra = row
        self.texts = text.split("\n")
        self.n = n = len(self.texts)
        self._runs = runs
        self._start, self._values = _unpacked_numbers(numbers, n)
        unusual = json.loads(extra) if extra else {}
        self.ids: Sequence[int] = unusual.get("ids") or range(first, first + n)
        self.languages: list[str] = unusual.get("languages") or [language] * n
        self._edited: list[int] = unusual.get("edited", [])

    def span(self, i: int) -> tuple[int, int]:
        """When a word begins and ends, in ms."""
        n, values = self.n, self._values
        start = self._start + sum(values[: i + 1]) + sum(values[n : n + i])
        return start, start + values[n + i]

    def confidence(self, i: int) -> int:
        """In thousandths, or UNKNOWN."""
        return self._values[2 * self.n + i]

    def speaker(self, i: int) -> int:
        """The number of the speaker of a word."""
        end = 0
        return next(who for who, n in self._runs if i < (end := end + n))

    def words(self) -> list[Word]:
        """All of them."""
        n, values = self.n, self._values
        lasting = values[n : 2 * n]
        steps = map(add, values[:n], (0, *lasting))
        starts = list(accumulate(steps, initial=self._start))[1:]
        speakers = [who for who, size in self._runs for _ in range(size)]
        edited = [False] * n
        for i in self._edited:
            edited[i] = True
        times = starts, map(add, starts, lasting)
        facts = speakers, values[2 * n :], self.languages, edited
        return [Word(*word) for word in zip(self.ids, self.texts, *times, *facts, strict=True)]


class JoinedWords:
    """The same of passages that follow each other."""

    def __init__(self, passages: Sequence[StoredWords]) -> None:
        self._passages = passages
        self._begins = list(accumulate((one.n for one in passages), initial=0))
        self.texts = list(chain.from_iterable(one.texts for one in passages))
        self.ids = list(chain.from_iterable(one.ids for one in passages))
        self.languages = list(chain.from_iterable(one.languages for one in passages))

    def _of(self, i: int) -> tuple[StoredWords, int]:
        number = bisect_right(self._begins, i) - 1
        return self._passages[number], i - self._begins[number]

    def span(self, i: int) -> tuple[int, int]:
        """As StoredWords has it."""
        words, k = self._of(i)
        return words.span(k)

    def confidence(self, i: int) -> int:
        """As StoredWords has it."""
        words, k = self._of(i)
        return words.confidence(k)

    def speaker(self, i: int) -> int:
        """As StoredWords has it."""
        words, k = self._of(i)
        return words.speaker(k)


def joined(passages: Sequence[StoredWords]) -> StoredWords | JoinedWords:
    """One passage, or several as one."""
    return passages[0] if len(passages) == 1 else JoinedWords(passages)


def text_of(row: Row) -> str:
    """The texts of a row that has words, one a line. Raises Damaged."""
    return _inflated(row[2]).decode("utf-8", "surrogatepass")


def unpack(row: Row, language: str) -> Passage:
    """The passage of a row. Raises Damaged."""
    if not row[4]:
        return Passage(row[0], row[1], [])
    stored = StoredWords(row, text_of(row), runs_of(row[4]), language)
    return Passage(row[0], row[1], stored.words())


def runs_of(runs: str) -> Runs:
    """Speaker and number of words of each run.

    >>> runs_of("0x2 1x1")
    [(0, 2), (1, 1)]
    """
    pairs = (run.split("x") for run in runs.split())
    return [(int(who), int(n)) for who, n in pairs]
