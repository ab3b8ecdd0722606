"""What was said as words with speakers, and as paragraphs of one speaker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vsat_core.artifacts import SAMPLE_RATE, Transcript

LONG_PAUSE = 2 * SAMPLE_RATE  # a silence of one speaker that begins a new paragraph
LONG_PARAGRAPH = 600  # characters after which the next sentence begins one; twice as many, any word
SENTENCE_END = re.compile(r"[.?!…][\"'”’)\]]*$")
BLOCK = 4096  # words turned into Python objects at a time


class Word(NamedTuple):
    """A word with its punctuation; samples; speaker -1 if nobody could be named."""

    text: str
    start: int
    end: int
    speaker: int


class Paragraph(NamedTuple):
    """Words of one speaker without a long pause: never empty."""

    speaker: int
    words: list[Word]

    @property
    def text(self) -> str:
        """What was said."""
        return " ".join(w.text for w in self.words)

    @property
    def end(self) -> int:
        """Sample where the last sound of it ends."""
        return max(w.end for w in self.words)


def words_of(transcript: Transcript) -> Iterator[Word]:
    """The words one by one."""
    texts = iter(transcript.text)
    for i in range(0, len(transcript.start), BLOCK):
        rows = slice(i, i + BLOCK)
        columns = (a[rows].tolist() for a in (transcript.start, transcript.end, transcript.speaker))
        for start, end, speaker in zip(*columns, strict=True):
            yield Word(next(texts), start, end, speaker)


def paragraphs_of(words: Iterable[Word]) -> Iterator[Paragraph]:
    """The words by speaker, broken at long pauses and, in long speeches, at ends of sentences."""
    current: list[Word] = []
    size = 0
    for word in words:
        if current and _breaks(current[-1], word, size):
            yield Paragraph(current[0].speaker, current)
            current, size = [], 0
        current.append(word)
        size += len(word.text) + 1
    if current:
        yield Paragraph(current[0].speaker, current)


def _breaks(before: Word, word: Word, size: int) -> bool:
    if word.speaker != before.speaker or word.start - before.end >= LONG_PAUSE:
        return True
    return size > 2 * LONG_PARAGRAPH or (
        size > LONG_PARAGRAPH and SENTENCE_END.search(before.text) is not None
    )


def speaker_name(speaker: int) -> str:
    """What readers see: counted from 1."""
    return f"Speaker {speaker + 1}" if speaker >= 0 else "Unknown speaker"


def speaker_id(speaker: int) -> str:
    """What scoring tools see: no blanks."""
    return f"S{speaker + 1}" if speaker >= 0 else "unknown"
