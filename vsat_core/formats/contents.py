"""Any file that can be scored, read by what its ending says."""

from pathlib import Path

import attrs

from vsat_core.errors import InputError, nearest
from vsat_core.formats.ctm import read_ctm
from vsat_core.formats.lines import text_of
from vsat_core.formats.plain_text import plain_text
from vsat_core.formats.records import Segment, Turn
from vsat_core.formats.rttm import read_rttm
from vsat_core.formats.seglst import load_json, read_seglst, segments_of
from vsat_core.formats.stm import read_stm
from vsat_core.formats.subtitles import read_srt, read_vtt
from vsat_core.formats.transcript import is_transcript, language_of, read_transcript
from vsat_core.formats.whisper_json import is_whisper, read_whisper

SEGMENT_READERS = {
    "ctm": read_ctm,
    "stm": read_stm,
    "seglst": read_seglst,
    "srt": read_srt,
    "vtt": read_vtt,
}
FORMATS = ("rttm", *SEGMENT_READERS, "json", "txt")


@attrs.frozen
class Contents:
    """What one file holds; what its format cannot hold is None. `notes` says what was left out,
    `language` in which language (ISO 639-1) it is, "" where it does not say so.
    """

    path: Path
    turns: tuple[Turn, ...] | None = None
    segments: tuple[Segment, ...] | None = None
    text: str | None = None
    notes: tuple[str, ...] = ()
    language: str = ""


def format_of(path: Path) -> str | None:
    """The format that a file's ending names, or None.

    >>> [format_of(Path(f"meeting.{end}")) for end in ("turns.rttm", "seglst.json", "wav")]
    ['rttm', 'seglst', None]
    """
    parts = path.name.lower().split(".")
    if parts[-2:] == ["seglst", "json"]:
        return "seglst"
    return parts[-1] if len(parts) > 1 and parts[-1] in FORMATS else None


def stem_of(path: Path) -> str:
    """The name without the ending that names its format.

    >>> stem_of(Path("meeting.seglst.json")), stem_of(Path("meeting.turns.rttm"))
    ('meeting', 'meeting.turns')
    """
    return (
        path.name[: -len(".seglst.json")]
        if path.name.lower().endswith(".seglst.json")
        else path.stem
    )


def read(path: Path, format: str | None = None) -> Contents:
    """The file's contents. Raises InputError if it cannot be read or its ending is unknown and no
    format is given.
    """
    kind = format or format_of(path)
    if kind is None:
        hint = nearest(path.suffix.lstrip("."), FORMATS)
        raise InputError(
            f"{path}: unknown ending{hint}; name its format with --format: {', '.join(FORMATS)}"
        )
    if kind == "rttm":
        notes: list[str] = []
        return Contents(path, turns=tuple(read_rttm(path, notes)), notes=tuple(notes))
    if kind == "txt":
        return Contents(path, text=plain_text(text_of(path)))
    if kind == "json":
        return _json(path)
    return Contents(path, segments=tuple(SEGMENT_READERS[kind](path)))


def _json(path: Path) -> Contents:
    """A transcript of `vsat run` or of Whisper, or a SegLST list."""
    value = load_json(path)
    if is_transcript(value):
        turns, words = read_transcript(path, value)
        language = language_of(value)
        return Contents(path, turns=tuple(turns), segments=tuple(words), language=language)
    if is_whisper(value):
        return Contents(path, segments=tuple(read_whisper(path, value)))
    return Contents(path, segments=tuple(segments_of(path, value)))
