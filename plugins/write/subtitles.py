"""srt and vtt: subtitles of at most two lines and seconds enough to read them."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

import numpy as np

from vsat_plugins.write.cues import label
from vsat_plugins.write.lines import lines_of, srt_text
from vsat_plugins.write.report import Report
from vsat_plugins.write.rows import Column, Named, Numbers, Part, Rows


class CueText:
    """The texts of cues, from the name before each, its words and the cells of its lines."""

    def __init__(
        self,
        function: Callable[[str, str, int], str],
        names: Column,
        words: Column,
        line_cells: np.ndarray,
    ) -> None:
        self.function, self.names, self.words = function, names, words
        self.line_cells = line_cells

    def __len__(self) -> int:
        return len(self.words)

    def rows(self, first: int, last: int) -> list[str]:
        texts = zip(self.names.rows(first, last), self.words.rows(first, last), strict=True)
        limits = self.line_cells[first:last].tolist()
        return [self.function(*text, limit) for text, limit in zip(texts, limits, strict=True)]


def srt(report: Report) -> Iterator[Part]:
    """SubRip: a number, the times, the text; "Speaker 1: " where a speaker begins."""
    script, cues = report.reading, report.cues
    labels = ["", *(label(n, report.transcript.names) for n in report.speakers)]
    speaker = Named(labels, np.where(cues.names, script.speaker[cues.first] + 2, 0))
    words, line = script.breakable(cues.first, cues.last), script.line[cues.first]
    number = Numbers(np.arange(1, len(cues.first) + 1))
    text = CueText(srt_text, speaker, words, line)
    yield Rows(number, "\n", _times(report, ","), "\n", text, "\n\n")


def vtt(report: Report) -> Iterator[Part]:
    """WebVTT (W3C 2019) with voice tags, its special characters escaped.

    The header names the language as YouTube's files do; readers of W3C's format skip it. Cues in
    other languages say so by a language span. Which way a line runs is left to the player, which
    goes by its first letter (section 7.3: unicode-bidi is plaintext).
    """
    script, cues = report.reading, report.cues
    speaker = report.names(script.speaker[cues.first], _escaped)
    words, line = script.breakable(cues.first, cues.last), script.line[cues.first]
    main = report.main_language
    yield f"WEBVTT\nLanguage: {main}\n" if main else "WEBVTT\n"
    tags = CueText(_vtt_text, _other_languages(report), words, line)
    yield Rows("\n", _times(report, "."), "\n<v ", speaker, ">", tags, "\n")


def _other_languages(report: Report) -> Named:
    """Of each cue its language where it is known and is not the transcript's, else ""."""
    language = [report.reading.language[i] for i in report.cues.first.tolist()]
    main = report.main_language
    names = ["", *sorted(set(language) - {"", main})]
    return Named(names, np.array([names.index(c) if c in names else 0 for c in language], int))


def _vtt_text(language: str, text: str, line_cells: int) -> str:
    shown = _escaped("\n".join(lines_of(text, line_cells)))
    return f"<lang {language}>{shown}</lang>" if language else shown


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _times(report: Report, mark: str) -> Rows:
    start, end = (
        Numbers(ms, 2, ((":", 60), (":", 60), (mark, 1000)))
        for ms in (report.cues.start, report.cues.end)
    )
    return Rows(start, " --> ", end)
