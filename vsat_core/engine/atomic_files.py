"""Finished files go to the user's folder whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from vsat_core.errors import OutputError


def check_folder(out: Path) -> None:
    """Make the folder and try that files can be written to it. Raises OutputError, so that hours
    are not lost.
    """
    with writing_to(out):
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass


def publish(folder: Path, names: Sequence[str], out: Path) -> list[Path]:
    """Copy each file to a temporary name in `out`, then rename all, whatever is there.

    Raises OutputError and leaves nothing behind.
    """
    with writing_to(out), staged(folder, names, out) as parts:
        return [parts[name].replace(out / name) for name in names]


@contextlib.contextmanager
def writing_to(out: Path) -> Iterator[None]:
    """Turn OSError into OutputError with the remedy."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{out}: cannot write there ({error.strerror}); choose another folder with --out"
        ) from None


@contextlib.contextmanager
def staged(
    folder: Path, names: Sequence[str], out: Path, place: Path | None = None
) -> Iterator[dict[str, Path]]:
    """A copy of each file under a temporary name in `place`, a folder on the disk of `out`, or in
    `out` itself.

    What was not renamed is removed at the end. Raises OSError, also where a folder is in the way of
    a name.
    """
    out.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        parts = {name: held.enter_context(temporary(place or out)) for name in names}
        for name, part in parts.items():
            if (out / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, f"{name} is a folder")
            shutil.copyfile(folder / name, part)
        yield parts


@contextlib.contextmanager
def temporary(place: Path) -> Iterator[Path]:
    """An empty file in this folder, to be filled and renamed; removed at the end if it was not."""
    handle, made = tempfile.mkstemp(prefix=".vsat-", suffix=".part", dir=place)
    os.close(handle)
    part = Path(made)
    try:
        os.chmod(part, 0o666 & ~_umask())
        yield part
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    """The process's mask; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def write_json(path: Path, value: object) -> None:
    """Write a JSON file under a temporary name, then rename it. Raises OutputError."""
    write_text(path, json.dumps(value, indent=1) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file in the same way. Raises OutputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary(path.parent) as part:
            part.write_text(text, encoding="utf-8")
            part.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror}); choose another place"
        ) from None
