"""What all formats are made from: the results of one recording as words, paragraphs and names."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import attrs

from vsat_core.artifacts import SAMPLE_RATE, Audio, Source, Transcript, Waveform, WordIndex

LONG_PAUSE = 2 * SAMPLE_RATE  # a silence of one speaker that begins a new paragraph
LONG_PARAGRAPH = 600  # characters after which the next sentence begins one; twice as many, any word
SENTENCE_END = re.compile(r"[.?!…][\"'”’)\]]*$")


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


@attrs.frozen
class Report:
    """Everything `write` is given; `words` can be gone through again and again."""

    source: Source
    audio: Audio
    transcript: Transcript
    index: WordIndex
    waveform: Waveform
    words: Iterable[Word]

    @property
    def file_id(self) -> str:
        """The recording's name in NIST formats, which hold no blanks."""
        return re.sub(r"\s+", "_", printable(self.source.name))

    def paragraphs(self) -> Iterator[Paragraph]:
        """The words by speaker, broken at long pauses and, in long speeches, at ends of sentences."""
        current: list[Word] = []
        size = 0
        for word in self.words:
            if current and _breaks(current[-1], word, size):
                yield Paragraph(current[0].speaker, current)
                current, size = [], 0
            current.append(word)
            size += len(word.text) + 1
        if current:
            yield Paragraph(current[0].speaker, current)


@attrs.frozen
class StreamedWords:
    """A transcript's words, made anew by every loop and never held together."""

    transcript: Transcript

    def __iter__(self) -> Iterator[Word]:
        t = self.transcript
        for i, text in enumerate(t.text):
            yield Word(text, int(t.start[i]), int(t.end[i]), int(t.speaker[i]))


def listed_words(transcript: Transcript) -> list[Word]:
    """The same words as a list."""
    t = transcript
    return list(map(Word, t.text, t.start.tolist(), t.end.tolist(), t.speaker.tolist()))


def _breaks(before: Word, word: Word, size: int) -> bool:
    if word.speaker != before.speaker or word.start - before.end >= LONG_PAUSE:
        return True
    return size > 2 * LONG_PARAGRAPH or (size > LONG_PARAGRAPH and SENTENCE_END.search(before.text) is not None)


def speaker_name(speaker: int) -> str:
    """What readers see: counted from 1."""
    return f"Speaker {speaker + 1}" if speaker >= 0 else "Unknown speaker"


def speaker_id(speaker: int) -> str:
    """What scoring tools see: no blanks."""
    return f"S{speaker + 1}" if speaker >= 0 else "unknown"


def printable(name: str) -> str:
    """A file name as valid Unicode, whatever bytes it has on disk."""
    return name.encode("utf-8", "replace").decode("utf-8")
