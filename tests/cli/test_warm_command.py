"""`vsat warm` prepares a profile; what had to be compiled is named, and only the first time."""

import os
import subprocess
import sys

PROFILE = """
extends = "default"
[stages]
detect.use = "energy.vectorized"
draw.use = "peaks.numba"
embed.use = "stats.vectorized"
transcribe.use = "sphinx.baseline"
align.use = "spread.vectorized"
"""


def test_a_profile_is_prepared_and_what_was_compiled_is_named(tmp_path):
    profile = tmp_path / "mine.toml"
    profile.write_text(PROFILE)
    environment = {**os.environ, "VSAT_CACHE": str(tmp_path / "cache"), "COLUMNS": "200"}
    environment.pop("NUMBA_CACHE_DIR", None)
    command = [sys.executable, "-m", "vsat_core", "warm", "--profile", str(profile)]
    compiled = []
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        assert (done.returncode, done.stderr) == (0, "")
        assert "profile mine is ready" in done.stdout
        compiled.append([r.split()[0] for r in done.stdout.splitlines() if "compiled now" in r])
    assert compiled == [["draw"], []]
