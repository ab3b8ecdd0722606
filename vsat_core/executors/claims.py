"""Which process works on which recording: one small file for each, so that processes and machines
that share a folder of results share the work, and nothing else.

A claim is made by creating its file, which only one process can (O_EXCL). Its owner holds a lock on
it, which the system frees however the owner ends, and renews its time every quarter of the lease.
So a claim is free if its lock can be taken on the machine of its owner, or if nobody has renewed it
for a whole lease.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
import tempfile
import threading
from pathlib import Path

import attrs
import msgspec

from vsat_core.engine import result_records as records
from vsat_core.printable import printable

FOLDER = "claims"
LEASE_S = 60.0
RENEWALS = 4  # in one lease


class Owner(msgspec.Struct, frozen=True):
    """What a claim says: what it is for and who made it. Its time of modification plus `lease_s`
    is when it expires. `locked` is False on disks without locks.
    """

    recording: str
    host: str
    boot: str
    pid: int
    locked: bool
    lease_s: float


@attrs.frozen(eq=False)
class Claim:
    """The right to work on one recording; `handle` holds the lock."""

    path: Path
    handle: int


class Claims:
    """All claims that this process holds in one folder of results, renewed by one thread."""

    def __init__(self, out: Path, lease_s: float = LEASE_S) -> None:
        self._out, self._lease_s = out, lease_s
        self._held: set[Claim] = set()
        self._guard = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Claims:
        return self

    def __exit__(self, *exc: object) -> None:
        """Give back what is still held: the work on it was stopped."""
        self._closed.set()
        if self._thread:
            self._thread.join()
        for claim in list(self._held):
            self.release(claim)
        with contextlib.suppress(OSError):  # only what is empty goes
            folder = self._folder()
            folder.rmdir()
            folder.parent.rmdir()

    def take(self, recording: str) -> Claim | None:
        """The claim on what is called `recording` in this folder of results; None if another
        process has it. Raises OSError where no claims can be kept.
        """
        claim = None
        for last in (False, False, True):
            try:
                claim = self._try(recording)
                break
            except FileNotFoundError:  # another process has just removed the empty folder
                if last:
                    raise
        if claim:
            with self._guard:
                self._held.add(claim)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._renew, daemon=True)
                    self._thread.start()
        return claim

    def release(self, claim: Claim) -> None:
        """Give it back, unless another process has taken it away meanwhile."""
        with self._guard:
            self._held.discard(claim)
        with contextlib.suppress(OSError), records.folder_locked(self._folder()):
            if _is_open_as(claim.handle, claim.path):
                claim.path.unlink()
        os.close(claim.handle)

    def _try(self, recording: str) -> Claim | None:
        path = self._folder() / f"{hashlib.sha256(os.fsencode(recording)).hexdigest()[:32]}.claim"
        path.parent.mkdir(exist_ok=True)
        claim = self._create(path, recording)
        if claim is None and self._take_away(path):
            claim = self._create(path, recording)
        return claim

    def _create(self, path: Path, recording: str) -> Claim | None:
        """A new claim, locked before it says whose it is; None if there is one."""
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        except FileExistsError:
            return None
        try:
            locked = _locks(handle)
            owner = Owner(
                printable(recording), platform.node(), _boot(), os.getpid(), locked, self._lease_s
            )
            os.write(handle, msgspec.json.encode(owner))
        except BaseException:
            path.unlink(missing_ok=True)
            os.close(handle)
            raise
        return Claim(path, handle)

    def _take_away(self, path: Path) -> bool:
        """Remove a claim whose owner is dead or whose lease is over; whether there is none now."""
        with records.folder_locked(self._folder()):
            try:
                handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                return True
            try:
                if self._alive(handle) or not _is_open_as(handle, path):
                    return False
                path.unlink()
                return True
            finally:
                os.close(handle)

    def _alive(self, handle: int) -> bool:
        """Whether the owner of this claim still works."""
        try:
            owner = msgspec.json.decode(os.read(handle, 1 << 16), type=Owner)
        except (msgspec.MsgspecError, RecursionError):  # being made now, or left half made
            owner = Owner("", "", "", 0, False, self._lease_s)
        if owner.locked and owner.boot == _boot():
            return not _locks(handle)
        return self._now() - os.fstat(handle).st_mtime <= owner.lease_s

    def _now(self) -> float:
        """The time by the clock of the disk, which other machines write to as well."""
        with tempfile.TemporaryFile(dir=self._folder()) as file:
            return os.fstat(file.fileno()).st_mtime

    def _renew(self) -> None:
        while not self._closed.wait(self._lease_s / RENEWALS):
            with self._guard:
                for claim in self._held:
                    with contextlib.suppress(OSError):
                        os.utime(claim.handle)

    def _folder(self) -> Path:
        return records.make_folder(self._out) / FOLDER


def _locks(handle: int) -> bool:
    """Whether the lock on this file could be taken."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_open_as(handle: int, path: Path) -> bool:
    """Whether the file of this handle is the one at this path."""
    try:
        there, held = os.stat(path), os.fstat(handle)
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (held.st_dev, held.st_ino)


def _boot() -> str:
    """What tells this start of this machine from all others; "" where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
