"""rttm, ctm and stm: what scoring tools read (RTTM: NIST's RT-09 evaluation plan; the others: its
toolkit SCTK).

Times are seconds with 3 decimals, the channel is 1, speakers are S1, S2 ... and `unknown` where
the speaker is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vsat_plugins.write.report import Report, milliseconds, seconds
from vsat_plugins.write.rows import Named, Part, Rows, Slices
from vsat_plugins.write.spoken import edges


def rttm(report: Report) -> Iterator[Part]:
    """Who spoke when, one turn a row: SPEAKER file 1 start duration <NA> <NA> speaker <NA> <NA>."""
    t = report.transcript
    times = _start_and_duration(t.turn_start, t.turn_end)
    speaker = report.ids(t.turn_speaker)
    yield Rows(f"SPEAKER {report.file_id} 1 ", times, " <NA> <NA> ", speaker, " <NA> <NA>\n")


def ctm(report: Report) -> Iterator[Part]:
    """When each word was said: file 1 start duration word confidence. Punctuation around words,
    which is not spoken, is left out (see vsat_plugins.write.spoken), and so is the confidence of a
    word where it is not known.
    """
    script = report.script
    before, length = edges(report.transcript.text).T
    kept = np.flatnonzero(length > 0)
    kept = kept[np.argsort(script.start[kept], kind="stable")]  # as its readers expect
    begin = (script.begin[:-1] + before)[kept]
    times = _start_and_duration(script.start[kept], script.end[kept])
    words = Slices(script.text, begin, begin + length[kept])
    sure = report.confidences(" ")
    yield Rows(f"{report.file_id} 1 ", times, " ", words, Named(sure.names, sure.which[kept]), "\n")


def stm(report: Report) -> Iterator[Part]:
    """Who said what, one paragraph a row: file 1 speaker start end text. The text is as written,
    with punctuation.
    """
    script = report.script
    p = script.stretches()
    start, end = seconds(milliseconds(p.start)), seconds(milliseconds(p.end))
    speaker, words = report.ids(p.speaker), script.words(p.first, p.last)
    yield Rows(f"{report.file_id} 1 ", speaker, " ", start, " ", end, " ", words, "\n")


def _start_and_duration(start: np.ndarray, end: np.ndarray) -> Rows:
    """Such that their sum is the rounded end."""
    begin = milliseconds(start)
    return Rows(seconds(begin), " ", seconds(milliseconds(end) - begin))
