"""Which formats an export has, and where the files of each transcript go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs

from vsat_core.engine.atomic_files import check_folder
from vsat_core.errors import InputError, nearest
from vsat_core.formats.endings import RESULT_FORMATS, ending_of
from vsat_core.inputs.names import OutputNames, distinct
from vsat_core.inputs.transcripts import StoredFile


@attrs.frozen
class Export:
    """A transcript, the folder for its files, and what they are called without their endings."""

    path: Path
    out: Path
    name: str


def asked_formats(text: str) -> tuple[str, ...]:
    """The formats of a list with commas. Raises InputError that suggests the nearest name."""
    names = tuple(dict.fromkeys(f.strip().lower() for f in text.split(",") if f.strip()))
    if wrong := next((name for name in names if name not in RESULT_FORMATS), None):
        hint = nearest(wrong, RESULT_FORMATS)
        known = "" if hint else f"; there are {', '.join(RESULT_FORMATS)}"
        raise InputError(f"--format: there is no format {wrong!r}{hint}{known}")
    if not names:
        raise InputError(f"--format: name at least one of {', '.join(RESULT_FORMATS)}")
    return names


def places(files: Sequence[StoredFile], out: Path | None, formats: Sequence[str]) -> list[Export]:
    """Where the files of each transcript go: beside it without `out`, else into the folder `out`,
    mirrored below it, or into the one file that `out` names. Names fit the file system and are
    distinct. Raises OutputError if nothing can be written to `out`.
    """
    if not files:
        return []
    if out is None:
        return [Export(f.path, f.path.parent, f.path.stem) for f in files]
    if ending := _as_file(out, formats):
        if len(files) > 1 or len(formats) > 1:
            raise InputError(f"--out: {out} names one file; name a folder for several")
        check_folder(out.parent)
        return [Export(files[0].path, out.parent, out.name[: -len(ending) - 1])]
    check_folder(out)
    rules = OutputNames.probe(out)
    rows = [(f.path, out / f.below) for f in files]
    names = distinct(rows, rules, {})
    return [Export(path, folder, names[path]) for path, folder in rows]


def _as_file(out: Path, formats: Sequence[str]) -> str:
    """The ending of a format that `out` has, "" if it is a folder. Raises InputError for the ending
    of a format that was not asked for.
    """
    if out.is_dir():
        return ""
    known = {ending_of(name): name for name in RESULT_FORMATS}
    fit = [e for e in known if out.name.lower().endswith(f".{e.lower()}")]
    ending = max(fit, key=len, default="")
    if ending and known[ending] not in formats:
        raise InputError(f"--out: {out} ends as {known[ending]} does, which --format does not name")
    return ending if len(out.name) > len(ending) + 1 else ""
