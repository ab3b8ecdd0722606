"""A recording that comes through a pipe: `vsat run -`."""

import contextlib
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from vsat_core.contract import scratch
from vsat_core.errors import InputError

PIPE = Path("-")
NAME = "stdin"  # of the results, unless the user gives one
BLOCK_BYTES = 1 << 20


@contextlib.contextmanager
def received() -> Iterator[Path]:
    """Standard input as a file in the temporary folder, removed at the end.

    Raises InputError if nothing comes or the disk is too small.
    """
    if sys.stdin is None or sys.stdin.closed:
        raise InputError("-: standard input is closed; pipe a recording into it")
    if sys.stdin.isatty():
        raise InputError(
            "-: standard input is a terminal; pipe a recording into it, as in: vsat run - < "
            "talk.wav"
        )
    try:
        with scratch.folder() as folder:
            path = folder / NAME
            if not _copy(sys.stdin.buffer, path):
                raise InputError(
                    "-: nothing came through standard input; check the command before the pipe"
                )
            yield path
    except FileNotFoundError:
        raise InputError("-: there is no folder for temporary files; set TMPDIR") from None


def _copy(stream: BinaryIO, path: Path) -> int:
    """Bytes copied. Raises InputError."""
    status = os.fstat(stream.fileno())
    if stat.S_ISREG(status.st_mode) and status.st_size > _free(path.parent):
        raise _full(status.st_size, path)
    n = 0
    try:
        with path.open("wb") as file:
            while block := stream.read(BLOCK_BYTES):
                file.write(block)
                n += len(block)
    except OSError as error:
        if _free(path.parent) < BLOCK_BYTES:
            raise _full(n, path) from None
        raise InputError(f"-: standard input cannot be read ({error.strerror})") from None
    return n


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _full(nbytes: int, path: Path) -> InputError:
    need = f"standard input has {nbytes / 1e6:.0f} MB or more, too much for {scratch.temporary()}"
    return InputError(f"-: {need}; set TMPDIR to a folder with more space")
