"""Commands start without what they do not use."""

import json
import shlex
import subprocess
import sys

import pytest

HEAVY = (
    "torch",
    "numba",
    "onnxruntime",
    "scipy",
    "soundfile",
    "soxr",
    "pocketsphinx",
    "moonshine_voice",
    "silero_vad",
    "docx",
    "lxml",
)
CALL = """
import contextlib, io, json, sys
from vsat_core.cli import main
with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
    main({args!r})
print(json.dumps([sorted(sys.modules), out.getvalue()]))
"""


def start(line: str) -> tuple[set[str], str]:
    """The modules a command has imported, and what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", CALL.format(args=shlex.split(line))], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    modules, printed = json.loads(done.stdout)
    return set(modules), printed


@pytest.mark.parametrize(
    "line", ["--help", "run --help", "search --help", "export --help", "watch --help"]
)
def test_help_imports_nothing_heavy(line):
    modules, printed = start(line)
    assert "usage: vsat" in printed
    assert not modules.intersection(("numpy", "rich", "pluggy", "attrs", "tomli", "psutil", *HEAVY))


def test_the_help_of_one_command_imports_only_that_one():
    modules, _ = start("list --help")
    assert {m for m in modules if m.endswith("_command")} == {"vsat_core.cli.list_command"}


def test_list_imports_no_variant():
    modules, printed = start("list")
    assert "energy" in printed and "profiles" in printed
    assert not modules.intersection(HEAVY)
    assert "vsat_plugins.detect" in modules and "vsat_plugins.detect.energy_baseline" not in modules


def test_show_imports_no_variant():
    modules, printed = start("show baseline")
    assert "[stages.cluster]" in printed
    assert not modules.intersection(HEAVY)


def test_a_run_served_from_the_cache_imports_no_variant_but_write(tiny):
    line = f"run {tiny.recording} --profile {tiny.profile} --out {tiny.folder / 'out'}"
    start(line)
    modules, printed = start(line)
    assert printed.count(" cached") == 12
    assert not modules.intersection(HEAVY)
