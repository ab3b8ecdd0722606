"""The journal of a library: every recording that came in and every edit, as JSON lines.

It is the truth: an edit is saved when its line is on the disk, and tables that lack it are brought
up to it. Lines only grow in `number`; a line that was cut off or damaged is left out. Whoever
writes to a library holds the lock of this file (flock), also while the tables are replaced.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from vsat_core.errors import OutputError, VsatError
from vsat_core.library.journal_lines import Line, line_of
from vsat_core.library.location import journal_of

WAIT_S = 60.0  # for another process that writes
PAUSE_S = 0.002
END_BYTES = 1 << 12  # of the file, in which its last line mostly is


class Busy(VsatError):
    """Another process has been writing to the library for long."""


@attrs.define
class EditJournal:
    """The file, made when first it is locked."""

    path: Path
    _handle: int = -1
    _depth: int = 0
    _written: tuple[int, int] = (-1, 0)  # size and last number, when lines were appended here

    @contextlib.contextmanager
    def locked(self, wait_s: float = WAIT_S) -> Iterator[None]:
        """Keep other processes from writing meanwhile; may be nested. Raises Busy, and OutputError
        where the file cannot be made.
        """
        if not self._depth:
            self._lock(wait_s)
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                with contextlib.suppress(OSError):
                    fcntl.flock(self._handle, fcntl.LOCK_UN)

    def _lock(self, wait_s: float) -> None:
        until = time.monotonic() + wait_s
        while True:
            try:
                if self._handle < 0:
                    self._handle = os.open(
                        self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
                    )
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(self._handle), self.path.stat()):
                    return
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Busy(
                        f"{self.path.parent}: another process is writing to the library; try again"
                    ) from None
                time.sleep(PAUSE_S)
                continue
            except FileNotFoundError:
                if not self.path.parent.is_dir():
                    raise self._refused(FileNotFoundError(errno.ENOENT, "no such folder")) from None
            except OSError as error:
                if error.errno in (errno.ENOLCK, errno.ENOTSUP):  # a file system without locks
                    return
                raise self._refused(error) from None
            self.close()  # it was replaced meanwhile

    def close(self) -> None:
        """Let go of the file."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1

    @property
    def size(self) -> int:
        """Bytes, 0 where there is no file."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def append(self, lines: Sequence[Line]) -> None:
        """Write lines to the end and wait for the disk; called with the lock. Raises OutputError,
        and then nothing was written.
        """
        text = "".join(
            json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines
        )
        before = os.fstat(self._handle).st_size
        if before and os.pread(self._handle, 1, before - 1) != b"\n":
            text = "\n" + text  # ends a line that was cut off
        try:
            data = memoryview(text.encode())
            while data:
                data = data[os.write(self._handle, data) :]
            os.fdatasync(self._handle)
            if lines:
                self._written = os.fstat(self._handle).st_size, lines[-1]["number"]
        except OSError as error:
            self.cut(before)
            raise self._refused(error) from None

    def cut(self, size: int) -> None:
        """Take back what was written behind `size` bytes."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._handle, size)

    def read(self, begin: int = 0) -> list[Line]:
        """The lines behind `begin` bytes, by number; damaged ones are left out."""
        try:
            with self.path.open("rb") as file:
                file.seek(begin)
                found = [line_of(text) for text in file]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._refused(error) from None
        lines = {line["number"]: line for line in found if line}
        return [lines[number] for number in sorted(lines)]

    def last_number(self) -> int:
        """That of the last line which is not damaged, 0 where there is none. Raises OSError."""
        size, length = self.size, END_BYTES
        if size == self._written[0]:
            return self._written[1]
        while size:
            with self.path.open("rb") as file:
                file.seek(max(0, size - length))
                texts = file.read().split(b"\n")
            for text in reversed(texts[length < size :]):  # without what is a part of a line
                if line := line_of(text):
                    return int(line["number"])
            if length >= size:
                break
            length *= 8
        return 0

    def replace(self, lines: Sequence[Line]) -> None:
        """Write the file again with these lines alone; called with the lock. Raises OutputError."""
        part = self.path.with_name(self.path.name + ".part")
        handle = -1
        try:
            part.unlink(missing_ok=True)
            handle = os.open(
                part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600
            )
            fcntl.flock(handle, fcntl.LOCK_EX)
            new = EditJournal(part, handle)
            new.append(lines)
            os.replace(part, self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            part.unlink(missing_ok=True)
            if handle >= 0:
                os.close(handle)
            raise self._refused(error) from None
        self.close()
        self._handle = handle

    def _refused(self, error: OSError) -> OutputError:
        return OutputError(
            f"{self.path}: cannot be written ({error.strerror}); nothing was saved: check space "
            "and permissions"
        )


def make_journal(path: Path) -> None:
    """The journal of a new library, before its file: an empty file beside a journal is ours. What
    cannot be made is said when the library is.
    """
    if not path.exists():
        with contextlib.suppress(OSError):
            os.close(os.open(journal_of(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def sync_folder(folder: Path) -> None:
    """Have the disk keep the names of a folder."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
