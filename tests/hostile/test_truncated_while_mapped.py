"""A file of the cache that is truncated under a run: one line, whoever does the recording."""

import shutil
import signal
import subprocess
import sys

import pytest

from tests._support.paths import LOOSE
from vsat_core.failures import BUS_ERROR


@pytest.mark.parametrize("n", [1, 2])
def test_one_line_with_the_remedy(tiny, n):
    """A single recording is done by the process of the command, two by processes of their own."""
    shutil.copy(LOOSE / "truncating.py", tiny.folder)
    recordings = [shutil.copy(tiny.recording, tiny.folder / f"r{i}.wav") for i in range(n)]
    command = [sys.executable, "-m", "vsat_core", "run", *map(str, recordings)]
    options = ["--profile", str(tiny.profile), "--out", str(tiny.folder / "out"), "--jobs", "1"]
    options += ["--plugin", str(tiny.folder / "truncating.py")]
    options += ["--set", "stages.detect.use=truncating.plain"]
    done = subprocess.run([*command, *options], capture_output=True, text=True)
    assert done.returncode == (-signal.SIGBUS if n == 1 else 2)
    lines = done.stderr.splitlines()
    assert len(lines) == n and "Traceback" not in done.stderr
    for path, line in zip(recordings, sorted(lines), strict=True):
        assert line.startswith(f"vsat: {path}: crashed: ") and line.endswith(BUS_ERROR)
