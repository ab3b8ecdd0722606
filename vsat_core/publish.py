"""Finished files go to the user's folder whole or not at all."""
from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from vsat_core.errors import OutputError


def check_folder(out: Path) -> None:
    """Make the folder and try that files can be written to it. Raises OutputError, so that hours are not lost."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise OutputError(f"{out}: cannot write there ({error.strerror}); choose another folder with --out") from None


def publish(folder: Path, names: Sequence[str], out: Path) -> list[Path]:
    """Copy each file to a temporary name in `out`, then rename all. Raises OutputError and leaves nothing behind."""
    parts: list[tuple[Path, Path]] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in names:
            handle, made = tempfile.mkstemp(prefix=".vsat-", suffix=f"-{name}"[-60:], dir=out)
            os.close(handle)
            part = Path(made)
            parts.append((part, out / name))
            if (out / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, f"{name} is a folder")
            shutil.copyfile(folder / name, part)
            os.chmod(part, 0o666 & ~_umask())
        for part, final in parts:
            os.replace(part, final)
    except OSError as error:
        raise OutputError(f"{out}: cannot write there ({error.strerror}); choose another folder with --out") from None
    finally:
        for part, _ in parts:
            part.unlink(missing_ok=True)
    return [final for _, final in parts]


def _umask() -> int:
    """The process's mask; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def write_json(path: Path, value: object) -> None:
    """Write a JSON file under a temporary name, then rename it. Raises OutputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(prefix=".vsat-", suffix=".json", dir=path.parent)
        part = Path(made)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(value, file, indent=1)
                file.write("\n")
            os.chmod(part, 0o666 & ~_umask())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); choose another place") from None
