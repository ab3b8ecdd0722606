"""All that the formats are made from: the results of one recording, and their words in the two
shapes that are shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import cast
from urllib.parse import quote

import numpy as np

from vsat_core.artifacts import (
    SAMPLE_RATE,
    Artifact,
    Audio,
    Playback,
    Source,
    Transcript,
    Waveform,
    WordIndex,
)
from vsat_plugins.write.cues import Cues, cues_of
from vsat_plugins.write.paragraphs import Script, speaker_id, speaker_name
from vsat_plugins.write.readable import readable
from vsat_plugins.write.rows import Named, Numbers

USUAL = (Source, Audio, Transcript, WordIndex, Waveform, Playback)


class Report:
    """What `write` is given."""

    def __init__(self, inputs: Mapping[str, Source | Artifact]) -> None:
        given = {type(value): value for value in inputs.values()}
        self.source, self.audio = cast(Source, given[Source]), cast(Audio, given[Audio])
        self.transcript = cast(Transcript, given[Transcript])
        self.index = cast(WordIndex, given[WordIndex])
        self.waveform = cast(Waveform, given[Waveform])
        self.playback = cast(Playback, given.get(Playback, beside(self.source.path)))
        # what stages of plugins add, to be shown under their names
        self.added = {
            name: value
            for name, value in inputs.items()
            if isinstance(value, Artifact) and type(value) not in USUAL
        }

    @cached_property
    def main_language(self) -> str:
        """The language of most words, "" where none is known."""
        return self.transcript.main_language

    @cached_property
    def script(self) -> Script:
        """The words."""
        t = self.transcript
        return Script(t.text, t.start, t.end, t.speaker, list(t.language), t.names)

    @cached_property
    def reading(self) -> Script:
        """The words for people, with `[unclear]` among them where there is some."""
        return readable(self.transcript) if len(self.transcript.unclear_start) else self.script

    @cached_property
    def cues(self) -> Cues:
        """Which words for people are shown together."""
        return cues_of(self.reading, len(self.audio.samples))

    @cached_property
    def speakers(self) -> range:
        """All numbers of speakers in turns or of words, from -1."""
        t = self.transcript
        columns = (t.turn_speaker, t.speaker, t.unclear_speaker)
        return range(-1, 1 + int(max(column.max(initial=-1) for column in columns)))

    def names(self, speaker: np.ndarray, escaped: Callable[[str], str] = str) -> Named:
        """Speakers as readers see them, after `escaped`."""
        names = [escaped(speaker_name(n, self.transcript.names)) for n in self.speakers]
        return Named(names, speaker + 1)

    def ids(self, speaker: np.ndarray, escaped: Callable[[str], str] = str) -> Named:
        """Speakers as scoring tools see them, after `escaped`."""
        names = [escaped(speaker_id(n, self.transcript.names)) for n in self.speakers]
        return Named(names, speaker + 1)

    def confidences(self, before: str) -> Named:
        """The confidence of each word with three decimals behind `before`; "" where it is not
        known.
        """
        sure = self.transcript.confidence.astype(np.float64)
        known = ~np.isnan(sure)
        thousandths = np.rint(np.where(known, sure, 0) * 1000).astype(np.int64)
        names = ["", *(f"{before}{n / 1000:.3f}" for n in range(1001))]
        return Named(names, np.where(known, thousandths + 1, 0))

    def nothing_said(self) -> str:
        """What stands in files for reading where there are no words."""
        spoken = len(self.transcript.turn_start)
        return "(speech, but no words recognised)" if spoken else "(no speech found)"

    @property
    def file_id(self) -> str:
        """The recording's name in NIST formats, which hold no blanks."""
        return re.sub(r"\s+", "_", printable(self.source.name))


def beside(path: Path) -> Playback:
    """The recording in the folder of the page."""
    return Playback("./" + quote(os.fsencode(path.name)))


def printable(name: str) -> str:
    """A file name as valid Unicode, whatever bytes it has on disk."""
    return name.encode("utf-8", "replace").decode("utf-8")


def clock(samples: np.ndarray) -> Numbers:
    """h:mm:ss of places in the recording."""
    return Numbers(samples // SAMPLE_RATE, groups=((":", 60), (":", 60)))


def milliseconds(samples: np.ndarray) -> np.ndarray:
    """Whole milliseconds of int64 samples."""
    return samples * 1000 // SAMPLE_RATE


def seconds(ms: np.ndarray) -> Numbers:
    """Milliseconds as seconds with three decimals."""
    return Numbers(ms, groups=((".", 1000),))
