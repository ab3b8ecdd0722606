"""srt and vtt: subtitles of at most two lines and seconds enough to read them."""

from __future__ import annotations

import html
from collections.abc import Iterator

from vsat_plugins.write.cues import LINE_CHARACTERS, label
from vsat_plugins.write.paragraphs import speaker_name
from vsat_plugins.write.report import Report


def srt(report: Report) -> Iterator[str]:
    """SubRip: a number, the times, the text; "Speaker 1: " where a speaker begins."""
    for number, cue in enumerate(report.reading.cues, 1):
        words = [label(cue.speaker), *cue.words] if cue.names else cue.words
        yield f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{_rows(words)}\n\n"


def vtt(report: Report) -> Iterator[str]:
    """WebVTT (W3C 2019) with voice tags, its special characters escaped."""
    yield "WEBVTT\n"
    for cue in report.reading.cues:
        text = html.escape(_rows(cue.words), quote=False)
        yield (
            f"\n{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n<v "
            f"{speaker_name(cue.speaker)}>{text}\n"
        )


def _rows(words: list[str]) -> str:
    """One line if it fits, else two as equal as words allow."""
    text = " ".join(words)
    if len(text) <= LINE_CHARACTERS or " " not in text:
        return text
    at = min((i for i, c in enumerate(text) if c == " "), key=lambda i: max(i, len(text) - i - 1))
    return f"{text[:at]}\n{text[at + 1 :]}"


def _clock(ms: int, mark: str) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"
