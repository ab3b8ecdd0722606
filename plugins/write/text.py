"""txt: for reading. One paragraph a line, `[0:00:12] Speaker 1: what was said`."""

from __future__ import annotations

from collections.abc import Iterator

from vsat_plugins.write.report import Report, clock
from vsat_plugins.write.rows import Part, Rows


def txt(report: Report) -> Iterator[Part]:
    """The lines of the file; a recording without words has one that says so."""
    script = report.reading
    p = script.stretches()
    if not len(p.first):
        yield f"{report.nothing_said()}\n"
    names, words = report.names(p.speaker), script.words(p.first, p.last)
    yield Rows("[", clock(p.start), "] ", names, ": ", words, "\n")
