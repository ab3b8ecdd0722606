"""All that the formats are made from: the results of one recording, once over or kept for the next
format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Generic, Self, TypeVar, cast

from vsat_core.artifacts import Artifact, Audio, Source, Transcript, Waveform, WordIndex
from vsat_plugins.write.cues import Cue, cues_of
from vsat_plugins.write.paragraphs import Paragraph, Word, paragraphs_of, words_of
from vsat_plugins.write.readable import readable

T = TypeVar("T")
USUAL = (Source, Audio, Transcript, WordIndex, Waveform)


class Series(Generic[T]):
    """Values to loop over: made anew by every loop, or with `keep` made by the first one and
    held.
    """

    def __init__(self, make: Callable[[], Iterator[T]], keep: bool) -> None:
        self._make, self._keep = make, keep
        self._kept: list[T] | None = None

    def __iter__(self) -> Iterator[T]:
        if not self._keep:
            return self._make()
        if self._kept is None:
            self._kept = list(self._make())
        return iter(self._kept)


class Report:
    """What `write` is given, and the words of it in three shapes."""

    def __init__(self, inputs: Mapping[str, Source | Artifact], keep: bool) -> None:
        given = {type(value): value for value in inputs.values()}
        self.source, self.audio = cast(Source, given[Source]), cast(Audio, given[Audio])
        self.transcript = transcript = cast(Transcript, given[Transcript])
        self.index = cast(WordIndex, given[WordIndex])
        self.waveform = cast(Waveform, given[Waveform])
        # what stages of plugins add, to be shown under their names
        self.added = {
            name: value
            for name, value in inputs.items()
            if isinstance(value, Artifact) and type(value) not in USUAL
        }
        self._inputs = inputs
        audio = self.audio
        self.words: Series[Word] = Series(lambda: words_of(transcript), keep)
        self.paragraphs: Series[Paragraph] = Series(lambda: paragraphs_of(self.words), keep)
        self.cues: Series[Cue] = Series(lambda: cues_of(self.paragraphs, len(audio.samples)), keep)
        self._keep = keep

    @cached_property
    def reading(self) -> Self:
        """The report that formats for people show: with `[unclear]` among the words where there is
        some.
        """
        shown = readable(self.transcript)
        if shown is self.transcript:
            return self
        names = {n: shown if v is self.transcript else v for n, v in self._inputs.items()}
        return type(self)(names, self._keep)

    @property
    def file_id(self) -> str:
        """The recording's name in NIST formats, which hold no blanks."""
        return re.sub(r"\s+", "_", printable(self.source.name))


def printable(name: str) -> str:
    """A file name as valid Unicode, whatever bytes it has on disk."""
    return name.encode("utf-8", "replace").decode("utf-8")
