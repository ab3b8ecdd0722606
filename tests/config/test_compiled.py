"""Compiled code is kept apart for each state of the sources, and what nobody uses goes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests._support.paths import ROOT
from vsat_core.config import compiled
from vsat_core.config.compiled import UNUSED_S, sources_digest, sweep

RUN = """
import sys
sys.path.insert(0, {tree!r})
import numpy as np
from vsat_core.config.code_digest import code_of
from vsat_core.config.registry import load
from vsat_core.artifacts import Audio
from vsat_core.contract.workspace import Workspace
variant = load().find("draw", "peaks.numba")
stage = variant.make(variant.card.params(), variant.card.tuning())
stage.prepare()
with Workspace() as run:
    drawn = stage(Audio(np.linspace(-1, 1, 1024, dtype=np.float32)), run=run)
print(repr(code_of(variant)).replace(' ', ''), round(float(drawn.high.max()), 3))
"""


@pytest.fixture
def tree(tmp_path):
    """A copy of the code that a test may edit."""
    without = shutil.ignore_patterns("__pycache__")
    for name, folder in (("vsat_core", "vsat_core"), ("vsat_plugins", "plugins")):
        shutil.copytree(ROOT / folder, tmp_path / "tree" / name, ignore=without)
    return tmp_path / "tree"


def drawn(tree: Path) -> list[str]:
    """Digest of the code and highest point, by a process that keeps its compiled code in tree."""
    cache = {"NUMBA_CACHE_DIR": "", "VSAT_CACHE": str(tree / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(tree=str(tree))],
        env={**os.environ, **cache},
        capture_output=True,
        text=True,
        check=True,
        cwd=tree,
    )
    return done.stdout.split()


def test_an_edited_kernel_is_noticed_by_both_caches(tree):
    before = drawn(tree)
    kernel = tree / "vsat_plugins" / "_kernels" / "simd.py"
    text = kernel.read_text()
    kernel.write_text(text.replace("def larger(", "def was_larger(") + "\n\nlarger = smaller\n")
    after = drawn(tree)
    assert before[1] == "1.0" and after[1] != "1.0" and after[0] != before[0]
    assert len(list((tree / "cache" / "compiled").iterdir())) == 2


def test_any_file_changes_the_digest(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "_roots", lambda: [tmp_path])
    (tmp_path / "a.py").write_text("x = 1")
    first = sources_digest()
    (tmp_path / "a.py").write_text("x = 2")
    assert first != sources_digest()
    (tmp_path / "a.py").write_text("x = 1")
    assert first == sources_digest()


def test_what_has_not_been_used_for_a_month_goes(tmp_path):
    folders = [tmp_path / "compiled" / name for name in ("now", "old", "recent")]
    for folder, age in zip(folders, (2 * UNUSED_S, 2 * UNUSED_S, UNUSED_S / 2), strict=True):
        folder.mkdir(parents=True)
        os.utime(folder, (1e9 - age, 1e9 - age))
    sweep(folders[0], now=1e9)
    assert sorted(p.name for p in (tmp_path / "compiled").iterdir()) == ["now", "recent"]
