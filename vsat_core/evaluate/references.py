"""The truth about one recording, read from the files its manifest entry names."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import attrs

from vsat_core.errors import InputError
from vsat_core.evaluate.manifest import ManifestEntry
from vsat_core.formats.contents import read
from vsat_core.formats.ctm import read_ctm
from vsat_core.formats.records import Segment, Turn
from vsat_core.formats.rttm import read_rttm
from vsat_core.formats.stm import read_stm

R = TypeVar("R", Turn, Segment)


@attrs.frozen
class References:
    """Who spoke when, what was said, what each said, when each word was said; None where no file
    has it. `language` is that of the texts, "" where the manifest does not say it.
    """

    turns: tuple[Turn, ...] | None = None
    text: str | None = None
    segments: tuple[Segment, ...] | None = None
    words: tuple[Segment, ...] | None = None
    speakers: int = 0
    language: str = ""


def read_references(entry: ManifestEntry) -> References:
    """All references of an entry. Raises InputError for a file that is missing or malformed, with
    its line.

    The number of speakers is that of the turns, or else of the manifest; 0 if neither has it.
    """
    turns = _of_recording(read_rttm(entry.rttm), entry.id, entry.rttm) if entry.rttm else None
    speakers = len({t.speaker for t in turns}) if turns is not None else entry.speakers or 0
    return References(
        turns,
        read(entry.transcript, "txt").text if entry.transcript else None,
        _of_recording(read_stm(entry.stm), entry.id, entry.stm) if entry.stm else None,
        _of_recording(read_ctm(entry.ctm), entry.id, entry.ctm) if entry.ctm else None,
        speakers,
        entry.language,
    )


def _of_recording(records: Sequence[R], name: str, path: Path) -> tuple[R, ...]:
    """The records of this recording; a file with one recording may call it anything."""
    names = {r.recording for r in records}
    if len(names) > 1 and name not in names:
        raise InputError(
            f"{path}: holds {len(names)} recordings, none called {name!r}; name it as the manifest "
            "does"
        )
    return tuple(r for r in records if len(names) == 1 or r.recording == name)
