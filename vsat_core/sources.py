"""A digest of the code behind a variant, so that an edited plugin never gets a stale result from the cache.

It covers the target's file, every file of the same top-level package (or folder, for a loose file) that it imports,
directly or not, and the version of the distribution it came from.
"""
from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import importlib.util
import sys
from pathlib import Path

from vsat_core.registry import LOOSE, Variant

OWN = ("vsat_core", "vsat_plugins")


def code_digest(variant: Variant) -> str:
    """sha256 over the sources a variant's answer depends on, and their distribution's version."""
    module = variant.card.target.partition(":")[0]
    sha = hashlib.sha256(_version(module).encode())
    for path in sorted(_closure(module)):
        sha.update(path.read_bytes())
    return sha.hexdigest()


def _version(module: str) -> str:
    """Name and version of the distributions that carry the module's top-level package, "" for a loose file."""
    top = module.partition(".")[0]
    names = sorted(set(_distributions().get(top, [])))
    return " ".join(f"{name}=={importlib.metadata.version(name)}" for name in names)


@functools.cache
def _distributions() -> dict[str, list[str]]:
    return {k: list(v) for k, v in importlib.metadata.packages_distributions().items()}


def _closure(module: str) -> set[Path]:
    """The files of the module and of all it imports from VSAT, its own package or its own folder."""
    seen: set[Path] = set()
    todo = [module]
    while todo:
        name = todo.pop()
        path = _file(name)
        if path is None or path in seen:
            continue
        seen.add(path)
        todo += [i for i in _imports(path, name) if _belongs(i, module, path)]
        if path.name != "__init__.py" and not name.startswith(LOOSE) and "." in name:
            todo.append(name.rpartition(".")[0])
    return seen


def _belongs(name: str, module: str, importer: Path) -> bool:
    """Whether an import is part of the variant's own code."""
    top = name.partition(".")[0]
    return top in (*OWN, module.partition(".")[0]) or (importer.parent / f"{top}.py").is_file()


def _file(name: str) -> Path | None:
    """The source file of a module, without importing it (its parents are imported, as they are light)."""
    loaded = sys.modules.get(name)
    if loaded is not None:
        found = getattr(loaded, "__file__", None)
    else:
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            return None
        found = spec.origin if spec else None
    return Path(found) if found and found.endswith(".py") else None


def _imports(path: Path, module: str) -> list[str]:
    """Every module name that a file may import, `from a import b` giving both a and a.b."""
    names = []
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join(parts[: len(parts) - node.level + 1] + ([base] if base else []))
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return names
