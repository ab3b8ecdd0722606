"""The words of a passage, and where a transcript is cut into passages."""

# annotations are not postponed: NamedTuple would compile each of them, at every start

from collections.abc import Iterable, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from vsat_core.search.tokens import tokens_of_all

RECORDING_BITS = 20  # a passage's id is its recording's, shifted by so many bits, plus its place
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


class Passage(NamedTuple):
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
