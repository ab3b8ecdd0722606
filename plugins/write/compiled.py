"""files.numba: each file's bytes from those of the transcript, without a Python object for each
word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from vsat_core.artifacts import (
    Artifact,
    Audio,
    Source,
    TextColumn,
    Transcript,
    Turns,
    Waveform,
    WordIndex,
    Words,
)
from vsat_plugins.write import cues_numba as cues, rows_numba as rows
from vsat_plugins.write.document import head, tail, unclear
from vsat_plugins.write.files import FORMATS, Baseline
from vsat_plugins.write.report import Report
from vsat_plugins.write.spoken import ALPHANUMERIC, SPOKEN, edges
from vsat_plugins.write.text import txt
from vsat_plugins.write.text_numba import literal

ROW = 200  # bytes that a row of any format needs at most besides names and words
LATEST = 1 << 40  # samples: two years


class Pages(Report):
    """A report whose paragraphs and cues are arrays."""

    @property
    def plain(self) -> bool:
        """Whether all times are such as recordings have; odd ones are left to the strings of
        files.buffered.
        """
        t = self.transcript
        return all(
            not len(a) or (a.min() >= 0 and b.max() < LATEST and bool((b >= a).all()))
            for a, b in (
                (t.start, t.end),
                (t.turn_start, t.turn_end),
                (t.unclear_start, t.unclear_end),
            )
        )

    @cached_property
    def column(self) -> tuple[np.ndarray, np.ndarray]:
        """The words' text: buffer and offsets."""
        return self.transcript.text.buffer, self.transcript.text.offsets

    @cached_property
    def times(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The words' start, end and speaker."""
        return self.transcript.start, self.transcript.end, self.transcript.speaker

    @cached_property
    def name(self) -> np.ndarray:
        """The recording's name in NIST formats, uint8."""
        return literal(self.file_id)

    @cached_property
    def out(self) -> np.ndarray:
        """Room for the longest file: every sign may take six bytes in json, a word number twenty
        and a comma.
        """
        t, term = self.transcript, self.index.term.buffer
        n = len(t.start) + len(t.turn_start) + len(self.index.term) + len(self.index.postings) + 1
        return np.empty(6 * (len(t.text.buffer) + len(term)) + n * (ROW + len(self.name)), np.uint8)

    @cached_property
    def traits(self) -> tuple[np.ndarray, np.ndarray]:
        """Characters and ending of each word."""
        return cues.traits(*self.column)

    @cached_property
    def firsts(self) -> np.ndarray:
        """The first word of each paragraph."""
        return cues.paragraphs_of(*self.traits, *self.times)

    @cached_property
    def shown(self) -> np.ndarray:
        """The rows of all cues."""
        return cues.cues_of(self.firsts, *self.traits, *self.times, len(self.audio.samples))

    def spoken(self) -> tuple[np.ndarray, np.ndarray]:
        """From where to where in the text each word is spoken, without the punctuation around
        it.
        """
        first, last, others = rows.edges(*self.column, SPOKEN, ALPHANUMERIC)
        for i in others.tolist():
            word = self.transcript.text[i]
            a, b = edges(word)
            first[i], last[i] = first[i] + len(word[:a].encode()), first[i] + len(word[:b].encode())
        return first, last


def txt_of(p: Pages) -> Iterator[Any]:
    """The parts of each file: bytes or uint8."""
    p = p.reading
    if not len(p.transcript.start):
        yield "".join(txt(p)).encode()
    yield p.out[: rows.txt(p.out, *p.column, p.times[0], p.times[2], p.firsts)]


def json_of(p: Pages) -> Iterator[Any]:
    """As txt_of."""
    t, index = p.transcript, p.index
    yield head(p).encode() + b',\n"turns":['
    yield p.out[: rows.json_turns(p.out, t.turn_start, t.turn_end, t.turn_speaker)]
    yield b'],\n"words":['
    yield p.out[: rows.json_words(p.out, *p.column, *p.times)]
    yield ("]" + "".join(unclear(p))).encode()
    if len(index.offsets):
        yield b',\n"index":{'
        yield p.out[
            : rows.json_index(
                p.out, index.term.buffer, index.term.offsets, index.offsets, index.postings
            )
        ]
        yield b"}"
    yield tail(p).encode()


def srt_of(p: Pages) -> Iterator[Any]:
    """As txt_of."""
    p = p.reading
    yield p.out[: cues.srt(p.out, *p.column, p.times[2], p.shown)]


def vtt_of(p: Pages) -> Iterator[Any]:
    """As txt_of."""
    p = p.reading
    spare = np.empty(len(p.column[0]) + len(p.column[1]), np.uint8)
    yield p.out[: cues.vtt(p.out, *p.column, p.times[2], p.shown, spare)]


def rttm_of(p: Pages) -> Iterator[Any]:
    """As txt_of."""
    t = p.transcript
    yield p.out[: rows.rttm(p.out, p.name, t.turn_start, t.turn_end, t.turn_speaker)]


def ctm_of(p: Pages) -> Iterator[Any]:
    """As txt_of."""
    yield p.out[: rows.ctm(p.out, p.name, p.column[0], *p.spoken(), *p.times[:2])]


def stm_of(p: Pages) -> Iterator[Any]:
    """As txt_of."""
    yield p.out[: rows.stm(p.out, p.name, *p.column, *p.times, p.firsts)]


PARTS = {
    "txt": txt_of,
    "json": json_of,
    "srt": srt_of,
    "vtt": vtt_of,
    "rttm": rttm_of,
    "ctm": ctm_of,
    "stm": stm_of,
}


def example() -> Pages:
    """A report of one word."""
    one, who = np.ones(1, np.int64), np.zeros(1, np.int32)
    transcript = Transcript.of(
        Words(TextColumn.of(["é"]), one, one + 1, who), Turns(one, one + 1, who), who
    )
    index = WordIndex(
        TextColumn.of(["é"]), TextColumn.of(["é"]), np.array([0, 1]), np.zeros(1, np.int64)
    )
    level = np.zeros(1, np.float32)
    waveform = Waveform(level, level, np.array([0, 1]), 256, 256)
    audio = Audio(np.zeros(256, np.float32))
    made: tuple[Source | Artifact, ...] = (Source("a.wav"), audio, transcript, index, waveform)
    return Pages({str(i): value for i, value in enumerate(made)}, True)


class Numba(Baseline):
    """All bytes made by compiled loops, each file written at once."""

    keep = True

    def prepare(self) -> None:
        """Compile."""
        for parts in PARTS.values():
            list(parts(example()))

    def report(self, inputs: Mapping[str, Source | Artifact]) -> Report:
        """As Baseline."""
        pages = Pages(inputs, self.keep)
        return pages if pages.plain else super().report(inputs)

    def store(self, path: Path, format_name: str, report: Report) -> None:
        """As Baseline."""
        if not isinstance(report, Pages):
            path.write_bytes("".join(FORMATS[format_name](report)).encode())
            return
        with path.open("wb") as file:
            for part in PARTS[format_name](report):
                file.write(part)
