"""SRT and WebVTT: timed text to show with a recording.

WebVTT names the speaker by a voice tag, `<v Anna>`. SRT has no such thing; a cue that begins
"Speaker 1:", "[Speaker 1]", "SPEAKER_01:" or "Unknown speaker:" is read as naming the speaker of it
and of all cues until the next name, since that is what transcribers write. Other tags are removed.
`[unclear]`, which marks speech without trusted text, is removed, and so are signs that only say
which way a line runs.
"""

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from vsat_core.errors import InputError
from vsat_core.formats.lines import TIME_DIGITS, Line, lines_of
from vsat_core.formats.records import Segment, without_unclear
from vsat_core.formats.scripts import one_line, without_marks

TIME = re.compile(r"(?:(\d{1,6}):)?(\d\d):(\d\d)[.,](\d{3})")
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
TAG = re.compile(r"</?(?:[biuc]|v|lang|ruby|rt|font|\d[\d:.]*)(?:[.\s][^<>]*)?>", re.IGNORECASE)
NAME = r"speaker[ _]?\d+|unknown speaker"
PREFIX = re.compile(rf"(?:\[({NAME})\]:?|({NAME}):)\s*", re.IGNORECASE)
NOT_CUES = ("NOTE", "STYLE", "REGION")


def read_srt(path: Path) -> list[Segment]:
    """The cues of an SRT file, in its order; the recording is the file's stem. Raises
    InputError.
    """
    cues, who = [], None
    for block in _blocks(lines_of(path)):
        cue = _cue(block, path.stem)
        who = cue.speaker or who
        cues.append(attrs.evolve(cue, speaker=who))
    return cues


def read_vtt(path: Path) -> list[Segment]:
    """The cues of a WebVTT file, in its order; the recording is the file's stem. Raises
    InputError.
    """
    blocks = list(_blocks(lines_of(path)))
    if not blocks or not re.fullmatch(r"WEBVTT(?:[ \t].*)?", blocks[0][0].text):
        raise InputError(f"{path}:1: a WebVTT file begins with WEBVTT")
    cues = [b for b in blocks[1:] if b[0].text.split(None, 1)[0] not in NOT_CUES]
    return [_cue(block, path.stem, markup=True) for block in cues]


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Runs of lines between blank ones."""
    block: list[Line] = []
    for line in lines:
        if line.text.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _cue(block: list[Line], recording: str, markup: bool = False) -> Segment:
    """One cue: an optional number or name, the times, then lines of text."""
    at = 0 if "-->" in block[0].text else 1
    if at == len(block) or "-->" not in block[at].text:
        raise block[0].error(
            f"expected a time line 'start --> end', got {block[min(at, len(block) - 1)].text!r}"
        )
    start_s, end_s = _times(block[at])
    text = one_line([without_marks(line.text).strip() for line in block[at + 1 :]])
    who, text = _speaker(text, markup)
    text = without_unclear(TAG.sub("", text))
    return Segment(recording, start_s, end_s, html.unescape(text) if markup else text, who)


def _speaker(text: str, markup: bool) -> tuple[str | None, str]:
    """(speaker or None, the text without his name)."""
    match = VOICE.match(text) if markup else PREFIX.match(text)
    if not match:
        return None, text
    name = next(group for group in match.groups() if group is not None).strip()
    return html.unescape(name) if markup else name, text[match.end() :]


def _times(line: Line) -> tuple[float, float]:
    before, _, after = line.text.partition("-->")
    first = TIME.fullmatch(before.strip())
    second = TIME.fullmatch((after.split() or [""])[0])  # WebVTT: settings may follow
    if not first or not second:
        raise line.error(
            f"times must look like 00:01:02,500 --> 00:01:04,000, got {line.text.strip()!r}"
        )
    start_s, end_s = _seconds(first), _seconds(second)
    if end_s < start_s:
        raise line.error(f"ends at {end_s} before it starts at {start_s}")
    return start_s, end_s


def _seconds(match: re.Match[str]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in match.groups())
    return round(hours * 3600 + minutes * 60 + seconds + thousandths / 1000, TIME_DIGITS)
