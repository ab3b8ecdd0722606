"""What the default profile loads: nothing that compiles, and no library that takes seconds."""

import json
import subprocess
import sys

import pytest

from tests._support.paths import TEST_DATA

HEAVY = {"torch", "numba", "pandas", "matplotlib", "scipy.stats", "scipy.optimize", "onnx"}
SCRIPT = """
import json, sys
import vsat_core
result = vsat_core.run(sys.argv[1], sys.argv[2], out=sys.argv[3], cache=False)
print(json.dumps([len(result.words), sorted(sys.modules)]))
"""


@pytest.mark.models
@pytest.mark.parametrize("profile", ["default", "fast-quiet-room"])
def test_a_run_compiles_nothing_and_loads_nothing_heavy(profile, tmp_path):
    """No function is compiled where numba is not even imported."""
    recording = TEST_DATA / "short_conversation.wav"
    command = [sys.executable, "-c", SCRIPT, str(recording), profile, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    n_words, modules = json.loads(done.stdout.splitlines()[-1])
    assert n_words > 100
    assert HEAVY.isdisjoint(modules)
