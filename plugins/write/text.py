"""txt: for reading. One paragraph a line, `[0:00:12] Speaker 1: what was said`."""

from __future__ import annotations

from collections.abc import Iterator

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.write.paragraphs import speaker_name
from vsat_plugins.write.report import Report


def txt(report: Report) -> Iterator[str]:
    """The lines of the file; a recording without words has one that says so."""
    nothing = True
    for paragraph in report.reading.paragraphs:
        nothing = False
        yield (
            f"[{_clock(paragraph.words[0].start)}] {speaker_name(paragraph.speaker)}: "
            f"{paragraph.text}\n"
        )
    if nothing:
        heard = len(report.transcript.turn_start)
        yield "(speech, but no words recognised)\n" if heard else "(no speech found)\n"


def _clock(samples: int) -> str:
    minutes, seconds = divmod(samples // SAMPLE_RATE, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
