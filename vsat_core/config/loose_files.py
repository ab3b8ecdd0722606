"""Loose plugin files as modules: imported by path, each folder a package of its own."""

import hashlib
import importlib.util
import os
import re
import sys
from pathlib import Path
from types import ModuleType

LARGEST_BYTES = 4_000_000  # of a plugin file: compiling it takes up to 140 times as much memory
LOOSE = "vsat_loose_"  # prefix of the packages that folders of loose files become


def import_file(path: Path) -> ModuleType:
    """The module of a loose file. Its folder acts as a package of its own: files beside it are
    `from . import helper`.

    Raises whatever the file raises, and ImportError if it is none of Python's.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not a file")
    if path.stat().st_size > LARGEST_BYTES:
        raise ImportError(f"more than {LARGEST_BYTES // 1_000_000} MB, too much for a plugin file")
    name = module_name(path)
    if name not in sys.modules:
        package = ModuleType(name.partition(".")[0], "A folder of loose plugin files.")
        package.__path__ = [str(path.resolve().parent)]
        sys.modules.setdefault(package.__name__, package)
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{path} is not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException as error:
            del sys.modules[name]
            if (
                isinstance(error, ModuleNotFoundError)
                and (path.parent / f"{error.name}.py").is_file()
            ):
                remedy = f"for the file beside it write: from . import {error.name}"
                raise ImportError(f"there is no module {error.name}; {remedy}") from error
            raise
    return sys.modules[name]


def module_name(path: Path) -> str:
    """What a loose file is called in sys.modules; no two files share a name."""
    path = path.resolve()
    stem = path.stem
    if not stem.isidentifier():
        stem = re.sub(r"\W", "_", stem) + "_" + hashlib.sha256(stem.encode()).hexdigest()[:8]
    return f"{LOOSE}{hashlib.sha256(os.fsencode(path.parent)).hexdigest()[:12]}.{stem}"
