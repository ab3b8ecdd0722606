"""The manifest: a JSON list of recordings, each with its references and the kind of room it was
made in.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from vsat_core.errors import InputError, nearest
from vsat_core.formats.seglst import load_json

FILE_NAME = re.compile(r"[^./\\\s][^/\\\x00-\x1f]*")
LONGEST_S = 1e9  # 31 years: finite
RESERVED = "peers"  # its .json is written next to the results


class ManifestEntry(msgspec.Struct, frozen=True):
    """One recording: `id` names its results, paths are ready to open, None where the manifest gives
    nothing.

    `seconds` is how much of the recording is evaluated, `language` the ISO 639-1 code of what is
    said (de-en where there are two). `stored` is False where the audio is made
    by a program.
    """

    id: str
    audio: Path
    seconds: Annotated[float, msgspec.Meta(gt=0, le=LONGEST_S)] | None = None
    speakers: Annotated[int, msgspec.Meta(ge=0)] | None = None
    environment: str = "unspecified"
    rttm: Path | None = None
    transcript: Path | None = None
    stm: Path | None = None
    ctm: Path | None = None
    language: str = ""
    stored: bool = True

    @property
    def absent(self) -> bool:
        """Whether the audio is still to be made."""
        return not self.stored and not self.audio.exists()


def read_manifest(path: Path) -> list[ManifestEntry]:
    """Every recording of a manifest, in its order. Raises InputError that names the entry."""
    try:
        entries = msgspec.convert(
            load_json(path),
            list[ManifestEntry],
            dec_hook=lambda kind, value: path.parent / _file(value),
        )
    except msgspec.ValidationError as error:
        raise InputError(
            f"{path}: {error}; a manifest is a list of recordings, each with id and audio"
        ) from None
    taken: set[str] = set()
    for number, entry in enumerate(entries, 1):
        where = f"{path}: entry {number}: id {entry.id!r}"
        if not FILE_NAME.fullmatch(entry.id) or entry.id == RESERVED:
            raise InputError(f"{where} cannot name a file; use letters, digits, - and _")
        if entry.id in taken:
            raise InputError(f"{where} is taken by an entry before; give it another")
        taken.add(entry.id)
    return entries


def choose(entries: Sequence[ManifestEntry], ids: Iterable[str], path: Path) -> list[ManifestEntry]:
    """The entries asked for, in that order; all of them if none is named. Raises InputError for an
    unknown id.
    """
    by_id = {entry.id: entry for entry in entries}
    wanted = list(dict.fromkeys(ids))
    if unknown := next((i for i in wanted if i not in by_id), None):
        raise InputError(
            f"{path}: there is no recording {unknown!r} among {len(by_id)}{nearest(unknown, by_id)}"
        )
    return [by_id[i] for i in wanted] if wanted else list(entries)


def _file(value: object) -> str:
    """A path in the manifest. Raises ValueError, to which the place is added."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"Expected a path, got {value!r}")
    return value
