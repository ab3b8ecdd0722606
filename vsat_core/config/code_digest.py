"""The code behind a variant, digested, so that an edited plugin never gets a stale result from the
cache.

It covers the target's file, every file of the same top-level package (or folder, for a loose file)
that it imports, directly or not, compiled ones as well, the version of the distribution it came
from, and the versions of the libraries that these files import.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.machinery
import importlib.metadata
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import attrs

from vsat_core.config.loose_files import LOOSE
from vsat_core.config.source_imports import imports_of
from vsat_core.config.variants import Variant
from vsat_core.contract.models import Package

COMPILED = tuple(importlib.machinery.EXTENSION_SUFFIXES)
OWN = ("vsat_core", "vsat_plugins")
CARRIED = (*OWN, "vsat_profiles")
DISTRIBUTION = "vsat-speech"  # which carries all three


class Code(NamedTuple):
    """The sha256 of each file by its name within its package or folder (it is the same code
    wherever that lies), and the versions of the distributions they come from and import.
    """

    files: dict[str, str]
    versions: dict[str, str]


def code_of(variant: Variant) -> Code:
    """What a variant's answer depends on besides its params, weights and inputs."""
    module = variant.card.target.partition(":")[0]
    sources = sorted(_closure(module).values(), key=lambda s: (s.name, s.sha256))
    files: dict[str, str] = {}
    for source in sources:  # two files of one name count together
        files[source.name] = files.get(source.name, "") + source.sha256
    needed = {n.name for n in variant.card.needs if isinstance(n, Package)}
    return Code(files, _carriers(module) | _libraries(sources, needed))


def _libraries(sources: Iterable[_Source], needed: Collection[str] = ()) -> dict[str, str]:
    """The version of every library that these sources import, and of the packages needed."""
    imported = {name.partition(".")[0] for source in sources for name in source.imports}
    foreign = {n for n in imported if n not in sys.stdlib_module_names and n not in CARRIED}
    return {
        name: version for name in sorted(foreign | set(needed)) if (version := _installed(name))
    }


@functools.cache
def _installed(package: str) -> str:
    """The version of the distribution that an import package comes from; "" for none."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        names = sorted(set(_distributions().get(package, [])))
        return " ".join(f"{name}=={importlib.metadata.version(name)}" for name in names)


def _carriers(module: str) -> dict[str, str]:
    """The versions of the distributions that carry the module's top-level package; none for a loose
    file.
    """
    top = module.partition(".")[0]
    if top.startswith(LOOSE):
        return {}
    names = [DISTRIBUTION] if top in OWN else sorted(set(_distributions().get(top, [])))
    return {name: _version(name) for name in names}


@functools.cache
def _version(distribution: str) -> str:
    """Its version, read once: that parses a long file."""
    return importlib.metadata.version(distribution)


@functools.cache
def _distributions() -> dict[str, list[str]]:
    return {k: list(v) for k, v in importlib.metadata.packages_distributions().items()}


def _closure(module: str) -> dict[Path, _Source]:
    """The files of the module and of all it imports from VSAT, its own package or its own
    folder.
    """
    seen: dict[Path, _Source] = {}
    todo = [module]
    while todo:
        name = todo.pop()
        path = _file(name)
        if path is None or path in seen:
            continue
        seen[path] = _read(path, name)
        todo += [i for i in seen[path].imports if _belongs(i, module, path)]
        if path.name != "__init__.py" and not name.startswith(LOOSE) and "." in name:
            todo.append(name.rpartition(".")[0])
    return seen


def _belongs(name: str, module: str, importer: Path) -> bool:
    """Whether an import is part of the variant's own code."""
    top = name.partition(".")[0]
    return top in (*OWN, module.partition(".")[0]) or _is_beside(importer, top)


@functools.cache
def _is_beside(importer: Path, top: str) -> bool:
    """Whether a module of this name lies in the importing file's folder."""
    return (importer.parent / f"{top}.py").is_file()


def _file(name: str) -> Path | None:
    """The file of a module, source or compiled. Imports nothing: a variant served from the cache
    must not load its libraries.
    """
    return _own_file(name) if name.partition(".")[0] in OWN else _found_file(name)


@functools.cache
def _own_file(name: str) -> Path | None:
    """The same of our own packages, whose files stay where they are while a process runs."""
    return _found_file(name)


def _found_file(name: str) -> Path | None:
    loaded = sys.modules.get(name)
    spec = None if loaded else _spec(name)
    found = getattr(loaded, "__file__", None) if loaded else spec.origin if spec else None
    return Path(found) if found and found.endswith((".py", *COMPILED)) else None


def _spec(name: str) -> importlib.machinery.ModuleSpec | None:
    """What importlib.util.find_spec gives, without importing the packages above."""
    package = name.rpartition(".")[0]
    places = _places(package) if package else None
    if package and places is None:
        return None
    found = (finder.find_spec(name, places) for finder in sys.meta_path)
    return next((spec for spec in found if spec), None)


def _places(package: str) -> Sequence[str] | None:
    """The folders of a package; None for a plain module, or one that is not there."""
    if package in sys.modules:
        return getattr(sys.modules[package], "__path__", None)
    spec = _spec(package)
    return spec.submodule_search_locations if spec else None


@attrs.frozen
class _Source:
    """A file as this process knows it, by a name that says where in its package it lies."""

    sha256: str
    imports: tuple[str, ...]
    name: str


@functools.cache
def _read(path: Path, module: str) -> _Source:
    """Read once: a process goes on running the code it has loaded, whatever becomes of the file."""
    content = path.read_bytes()
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    imports = () if path.name.endswith(COMPILED) else imports_of(content, package)
    return _Source(hashlib.sha256(content).hexdigest(), imports, _name(path, module))


def _name(path: Path, module: str) -> str:
    """Such as vsat_plugins/cluster/ahc.py; within a folder of loose files, helper.py."""
    folders = module.split(".")[:-1] if path.name != "__init__.py" else module.split(".")
    if module.startswith(LOOSE):
        folders = folders[1:]
    return "/".join([*folders, path.name])
