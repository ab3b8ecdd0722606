"""Scratch folders that are removed even when the process that made them was killed, and arrays that
fit on their disk.

Each folder lies in one of its process, which holds a lock on a file in it (flock). The system frees
the lock when the process ends in whatever way, so a folder whose lock can be taken was left by a
dead run. Process ids tell less: they are used again, and mean another process in another container.
"""

import contextlib
import errno
import fcntl
import math
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np

from vsat_core.errors import DiskFull

PREFIX = "vsat-run-"
LOCK = "lock"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_FALLOCATE = (errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)
SPARE_BYTES = 16 << 20  # for what else a stage writes
BLOCK_BYTES = 1 << 20


@attrs.define
class _Area:
    """The folder of this process in one parent: its lock, and how many scratch folders are in use
    in it.
    """

    folder: Path
    lock: int  # -1 where the disk knows no locks
    process: int
    users: int = 0


_areas: dict[Path, _Area] = {}
_cleaned: set[Path] = set()
_guard = threading.Lock()


def temporary() -> Path:
    """The system's folder for temporary files: TMPDIR, or /tmp. Raises FileNotFoundError where none
    can be written.
    """
    return Path(tempfile.gettempdir())


@contextlib.contextmanager
def folder(parent: Path | None = None) -> Iterator[Path]:
    """An empty folder in `parent` (the temporary folder), removed at the end. Raises OSError if it
    cannot be made.
    """
    parent = parent or temporary()
    with _guard:
        clean(parent)
        area = _areas.get(parent)
        if area is None or area.process != os.getpid():  # another's: this process was forked
            area = _areas[parent] = _make_area(parent)
        area.users += 1
    try:
        made = tempfile.mkdtemp(dir=area.folder)
        try:
            yield Path(made)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    finally:
        with _guard:
            area.users -= 1
            if not area.users and area.process == os.getpid():
                _areas.pop(parent, None)
                _remove(area)


def remove_own() -> None:
    """Remove all scratch of this process at once, before it ends without leaving its `with`
    blocks.
    """
    for area in list(_areas.values()):
        if area.process == os.getpid():
            _empty(area.folder)
            shutil.rmtree(area.folder, ignore_errors=True)


def clean(parent: Path) -> None:
    """Remove what dead runs of this user have left in a folder; looks once a process."""
    if parent not in _cleaned:
        _cleaned.add(parent)
        remove_dead(parent)


def remove_dead(parent: Path) -> None:
    """The same, at once."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(parent)):
            if entry.name.startswith(PREFIX) and entry.is_dir(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_uid == os.geteuid():
                        _remove_if_dead(Path(entry.path))


def holds(path: Path) -> bool:
    """Whether a file lies in a scratch folder, as standard input does: nobody finds it later."""
    return any(p.name.startswith(PREFIX) for p in path.parents)


def free_bytes(parent: Path) -> int:
    """Room on the disk of a folder; 0 if nothing can be written there."""
    try:
        return shutil.disk_usage(parent).free if os.access(parent, os.W_OK | os.X_OK) else 0
    except OSError:
        return 0


def array_file(  # type: ignore[explicit-any]  # it is in the stubs of NumPy
    path: Path, shape: tuple[int, ...], dtype: str
) -> np.ndarray:
    """Zeros as a memory map of a new .npy file whose space is taken beforehand.

    A map on a disk that becomes full would end the process (SIGBUS); this raises OSError (ENOSPC,
    EDQUOT or EFBIG) and leaves no file.
    """
    kind = np.dtype(dtype)
    try:
        with path.open("wb") as file:
            header = {
                "descr": np.lib.format.dtype_to_descr(kind),
                "fortran_order": False,
                "shape": shape,
            }
            np.lib.format.write_array_header_1_0(file, header)
            file.flush()
            _take(file.fileno(), file.tell() + math.prod(shape) * kind.itemsize)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return np.lib.format.open_memmap(path, mode="r+")


def no_room(nbytes: int, parents: Sequence[Path]) -> DiskFull:
    """The error that names what is needed and what is free where."""
    free = " and ".join(
        f"{free_bytes(p) / 1e6:.0f} MB are free in {p}" for p in dict.fromkeys(parents)
    )
    return DiskFull(
        f"needs {nbytes / 1e6:.0f} MB for scratch files, {free or 'no folder can be written'}; "
        "set TMPDIR to a folder with more space"
    )


def _take(handle: int, nbytes: int) -> None:
    """Have the disk give a file its space. Raises OSError when it has too little."""
    disk = os.fstatvfs(handle)
    if disk.f_bavail * disk.f_frsize < nbytes - os.fstat(handle).st_blocks * 512:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    try:
        os.posix_fallocate(handle, 0, nbytes)
    except OSError as error:
        if error.errno not in NO_FALLOCATE:
            raise
        at = os.fstat(handle).st_size  # the disk cannot give space by itself: zeros take it
        while at < nbytes:
            at += os.pwrite(handle, bytes(min(BLOCK_BYTES, nbytes - at)), at)


def _make_area(parent: Path) -> _Area:
    """A new folder with its lock held. Raises OSError."""
    while True:
        made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        try:
            lock = os.open(made / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            continue  # another run took it for one left empty
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except (
            OSError
        ):  # no locks on this disk: without the file nobody removes the folder but this process
            os.close(lock)
            (made / LOCK).unlink(missing_ok=True)
            return _Area(made, -1, os.getpid())
        if (made / LOCK).exists():
            return _Area(made, lock, os.getpid())
        os.close(lock)  # another run was quicker to lock it, and removed it


def _remove(area: _Area) -> None:
    _empty(area.folder)
    shutil.rmtree(area.folder, ignore_errors=True)
    if area.lock >= 0:
        os.close(area.lock)


def _remove_if_dead(path: Path) -> None:
    """Remove a folder whose lock nobody holds. Raises OSError if there is no lock, or it is
    held.
    """
    try:
        lock = os.open(path / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        path.rmdir()  # only if empty: its process ended before it had made the lock
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _empty(path)
        shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(lock)


def _empty(path: Path) -> None:
    """Remove all but the lock, without which nobody would dare to remove the rest."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(path)):
            if entry.name != LOCK:
                shutil.rmtree(entry.path, ignore_errors=True)
