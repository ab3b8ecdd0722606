"""Recordings that are sent to the server: streamed to a temporary file, then renamed."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath

from vsat_core.contract.scratch import FULL, free_bytes
from vsat_core.engine.atomic_files import temporary
from vsat_core.engine.result_records import digest_of
from vsat_core.formats.media import HEAD_BYTES, kind_of
from vsat_core.inputs.folders import USUAL_ENDINGS
from vsat_core.inputs.names import OutputNames
from vsat_core.page.replies import Refused
from vsat_core.printable import CONTROL

SPARE_BYTES = 256 << 20  # left free on the disk, for results
CHECK_BYTES = 64 << 20  # between two looks at the free space
DEEPEST = 4  # folders of a dropped folder that are kept
UNSAFE = re.compile(r'[\\/:*?"<>|]')


def safe_name(asked: str) -> PurePosixPath:
    """A relative path for a recording of this name, below a folder that it cannot leave.

    >>> safe_name("../../etc/passwd"), safe_name("talks/.a\\x07.wav")
    (PurePosixPath('etc/passwd'), PurePosixPath('talks/a.wav'))
    """
    parts = [_safe_part(part) for part in asked.replace("\\", "/").split("/")]
    parts = [part for part in parts if part]
    return PurePosixPath(*parts[-DEEPEST:]) if parts else PurePosixPath("recording")


def _safe_part(part: str) -> str:
    text = UNSAFE.sub("_", CONTROL.sub("", part))
    return " ".join(text.split()).lstrip(".").strip()


async def received(
    stream: AsyncIterator[bytes], asked: str, length: int | None, folder: Path
) -> Path:
    """The recording as a file of `folder`, under a name that is free there; one of the same name
    and content is there already. `length` is what the client announced, in bytes.

    Raises Refused where there is too little room, or no sound in it. Nothing is left behind then,
    nor when the client goes away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = safe_name(asked)
    _check_room(folder, length or 0, name.name)
    with temporary(folder) as part:
        digest = await _copied(stream, part, name.name)
        return _placed(part, folder, name, digest)


async def _copied(stream: AsyncIterator[bytes], part: Path, name: str) -> str:
    """sha256 of what was written. Raises Refused."""
    sha, head, written, checked = hashlib.sha256(), b"", 0, 0
    try:
        with part.open("wb") as file:
            async for block in stream:
                if len(head) < HEAD_BYTES:
                    head += block[: HEAD_BYTES - len(head)]
                sha.update(block)
                file.write(block)
                written += len(block)
                if written - checked >= CHECK_BYTES:
                    checked = written
                    _check_room(part.parent, 0, name)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno in FULL:
            raise _no_room(part.parent, written, name) from None
        raise
    if not written:
        raise Refused(415, f"{name}: is empty", "choose a recording")
    if Path(name).suffix.lower() not in USUAL_ENDINGS and not kind_of(head):
        raise Refused(415, f"{name}: holds no sound that VSAT knows", "choose a recording")
    return sha.hexdigest()


def _placed(part: Path, folder: Path, name: PurePosixPath, digest: str) -> Path:
    """Give the file its name."""
    rules = OutputNames.probe(folder)
    place = folder.joinpath(*map(rules.fitting, name.parts[:-1]))
    place.mkdir(parents=True, exist_ok=True)
    fit = rules.fitting(name.name, reserved=8)
    stem, ending = os.path.splitext(fit)
    for number in itertools.count(1):
        path = place / (fit if number == 1 else f"{stem} ({number}){ending}")
        same_size = path.is_file() and path.stat().st_size == part.stat().st_size
        if same_size and digest_of(path) == digest:
            return path
        if not os.path.lexists(path):
            return part.replace(path)
    raise AssertionError


def _check_room(folder: Path, nbytes: int, name: str) -> None:
    if free_bytes(folder) < nbytes + SPARE_BYTES:
        raise _no_room(folder, nbytes, name)


def _no_room(folder: Path, nbytes: int, name: str) -> Refused:
    free = free_bytes(folder) / 1e6
    return Refused(
        507,
        f"{name}: needs {nbytes / 1e6:.0f} MB and some for its results, {free:.0f} MB are free in "
        f"{folder}",
        "make room there, or type vsat serve with another folder",
    )
