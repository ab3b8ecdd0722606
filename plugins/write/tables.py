"""csv, labels of Audacity and SegLST: one paragraph a row, for spreadsheets and other programs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vsat_core.formats.cells import cell
from vsat_plugins.write.document import quoted
from vsat_plugins.write.report import Report, milliseconds, seconds
from vsat_plugins.write.rows import Mapped, Part, Rows

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for its own coding
BLANKS = re.compile(r"\s+")


def csv(report: Report) -> Iterator[Part]:
    """A header, then start and end in seconds, speaker, text (RFC 4180)."""
    p = report.reading.stretches()
    start, end = seconds(milliseconds(p.start)), seconds(milliseconds(p.end))
    text = Mapped(cell, report.reading.words(p.first, p.last))
    yield f"{BYTE_ORDER_MARK}start,end,speaker,text\n"
    yield Rows(start, ",", end, ",", report.names(p.speaker, cell), ",", text, "\n")


def audacity(report: Report) -> Iterator[Part]:
    """A label track: start, end and "Speaker 1: text", with tabs between."""
    p = report.reading.stretches()
    start, end = seconds(milliseconds(p.start)), seconds(milliseconds(p.end))
    text = Mapped(_blanks, report.reading.words(p.first, p.last))
    yield Rows(start, "\t", end, "\t", report.names(p.speaker, _blanks), ": ", text, "\n")


def _blanks(text: str) -> str:
    return BLANKS.sub(" ", text)


def seglst(report: Report) -> Iterator[Part]:
    """Segments as meeteval reads them (CHiME-7): what stm holds, as JSON."""
    script = report.script
    p = script.stretches()
    start, end = seconds(milliseconds(p.start)), seconds(milliseconds(p.end))
    words = Mapped(quoted, script.words(p.first, p.last))
    times = Rows('"start_time":', start, ',"end_time":', end)
    head = f'{{"session_id":"{quoted(report.file_id)}",'
    speaker = report.ids(p.speaker, quoted)
    yield "[\n" if len(p.first) else "["
    yield Rows(head, times, ',"speaker":"', speaker, '","words":"', words, '"}', between=",\n")
    yield "\n]\n" if len(p.first) else "]\n"
