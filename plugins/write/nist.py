"""rttm, ctm and stm: what scoring tools read (RTTM: NIST's RT-09 evaluation plan; the others: its
toolkit SCTK).

Times are seconds with 3 decimals, the channel is 1, speakers are S1, S2 ... and `unknown` where
nobody could be named.
"""

from __future__ import annotations

from collections.abc import Iterator

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.write.paragraphs import speaker_id
from vsat_plugins.write.report import Report
from vsat_plugins.write.spoken import spoken


def rttm(report: Report) -> Iterator[str]:
    """Who spoke when, one turn a row: SPEAKER file 1 start duration <NA> <NA> speaker <NA> <NA>."""
    name, t = report.file_id, report.transcript
    for start, end, speaker in zip(t.turn_start, t.turn_end, t.turn_speaker, strict=True):
        begin, length = _times(int(start), int(end))
        yield f"SPEAKER {name} 1 {begin} {length} <NA> <NA> {speaker_id(int(speaker))} <NA> <NA>\n"


def ctm(report: Report) -> Iterator[str]:
    """When each word was said: file 1 start duration word. Punctuation around words, which is not
    spoken, is left out (see vsat_plugins.write.spoken); there is no confidence, because no
    recogniser here gives one.
    """
    name = report.file_id
    for word in report.words:
        if text := spoken(word.text):
            begin, length = _times(word.start, word.end)
            yield f"{name} 1 {begin} {length} {text}\n"


def stm(report: Report) -> Iterator[str]:
    """Who said what, one paragraph a row: file 1 speaker start end text. The text is as written,
    with punctuation.
    """
    name = report.file_id
    for paragraph in report.paragraphs:
        start, end = paragraph.words[0].start, paragraph.end
        yield (
            f"{name} 1 {speaker_id(paragraph.speaker)} {_seconds(start)} {_seconds(end)} "
            f"{paragraph.text}\n"
        )


def _ms(samples: int) -> int:
    return samples * 1000 // SAMPLE_RATE


def _seconds(samples: int) -> str:
    return f"{_ms(samples) // 1000}.{_ms(samples) % 1000:03}"


def _times(start: int, end: int) -> tuple[str, str]:
    """Start and duration, such that their sum is the rounded end."""
    length = _ms(end) - _ms(start)
    return _seconds(start), f"{length // 1000}.{length % 1000:03}"
