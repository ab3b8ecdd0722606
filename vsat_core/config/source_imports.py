"""What a Python source imports, remembered by its content in the cache folder: parsing the files
behind a profile's variants would take a third of the time of a run whose results are all cached.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from vsat_core.config import places

FILE = "imports.json"
MOST = 2000  # sources remembered: some 200 are behind a profile


def imports_of(content: bytes, package: str) -> tuple[str, ...]:
    """Every module name that a source in this package may import, `from a import b` giving both a
    and a.b. Raises SyntaxError.
    """
    key = hashlib.sha256(content + package.encode()).hexdigest()
    kept, used = _kept(), _used()
    names = kept.get(key)
    if names is None:
        names = list(dict.fromkeys(_imports(content, package)))
    used[key] = names
    return tuple(names)


@functools.cache
def _kept() -> dict[str, list[str]]:
    """What earlier processes found; nothing if the file is damaged or not ours."""
    try:
        read = json.loads((places.cache_folder() / FILE).read_bytes())
        return {str(k): [str(n) for n in v] for k, v in read.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


@functools.cache
def _used() -> dict[str, list[str]]:
    """What this process asked for."""
    return {}


def keep() -> None:
    """Write what was asked for, if something in it is new. Other processes may do so as well."""
    kept, used = _kept(), _used()
    if used.keys() <= kept.keys():
        return
    with contextlib.suppress(OSError):
        folder = places.cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=".imports-", dir=folder)
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(dict(list((used | kept).items())[:MOST]), file)
        os.replace(part, Path(folder, FILE))


def _statements(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Every statement, however nested. Expressions hold no imports, and are most of a file."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from _statements(getattr(node, part, ()))


def _imports(content: bytes, package: str) -> Iterator[str]:
    """Every module name that a file may import, `from a import b` giving both a and a.b."""
    for node in _statements(ast.parse(content).body):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join(parts[: len(parts) - node.level + 1] + ([base] if base else []))
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
