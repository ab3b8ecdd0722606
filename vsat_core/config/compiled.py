"""Where compiled code is kept: one folder for each state of the sources of compiled functions.

numba itself notices an edit only in the file of the function that is called, not in those whose
functions are compiled into it. Imports only what `vsat --help` may import.
"""

import contextlib
import importlib.util
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

FOLDER = "compiled"
UNUSED_S = 30 * 24 * 3600  # compiled code of sources that nobody has run for so long is removed


def sources_digest() -> str:
    """sha256 of every file that may hold compiled functions, shortened: names and contents."""
    import hashlib  # here, since its start takes longer than that of all this module

    sha = hashlib.sha256()
    for root in _roots():
        for path in sorted(root.rglob("*.py")):
            content = path.read_bytes()
            sha.update(f"{path.relative_to(root)} {len(content)}\n".encode() + content)
    return sha.hexdigest()[:16]


def before_numba(action: Callable[[], None]) -> None:
    """Run the action when numba is imported first, or now if that has happened: finding out about
    the sources takes time, and many commands compile nothing.
    """
    if "numba" in sys.modules:
        action()
    else:
        sys.meta_path.insert(0, _Watching(action))


class _Watching:
    """A finder of modules that finds nothing; sees the first import of numba. It inherits from
    nothing, since importlib.abc takes long to import.
    """

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        if name == "numba" and self in sys.meta_path:
            sys.meta_path.remove(self)
            self._action()


def sweep(folder: Path, now: float | None = None) -> None:
    """Mark the folder as used, and remove those beside it that have not been used for long."""
    now = time.time() if now is None else now
    import shutil

    with contextlib.suppress(OSError):
        os.utime(folder)
    for other in folder.parent.glob("*"):
        with contextlib.suppress(OSError):
            if other != folder and now - other.stat().st_mtime > UNUSED_S:
                shutil.rmtree(other, ignore_errors=True)


def _roots() -> list[Path]:
    """The folders whose code numba compiles."""
    spec = importlib.util.find_spec("vsat_plugins")
    plugins = list(spec.submodule_search_locations or ()) if spec else []
    return [Path(__file__).parents[1] / "scoring", *map(Path, plugins)]
