"""txt: for reading. One paragraph a line, `[0:00:12] Speaker 1: what was said`."""

from __future__ import annotations

from collections.abc import Iterator

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.write.report import Report
from vsat_plugins.write.rows import Numbers, Part, Rows


def txt(report: Report) -> Iterator[Part]:
    """The lines of the file; a recording without words has one that says so."""
    script = report.reading
    first, last = script.paragraphs[:-1], script.paragraphs[1:]
    if not len(first):
        spoken = len(report.transcript.turn_start)
        yield "(speech, but no words recognised)\n" if spoken else "(no speech found)\n"
    clock = Numbers(script.start[first] // SAMPLE_RATE, groups=((":", 60), (":", 60)))
    names, words = report.names(script.speaker[first]), script.words(first, last)
    yield Rows("[", clock, "] ", names, ": ", words, "\n")
