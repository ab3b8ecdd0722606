"""The words of a transcript as arrays, and the paragraphs they are shown in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, TextColumn
from vsat_core.formats.lines import token
from vsat_plugins.write.rows import Slices

LONG_PAUSE = 2 * SAMPLE_RATE  # a silence of one speaker that begins a new paragraph
LONG_PARAGRAPH = 600  # characters after which the next sentence begins one; twice as many, any word
LATER = 60 * SAMPLE_RATE
SENTENCE_END = re.compile("(?:[.?!]|…)(?:[\"')\\]]|”|’)*\n? ".encode())
BLANK, CONTINUATION = 0x20, 0b10


class Script:
    """Words with their times and speakers, who may have names. `text` uint8 holds them with a blank
    after each; word i is text[begin[i]:begin[i + 1] - 1], and has place[i] characters before it.
    """

    def __init__(
        self,
        text: TextColumn,
        start: np.ndarray,
        end: np.ndarray,
        speaker: np.ndarray,
        names: Sequence[str] = (),
    ) -> None:
        self.start, self.end, self.speaker, self.names = start, end, speaker, names
        source, offsets = text.buffer, text.offsets
        number = np.repeat(np.arange(len(self.start)), np.diff(offsets))
        self.text = np.full(len(source) + len(self.start), BLANK, np.uint8)
        self.text[np.arange(len(source)) + number] = source
        self.begin = offsets + np.arange(len(offsets))
        characters = np.cumsum(self.text >> 6 != CONTINUATION)
        self.place = np.append(0, characters)[self.begin]

    def words(self, first: np.ndarray, last: np.ndarray) -> Slices:
        """Words first[i]..last[i] - 1 with a blank between, for every i."""
        return Slices(self.text, self.begin[first], self.begin[last] - 1)

    @cached_property
    def following(self) -> np.ndarray:
        """Where each word starts and, after the last, a time long after all; int64 (n + 1,)."""
        return np.append(self.start, self.end.max(initial=0) + LATER)

    @property
    def each(self) -> Slices:
        """The words one by one."""
        return Slices(self.text, self.begin[:-1], self.begin[1:] - 1)

    @cached_property
    def ends_sentence(self) -> np.ndarray:
        """Whether each word ends a sentence, quotes and brackets after it aside; bool."""
        ends = [match.end() for match in SENTENCE_END.finditer(self.text.tobytes())]
        return np.isin(self.begin[1:], ends)

    @cached_property
    def ends_clause(self) -> np.ndarray:
        """Whether a comma, semicolon or colon ends each word, or it is empty; bool."""
        last = self.text[np.maximum(self.begin[1:] - 2, 0)]
        return np.isin(last, list(b",;:")) | (np.diff(self.begin) == 1)

    @cached_property
    def begins_speaker(self) -> np.ndarray:
        """Whether each word is of another speaker than the one before; bool."""
        new = np.ones(len(self.start), bool)
        new[1:] = self.speaker[1:] != self.speaker[:-1]
        return new

    @cached_property
    def paragraphs(self) -> np.ndarray:
        """The first word of each paragraph, and the number of words, int64: a new one for another
        speaker, after a long pause and, in long speeches, after a sentence.
        """
        n = len(self.start)
        new = self.begins_speaker.copy()
        new[1:] |= self.start[1:] - self.end[:-1] >= LONG_PAUSE
        first: list[int] = []
        begun = 0
        after = np.append(False, self.ends_sentence)[:n]
        rows = zip(new.tolist(), after.tolist(), self.place[:n].tolist(), strict=True)
        for i, (breaks, after_sentence, place) in enumerate(rows):
            size = place - begun
            long = size > 2 * LONG_PARAGRAPH or (size > LONG_PARAGRAPH and after_sentence)
            if breaks or long:
                first.append(i)
                begun = place
        return np.array([*first, n], np.int64)


def speaker_name(speaker: int, names: Sequence[str] = ()) -> str:
    """What readers see: the speaker's name if there is one, else the number counted from 1."""
    if 0 <= speaker < len(names):
        return names[speaker]
    return f"Speaker {speaker + 1}" if speaker >= 0 else "Unknown speaker"


def speaker_id(speaker: int, names: Sequence[str] = ()) -> str:
    """What scoring tools see: no blanks."""
    if 0 <= speaker < len(names):
        return token(names[speaker])
    return f"S{speaker + 1}" if speaker >= 0 else "unknown"
