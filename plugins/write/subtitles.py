"""srt and vtt: subtitles of at most two lines and seconds enough to read them."""

from __future__ import annotations

import html
from collections.abc import Iterator

import numpy as np

from vsat_plugins.write.cues import broken_line, label
from vsat_plugins.write.report import Report
from vsat_plugins.write.rows import Mapped, Named, Numbers, Part, Rows


def srt(report: Report) -> Iterator[Part]:
    """SubRip: a number, the times, the text; "Speaker 1: " where a speaker begins."""
    script, cues = report.reading, report.cues
    labels = ["", *(label(n, report.transcript.names) for n in report.speakers)]
    speaker = Named(labels, np.where(cues.names, script.speaker[cues.first] + 2, 0))
    text = Mapped(broken_line, Rows(speaker, script.words(cues.first, cues.last)))
    number = Numbers(np.arange(1, len(cues.first) + 1))
    yield Rows(number, "\n", _times(report, ","), "\n", text, "\n\n")


def vtt(report: Report) -> Iterator[Part]:
    """WebVTT (W3C 2019) with voice tags, its special characters escaped."""
    script, cues = report.reading, report.cues
    speaker = report.names(script.speaker[cues.first], _escaped)
    text = Mapped(_escaped_line, script.words(cues.first, cues.last))
    yield "WEBVTT\n"
    yield Rows("\n", _times(report, "."), "\n<v ", speaker, ">", text, "\n")


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _escaped_line(text: str) -> str:
    return _escaped(broken_line(text))


def _times(report: Report, mark: str) -> Rows:
    start, end = (
        Numbers(ms, 2, ((":", 60), (":", 60), (mark, 1000)))
        for ms in (report.cues.start, report.cues.end)
    )
    return Rows(start, " --> ", end)
