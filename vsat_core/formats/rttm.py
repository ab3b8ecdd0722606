"""RTTM: who spoke when (NIST Rich Transcription evaluation plan, RT-09, appendix A)."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from vsat_core.formats.lines import TIME_DIGITS, data_lines, seconds_text, token
from vsat_core.formats.records import Turn

LAYOUT = "SPEAKER recording channel start duration <NA> <NA> speaker <NA> [<NA>]"
# the format allows them beside speaker turns; they say nothing about who spoke when
_OTHER = "SEGMENT LEXEME NON-LEX NON-SPEECH FILLER EDIT IP SU CB A/P SPKR-INFO"
OTHER_TYPES = frozenset(_OTHER.split())
ZONES = frozenset(("NOSCORE", "NO_RT_METADATA"))


def read_rttm(path: Path, notes: list[str] | None = None) -> list[Turn]:
    """The speaker turns of a file, in its order.

    Lines of the format's other types are left out, and a note that counts them is appended to
    `notes`. Raises InputError for an unknown type, a wrong number of columns or a bad time, and for
    NOSCORE zones, which must be given as a UEM instead.
    """
    turns, left_out = [], Counter[str]()
    for line in data_lines(path):
        kind = line.text.split(None, 1)[0]
        if kind in OTHER_TYPES:
            left_out[kind] += 1
            continue
        if kind in ZONES:
            raise line.error(
                f"{kind} zones are not read from RTTM; list the parts to score in a UEM file "
                "(--uem)"
            )
        if kind != "SPEAKER":
            raise line.error(f"unknown RTTM type {kind!r}; expected SPEAKER")
        columns = line.columns((9, 10), "RTTM", LAYOUT)
        turns.append(Turn(columns[1], *line.start_and_duration(columns[3], columns[4]), columns[7]))
    if notes is not None:
        notes += [
            f"{path}: {n} {kind} lines left out, they are not speaker turns"
            for kind, n in left_out.items()
        ]
    return turns


def rttm_text(turns: Iterable[Turn]) -> str:
    """The content of an RTTM file with these turns."""
    return "".join(
        f"SPEAKER {token(t.recording)} 1 {seconds_text(t.start_s)} "
        f"{seconds_text(round(t.end_s - t.start_s, TIME_DIGITS))} <NA> <NA> {token(t.speaker)} "
        "<NA> <NA>\n"
        for t in turns
    )
