"""The server of a folder: a record of its address that the next `vsat serve` finds.

The record lies in the user's cache, readable by nobody else, since it holds the token. A server
holds a lock on it; the system frees the lock however the process ends. Port and token are used
again, so that pages which are open go on after a restart.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from vsat_core.artifacts.kept_json import kept
from vsat_core.config import places
from vsat_core.engine.atomic_files import write_text
from vsat_core.errors import VsatError

HOST = "127.0.0.1"
FOLDER = "servers"
WAIT_S = 10.0  # for a server that is starting to write its address


class Address(msgspec.Struct, frozen=True):
    """Where a server is, what it serves, and its token."""

    folder: str
    port: int
    token: str

    def url(self, path: str = "/", **query: str) -> str:
        """The address of a page, with the token that opens it."""
        return f"http://{HOST}:{self.port}{path}?{urlencode({'token': self.token, **query})}"


class AlreadyServed(Exception):
    """Another process serves the folder, at this address. Inside this package only."""

    def __init__(self, address: Address) -> None:
        self.address = address
        super().__init__(address.folder)


@contextlib.contextmanager
def claimed(folder: Path, port: int = 0) -> Iterator[tuple[Address, socket.socket]]:
    """The address of this process as the server of `folder`, with the socket that listens there.
    `port` 0 takes the one of the last time, or any.

    Raises AlreadyServed, and VsatError where the port is taken.
    """
    record = _record(folder)
    record.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(record.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServed(_awaited(record)) from None
        before = kept(record, Address)
        listening = _listening(port, before.port if before else 0)
        with listening:
            token = before.token if before else secrets.token_urlsafe(32)
            address = Address(str(folder), listening.getsockname()[1], token)
            _write(record, address)
            yield address, listening
    finally:
        os.close(lock)


def server_of(path: Path) -> Address | None:
    """The running server of a folder that holds `path`, the nearest one; None if there is none."""
    for folder in (path, *path.parents):
        record = _record(folder)
        with contextlib.suppress(OSError):
            lock = os.open(record.with_suffix(".lock"), os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return kept(record, Address)
            finally:
                os.close(lock)
    return None


def _awaited(record: Path) -> Address:
    """The address that the holder of the lock writes. Raises VsatError."""
    end = time.monotonic() + WAIT_S
    while (address := kept(record, Address)) is None:
        if time.monotonic() > end:
            raise VsatError(
                f"{record.parent}: another vsat serve holds this folder and does not say where it "
                "is; end it and try again"
            )
        time.sleep(0.05)
    return address


def _listening(port: int, last: int) -> socket.socket:
    """A socket on 127.0.0.1 alone. Raises VsatError."""
    for asked in dict.fromkeys([port] if port else [last, 0]):
        # asyncio sends at once only where the protocol is named: else each answer takes 40 ms more
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, asked))
            listening.listen(128)
        except (OSError, OverflowError) as error:
            listening.close()
            reason = error
            continue
        return listening
    raise VsatError(f"--port {port}: cannot be used ({reason}); choose another, or leave it out")


def _record(folder: Path) -> Path:
    place = hashlib.sha256(os.fsencode(os.path.realpath(folder))).hexdigest()[:32]
    return places.cache_folder() / FOLDER / f"{place}.json"


def _write(record: Path, address: Address) -> None:
    mask = os.umask(0o077)
    try:
        write_text(record, msgspec.json.encode(address).decode())
    finally:
        os.umask(mask)
