"""The command as typed, `vsat run` on one recording, from its start to its exit.

Everything is loaded again and the cache is empty, so it takes longer than a further recording of
the same run.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from vsat_core.config.profile import Profile
from vsat_core.contract import scratch
from vsat_core.engine.worker import thread_settings
from vsat_core.matrix.exploring.store import CommandCell
from vsat_core.measure.cells import Limits


def run_command(profile: Profile, recording: Path, limits: Limits) -> CommandCell:
    """Run it once, in a fresh process with an empty cache."""
    with scratch.folder() as folder:
        file = folder / "profile.toml"
        file.write_text(profile.toml(), encoding="utf-8")
        begin = time.perf_counter()
        try:
            failure = _once(file, recording, folder / "out", limits)
        except subprocess.TimeoutExpired:
            failure = f"no end within {limits.timeout_s:g} s; raise --timeout"
        seconds = () if failure else (time.perf_counter() - begin,)
        return CommandCell(seconds, failure)


def _once(profile: Path, recording: Path, folder: Path, limits: Limits) -> str:
    """The last line of its errors if it failed, else nothing. Raises TimeoutExpired."""
    vsat = [sys.executable, "-P", "-m", "vsat_core"]
    env = {**os.environ, **thread_settings(limits.threads), "VSAT_CACHE": str(folder / "cache")}
    done = subprocess.run(
        [*vsat, "run", str(recording), "--profile", str(profile), "--out", str(folder)],
        env=env,
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        timeout=limits.timeout_s,
    )
    lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    return lines[-1] if done.returncode else ""
