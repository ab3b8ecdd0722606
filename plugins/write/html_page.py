"""html: one page to read, hear and search a transcript, which needs nothing but itself.

Its policy (Content-Security-Policy) allows one script and one style by their digests, sound from a
file, and nothing else: no network, no code in what somebody said or is called.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterator
from importlib import resources

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Playback
from vsat_core.printable import clock as clock_text, counted
from vsat_plugins.write.markup import escaped
from vsat_plugins.write.report import Report, clock, milliseconds, printable
from vsat_plugins.write.rows import Column, Mapped, Named, Numbers, Part, Rows, Sparse

COLOURS = 8  # of speakers, see page.css
SPEEDS = ("0.5", "0.75", "1", "1.25", "1.5", "2")
BLOCK_BYTES = 3 << 14  # of sound in one row; a multiple of 3, so that rows join to one base64 text


def html_page(report: Report) -> Iterator[Part]:
    """Head, player, search, speakers, then a section for each paragraph with a span for each word,
    whose time in milliseconds is in `data-t`.
    """
    plays = bool(report.playback.address or len(report.playback.mp3))
    yield _head(report)
    yield f'<div class="row">\n{_speakers(report)}{_options() if plays else ""}</div>\n</div>\n'
    yield '<div class="bar"><div class="page">\n'
    if plays:
        yield from _player(report.playback)
    yield f"{SEARCH}</div></div>\n"
    yield f'<main class="page" lang="{escaped(report.main_language)}">\n'
    if not len(report.reading.start):
        yield f"<p>{report.nothing_said()}</p>\n"
    yield from _sections(report)
    yield f"</main>\n<script>{_file('page.js')}</script>\n</body>\n</html>\n"


MISSING = """<p id="missing" hidden>The recording is not there, or this browser cannot play it.
<label>Choose it: <input type="file" id="choose" accept="audio/*,video/*"></label></p>
"""
SEARCH = """<div class="row">
<input type="search" id="find" placeholder="Find in the transcript" \
aria-label="Find in the transcript">
<output id="count"></output>
<button id="previous" disabled aria-label="Previous match">↑</button>
<button id="next" disabled aria-label="Next match">↓</button>
</div>
"""


def _head(report: Report) -> str:
    title = escaped(printable(report.source.path.name))
    script, style = _file("page.js"), _file("page.css")
    policy = (
        f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; "
        "media-src 'self' file: blob:; base-uri 'none'; form-action 'none'"
    )
    words = counted(len(report.script.start), "word")
    facts = f"{clock_text(len(report.audio.samples) / SAMPLE_RATE)}, {words}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<div class="page"><h1 dir="auto">{title}</h1><p class="facts">{facts}</p>
"""


def _player(playback: Playback) -> Iterator[Part]:
    """The player, and the sound where the page holds it."""
    yield f"""<audio id="sound" controls preload="metadata" \
data-src="{escaped(playback.address)}"></audio>
"""
    if len(playback.mp3):
        yield '<script type="application/octet-stream" id="inside">'
        yield Rows(Base64(playback.mp3))
        yield "</script>\n"
    yield MISSING


def _options() -> str:
    """How fast the sound is played, and whether the text moves with it."""
    speeds = "".join(f'<option value="{s}"{" selected" * (s == "1")}>{s}×</option>' for s in SPEEDS)
    return f"""<select id="speed" aria-label="Speed">{speeds}</select>
<label><input type="checkbox" id="follow" checked> follow</label>
"""


class Base64:
    """Bytes (uint8) as base64, in rows that follow each other."""

    def __init__(self, content: np.ndarray) -> None:
        self.content = content

    def __len__(self) -> int:
        return -(-len(self.content) // BLOCK_BYTES)

    def rows(self, first: int, last: int) -> list[str]:
        blocks = (self.content[i * BLOCK_BYTES : (i + 1) * BLOCK_BYTES] for i in range(first, last))
        return [base64.b64encode(block.tobytes()).decode() for block in blocks]


def _speakers(report: Report) -> str:
    """A button for each speaker with words."""
    shown = np.unique(report.reading.speaker)
    names = report.names(shown, escaped).rows(0, len(shown))
    return "".join(
        f'<button class="speaker {_colour(who)}" data-s="{who}" aria-pressed="true" dir="auto" '
        f'title="leave out or show">{name}</button>\n'
        for who, name in zip(shown.tolist(), names, strict=True)
    )


def _colour(speaker: int) -> str:
    return f"s{speaker % COLOURS}" if speaker >= 0 else "su"


def _sections(report: Report) -> Iterator[Part]:
    script = report.reading
    p, n = script.stretches(), len(script.start)
    if not n:
        return
    colours = Named([_colour(who) for who in report.speakers], p.speaker + 1)
    numbers = Named([str(who) for who in report.speakers], p.speaker + 1)
    codes = sorted(set(script.language))
    language = [codes.index(script.language[i]) for i in p.first.tolist()]
    heads = Rows(
        '<section class="',
        colours,
        '" data-s="',
        numbers,
        '"><header><span class="who" dir="auto">',
        report.names(p.speaker, escaped),
        '</span><button class="time" data-t="',
        Numbers(milliseconds(p.start)),
        '">',
        clock(p.start),
        '</button></header><p dir="auto"',
        Named([f' lang="{escaped(c)}"' if c else "" for c in codes], np.array(language, np.int64)),
        ">",
        between="</p></section>\n",
    )
    words: Column = Mapped(escaped, script.each)
    blank = script.blank.astype(np.int64)
    blank[p.last - 1] = 0
    times = Numbers(milliseconds(script.start))
    head = Sparse(n, p.first, heads)
    yield Rows(head, '<span data-t="', times, '">', words, "</span>", Named(("", " "), blank))
    yield "</p></section>\n"


@functools.cache
def _file(name: str) -> str:
    found = resources.files("vsat_plugins.write").joinpath("page", name)
    return found.read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """How a policy names a script or a style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
