"""VSAT runs as whoever starts it: without a home folder, from a tree that cannot be written, with
any user id.
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests._support.paths import ROOT

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")

IMPORT = """
import sys
sys.path[:0] = [{tree!r}]
import vsat_core, vsat_plugins.align.spread_numba as module
assert module.__file__.startswith({tree!r}), module.__file__
from vsat_core.config import places
places.announce()
places.announce()
import os
print(os.environ["NUMBA_CACHE_DIR"], places.cache_folder())
from vsat_core.config.profile import available
print(len(available()))
"""


def run_as(uid: int, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command with an arbitrary user id, nothing but `env` in its environment."""
    change = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
    return subprocess.run(
        [*change, *command],
        env={"PATH": os.environ["PATH"], **env},
        cwd="/",
        capture_output=True,
        text=True,
    )


@pytest.fixture
def open_folder():
    """A folder anybody may read, with a temporary folder that anybody may write."""
    if (
        shutil.which("setpriv") is None
        or run_as(NOBODY, sys.executable, "-c", "import numba").returncode
    ):
        pytest.skip("needs setpriv, and a Python that other users may run")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "tmp").mkdir()
        (folder / "tmp").chmod(0o1777)
        yield folder


@pytest.fixture
def tree(open_folder):
    """A copy of the code that nobody but root may write, without anything compiled."""
    tree = open_folder / "tree"
    without = shutil.ignore_patterns("__pycache__")
    for name, source in (
        ("vsat_core", "vsat_core"),
        ("vsat_plugins", "plugins"),
        ("vsat_profiles", "profiles"),
    ):
        shutil.copytree(ROOT / source, tree / name, ignore=without)
    return tree


@needs_root
@pytest.mark.parametrize(
    ("uid", "home"),
    [(NOBODY, None), (54321, None), (NOBODY, "/"), (54321, "/nowhere"), (NOBODY, "/root")],
    ids=[
        "no HOME",
        "no HOME, no such user",
        "the root folder",
        "missing, no such user",
        "unreadable",
    ],
)
def test_code_can_be_compiled_for_a_user_who_owns_nothing(uid, home, open_folder, tree):
    """The caches go to a private folder, which one line names; the tree stays as it is."""
    env = {"TMPDIR": str(open_folder / "tmp"), **({"HOME": home} if home else {})}
    done = run_as(uid, sys.executable, "-c", IMPORT.format(tree=str(tree)), **env)
    assert done.returncode == 0, done.stderr
    private = open_folder / "tmp" / f".vsat-cache-{uid}"
    compiled, cache = done.stdout.splitlines()[0].split()
    assert cache == str(private) and Path(compiled).parent == private / "compiled"
    assert (
        done.stderr.count("\n") == 1
        and f"results and compiled code are kept in {private} (" in done.stderr
    )
    found = private.stat()
    assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (uid, 0o700)
    assert list(Path(compiled).iterdir()) and not list(tree.rglob("__pycache__"))


@needs_root
def test_a_folder_that_somebody_else_prepared_is_not_used(open_folder, tree):
    """Compiled code is run from there: it must not be another user's."""
    trap = open_folder / "tmp" / f".vsat-cache-{NOBODY}"
    trap.mkdir(mode=0o777)
    trap.chmod(0o777)
    code = IMPORT.format(tree=str(tree))
    done = run_as(NOBODY, sys.executable, "-c", code, TMPDIR=str(open_folder / "tmp"), HOME="/")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1].startswith(f"{trap.parent}/.vsat-cache-") and not list(
        trap.iterdir()
    )


@needs_root
def test_a_recording_is_transcribed_by_nobody(open_folder, tree, tiny):
    """`vsat run` with the stages for tests: in the end there are results, and one line about the
    cache.
    """
    shutil.copytree(tiny.folder, open_folder / "in")
    (open_folder / "out").mkdir()
    (open_folder / "out").chmod(0o777)
    arguments = [
        "run",
        f"{open_folder}/in/talk.wav",
        "--profile",
        f"{open_folder}/in/small.toml",
        "--out",
        f"{open_folder}/out",
    ]
    code = (
        f"import sys; sys.path[:0] = [{str(tree)!r}]; from vsat_core.cli import main; "
        f"sys.exit(main({arguments}))"
    )
    done = run_as(NOBODY, sys.executable, "-c", code, TMPDIR=str(open_folder / "tmp"), HOME="/root")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("\n") == 1 and (open_folder / "out" / "talk.txt").is_file()
    assert [p.name for p in (open_folder / "tmp").iterdir()] == [f".vsat-cache-{NOBODY}"]
