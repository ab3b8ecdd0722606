"""The words of a transcript as arrays, and the paragraphs they are shown in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, TextColumn
from vsat_core.formats.lines import token
from vsat_core.formats.scripts import CLOSINGS, STOPS, blanks_after, one_of, widths
from vsat_plugins.write.reading import line_cells, samples_per_cell
from vsat_plugins.write.rows import Slices

LONG_PAUSE = 2 * SAMPLE_RATE  # a silence of one speaker that begins a new paragraph
LONG_PARAGRAPH = 600  # cells after which the next sentence begins one; twice as many, any word
LATER = 60 * SAMPLE_RATE
SENTENCE_END = re.compile(one_of(STOPS + "…") + one_of(CLOSINGS) + b"*\n?")
CLAUSE_END = re.compile(one_of(",;:،؛、，；："))
BLANK, CONTINUATION = 0x20, 0b10
SOFT = "\u200b"  # ZERO WIDTH SPACE: between units without a blank, where a line may be broken


@attrs.frozen
class Paragraphs:
    """Paragraph i holds words first[i]..last[i] - 1, said from start[i] to end[i] (samples) by
    speaker[i]. All int64 but `speaker`, int32.
    """

    first: np.ndarray
    last: np.ndarray
    start: np.ndarray
    end: np.ndarray
    speaker: np.ndarray


class Script:
    """Words with their times, languages and speakers, who may have names. `text` uint8 holds them
    with a blank after each where their languages have one; word i is text[begin[i]:stop[i]]. Before
    it are place[i] cells (see vsat_core.formats.scripts), and cell_stop[i] with it.
    """

    def __init__(
        self,
        text: TextColumn,
        start: np.ndarray,
        end: np.ndarray,
        speaker: np.ndarray,
        language: Sequence[str],
        names: Sequence[str] = (),
    ) -> None:
        self.start, self.end, self.speaker, self.names = start, end, speaker, names
        self.language = list(language)
        self._words = text
        self.blank = blanks_after(text, self.language)
        self.text, self.begin, self.stop = spaced(text, self.blank)
        first = self.text >> 6 != CONTINUATION
        shown = np.append(0, np.cumsum(widths(self.text.tobytes().decode())))
        number = np.append(0, np.cumsum(first))
        self.place, self.cell_stop = shown[number[self.begin]], shown[number[self.stop]]

    def stretches(self) -> Paragraphs:
        """The paragraphs, each with its times and speaker."""
        first, last = self.paragraphs[:-1], self.paragraphs[1:]
        start, end = self.start[first], np.maximum.reduceat(self.end, first)
        return Paragraphs(first, last, start, end, self.speaker[first])

    def words(self, first: np.ndarray, last: np.ndarray) -> Slices:
        """Words first[i]..last[i] - 1 as they are written, for every i."""
        return Slices(self.text, self.begin[first], self.stop[last - 1])

    def breakable(self, first: np.ndarray, last: np.ndarray) -> Slices:
        """The same with SOFT where there is no blank between two."""
        if self.blank.all():
            return self.words(first, last)
        text, begin, stop = spaced(self._words, self.blank, SOFT)
        return Slices(text, begin[first], stop[last - 1])

    def cells(self, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """How wide words first[i]..last[i] - 1 are, int64."""
        return self.cell_stop[last - 1] - self.place[first]

    @cached_property
    def line(self) -> np.ndarray:
        """The cells of a line of subtitles in the language of each word, int64."""
        return line_cells(self.language)

    @cached_property
    def reading(self) -> np.ndarray:
        """What a cell takes to read in the language of each word, float64 samples."""
        return samples_per_cell(self.language)

    @cached_property
    def following(self) -> np.ndarray:
        """Where each word starts and, after the last, a time long after all; int64 (n + 1,)."""
        return np.append(self.start, self.end.max(initial=0) + LATER)

    @property
    def each(self) -> Slices:
        """The words one by one."""
        return Slices(self.text, self.begin[:-1], self.stop)

    @cached_property
    def ends_sentence(self) -> np.ndarray:
        """Whether each word ends a sentence, quotes and brackets after it aside; bool."""
        return self._ends_with(SENTENCE_END)

    @cached_property
    def ends_clause(self) -> np.ndarray:
        """Whether a comma, semicolon or colon ends each word, or it is empty; bool."""
        return self._ends_with(CLAUSE_END) | (self.stop == self.begin[:-1])

    def _ends_with(self, pattern: re.Pattern[bytes]) -> np.ndarray:
        ends = [match.end() for match in pattern.finditer(self.text.tobytes())]
        return np.isin(self.stop, ends)

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


def spaced(
    text: TextColumn, blank: np.ndarray, between: str = ""
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Words with a blank after each where `blank` (bool) says so, else `between`: bytes uint8,
    where each begins and, last, the number of bytes (int64 (n + 1,)), and where each stops.
    """
    source, offsets, other = text.buffer, text.offsets, between.encode()
    after = np.where(blank, 1, len(other))
    before = np.append(0, np.cumsum(after))
    begin, stop = offsets + before, offsets[1:] + before[:-1]
    out = np.full(len(source) + before[-1], BLANK, np.uint8)
    for k, byte in enumerate(other):
        out[stop[~blank] + k] = byte
    out[np.arange(len(source)) + np.repeat(before[:-1], np.diff(offsets))] = source
    return out, begin, stop


def speaker_name(speaker: int, names: Sequence[str] = ()) -> str:
    """What readers see: the speaker's name if there is one, else the number counted from 1."""
    if 0 <= speaker < len(names):
        return names[speaker]
    return f"Speaker {speaker + 1}" if speaker >= 0 else "Unknown speaker"


def speaker_id(speaker: int, names: Sequence[str] = ()) -> str:
    """What scoring tools see: no blanks."""
    if 0 <= speaker < len(names):
        numbered = re.fullmatch(r"Speaker (\d+)", names[speaker])
        return f"S{numbered[1]}" if numbered else token(names[speaker])
    return f"S{speaker + 1}" if speaker >= 0 else "unknown"
