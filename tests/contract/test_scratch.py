"""Scratch of dead runs goes, that of live ones stays; a full disk is one line and not the end of
the process.
"""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vsat_core.contract import scratch
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import DiskFull

HOLD = """
import sys
from pathlib import Path
from vsat_core.contract import scratch
with scratch.folder(Path(sys.argv[1])) as folder:
    (folder / "half.npy").write_text("x")
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def disk(tmp_path):
    """A disk of 8 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True
    )
    if done.returncode:
        pytest.skip("needs the right to mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def fresh(monkeypatch):
    """As in a process that has not looked for leftovers yet."""
    monkeypatch.setattr(scratch, "_cleaned", set())


def holder(parent: Path) -> subprocess.Popen[str]:
    """A process with scratch in the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "ready\n"
    return process


def test_only_what_dead_runs_left_is_removed(tmp_path, fresh):
    """Of two processes one is killed; files of other programs and folders of other users' making
    stay.
    """
    living, dead = holder(tmp_path), holder(tmp_path)
    dead.send_signal(signal.SIGKILL)
    dead.communicate()
    assert len(list(tmp_path.glob("vsat-run-*"))) == 2
    (tmp_path / "vsat-run-mine").mkdir()
    (tmp_path / "vsat-run-mine" / "notes.txt").write_text("no lock in here")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "vsat-run-link").symlink_to(tmp_path / "elsewhere")
    with scratch.folder(tmp_path) as own:
        left = {p.name for p in tmp_path.iterdir()}
        assert (
            len(left) == 5
            and {"vsat-run-mine", "elsewhere", "vsat-run-link", own.parent.name} < left
        )
    living.communicate()
    assert {p.name for p in tmp_path.iterdir()} == {"vsat-run-mine", "elsewhere", "vsat-run-link"}


def test_the_lock_goes_last(tmp_path, fresh, monkeypatch):
    """A process that is killed while it removes leaves nothing that nobody dares to remove."""
    dead = holder(tmp_path)
    dead.kill()
    dead.communicate()
    area = next(tmp_path.glob("vsat-run-*"))
    (area / "zz").mkdir()
    gone = []
    real = scratch.shutil.rmtree

    def rmtree(path, **options):
        gone.append((Path(path).name, (area / scratch.LOCK).exists()))
        real(path, **options)

    monkeypatch.setattr(scratch.shutil, "rmtree", rmtree)
    scratch.remove_dead(tmp_path)
    assert not area.exists()
    assert len(gone) == 3 and all(locked for _, locked in gone) and gone[-1][0] == area.name
    assert {name for name, _ in gone[:-1]} > {"zz"}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a folder of another user")
def test_scratch_of_another_user_stays(tmp_path, fresh):
    other = tmp_path / "vsat-run-other"
    other.mkdir()
    (other / scratch.LOCK).touch()
    os.chown(other, 65534, 65534)
    scratch.clean(tmp_path)
    assert other.is_dir()


def test_space_is_taken_before_an_array_is_mapped(tmp_path):
    array = scratch.array_file(tmp_path / "a.npy", (1000, 1000), "float32")
    assert (
        array.shape == (1000, 1000)
        and array.dtype == np.float32
        and not array.any()
        and array.flags.writeable
    )
    assert os.stat(tmp_path / "a.npy").st_blocks * 512 >= array.nbytes  # no holes
    del array


def test_a_disk_that_cannot_reserve_space_is_filled_with_zeros(tmp_path, monkeypatch):
    def unsupported(*args):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "posix_fallocate", unsupported)
    array = scratch.array_file(tmp_path / "a.npy", (3_000_001,), "uint8")
    assert not array.any() and os.stat(tmp_path / "a.npy").st_blocks * 512 >= 3_000_001
    del array


def test_a_full_disk_is_an_error_with_the_remedy(disk):
    with (
        Workspace(parent=disk, memory_limit=80) as run,
        pytest.raises(
            DiskFull, match=rf"needs 40 MB for scratch files, 8 MB are free in {disk}; set TMPDIR"
        ),
    ):
        run.array((10_000_000,), "float32")
    assert list(disk.iterdir()) == []


def test_a_disk_with_room_takes_what_the_temporary_one_cannot(disk, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    with Workspace(parent=disk, memory_limit=80, others=[tmp_path / "missing", other]) as run:
        array = run.array((10_000_000,), "float32")
        array[:] = 1
        assert Path(array.filename).is_relative_to(other)
        assert run.folder.is_dir()
    assert list(disk.iterdir()) == list(other.iterdir()) == []
