"""Plugins in, cards out: three doors, one hook per stage, and no plugin named here.

Doors: (1) the folder `plugins/`: one package a stage, and loose files in it; (2) installed packages
with entry points in the group "vsat"; (3) loose files named by a profile or by --plugin. Each
plugin is loaded on its own, so that a broken one is listed as broken and stops nobody.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pluggy

from vsat_core.contract import hookspecs
from vsat_core.contract.cards import Card, Stage
from vsat_core.contract.models import Model
from vsat_core.contract.stages import STAGES
from vsat_core.errors import ModelMissing, PluginError, nearest
from vsat_core.failures import first_cause

BUILT_IN = "vsat_plugins"
LOOSE = "vsat_loose_"  # prefix of the packages that folders of loose files become


@attrs.frozen
class Variant:
    """A card, the stage it is for, and the plugin it came from."""

    stage: str
    card: Card
    plugin: str

    @property
    def name(self) -> str:
        """ "method.technique"."""
        return self.card.name

    def missing(self) -> list[str]:
        """One remedy for each package or model that is not on this machine; empty when it can
        run.
        """
        return [n.remedy() for n in self.card.needs if not n.found()]

    def notices(self) -> list[str]:
        """One line for each model that is the user's own file rather than the tested one."""
        models = [n for n in self.card.needs if isinstance(n, Model)]
        found = [
            (m.name, p) for m in models for p in m.candidates()[:1] if p.is_file() and m.brought(p)
        ]
        return [
            f"{name}: using your own {path}, which is not the tested file" for name, path in found
        ]

    def make(self, params: Any, tuning: Any) -> Stage:
        """The stage, imported and constructed. Raises ModelMissing or PluginError."""
        if missing := self.missing():
            raise ModelMissing(f"{self.stage} {self.name}: {missing[0]}")
        module, _, name = self.card.target.partition(":")
        try:
            cls = getattr(importlib.import_module(module), name)
        except (Exception, SystemExit) as error:  # a module may raise anything
            problem = (
                f"{self.stage} {self.name} ({self.plugin}): cannot load {self.card.target}: "
                f"{first_cause(error)}"
            )
            raise PluginError(problem) from error
        stage: Stage = cls(params, tuning)
        return stage


@attrs.frozen
class Broken:
    """A plugin that could not be loaded, and why."""

    plugin: str
    reason: str


@attrs.define
class Registry:
    """Every variant by stage and name, and the plugins that failed."""

    variants: dict[str, dict[str, Variant]] = attrs.field(
        factory=lambda: {name: {} for name in STAGES}
    )
    broken: list[Broken] = attrs.field(factory=list)

    def find(self, stage: str, name: str) -> Variant | None:
        """The variant, or None."""
        return self.variants[stage].get(name)

    def unknown(self, stage: str, name: str) -> str:
        """One line saying that there is no such variant, with the nearest name and any broken
        plugins.
        """
        hint = nearest(name, self.variants[stage])
        known = "" if hint else f"; there are {', '.join(sorted(self.variants[stage])) or 'none'}"
        broken = "".join(f"; plugin {b.plugin} failed to load: {b.reason}" for b in self.broken)
        return f"no {stage} variant is called {name!r}{hint}{known}{broken}"

    def add(self, variant: Variant) -> None:
        """Take a variant in. Raises PluginError for a second one of the same name, naming both
        plugins.
        """
        rival = self.variants[variant.stage].get(variant.name)
        if rival:
            raise PluginError(
                f"two plugins offer {variant.stage} {variant.name}: {rival.plugin} and "
                f"{variant.plugin}; "
                "rename or remove one"
            )
        self.variants[variant.stage][variant.name] = variant


def load(files: Iterable[Path] = ()) -> Registry:
    """The registry of all three doors. Raises PluginError when two cards have one name."""
    registry = Registry()
    manager = pluggy.PluginManager("vsat")
    manager.add_hookspecs(hookspecs)
    for name, importer in _doors(files):
        try:
            plugin = importer()
            manager.register(plugin, name)
        except (Exception, SystemExit) as error:  # a stranger's module may raise anything
            registry.broken.append(Broken(name, f"{type(error).__name__}: {error}"))
            continue
        for hook in manager.get_hookcallers(plugin) or ():
            if not hook.has_spec():
                known = nearest(hook.name, [f"vsat_{stage}" for stage in STAGES])
                registry.broken.append(Broken(name, f"there is no hook {hook.name}{known}"))
    for stage in STAGES:
        for impl in getattr(manager.hook, f"vsat_{stage}").get_hookimpls():
            try:
                cards = [_checked(stage, card) for card in impl.function()]
            except Exception as error:
                registry.broken.append(Broken(impl.plugin_name, f"{type(error).__name__}: {error}"))
                continue
            for card in cards:
                registry.add(Variant(stage, card, impl.plugin_name))
    return registry


def _doors(files: Iterable[Path]) -> Iterator[tuple[str, Any]]:
    """(plugin name, importer) of every plugin, in the order of the doors."""
    spec = importlib.util.find_spec(BUILT_IN)
    seen = set()
    for root in (spec.submodule_search_locations if spec else None) or ():
        for stage in STAGES:
            if (Path(root) / stage / "__init__.py").is_file():
                yield (
                    f"{BUILT_IN}.{stage}",
                    lambda name=f"{BUILT_IN}.{stage}": importlib.import_module(name),
                )
        for path in sorted(Path(root).resolve().glob("*.py")):
            if path.name != "__init__.py":
                seen.add(path)
                yield str(path), lambda path=path: import_file(path)
    for point in sorted(importlib.metadata.entry_points(group="vsat"), key=lambda p: p.name):
        yield f"{point.name} ({point.value})", point.load
    for path in dict.fromkeys(Path(f).resolve() for f in files):
        if path not in seen:
            yield str(path), lambda path=path: import_file(path)


def import_file(path: Path) -> ModuleType:
    """The module of a loose file. Its folder acts as a package of its own: files beside it are
    `from . import helper`.

    Raises whatever the file raises, and ImportError if it is none of Python's.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not a file")
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


def _checked(stage: str, card: Card) -> Card:
    """The card, if it keeps the contract of its stage. Raises PluginError."""
    if not isinstance(card, Card):
        raise PluginError(f"vsat_{stage} must return a list of Card, got {type(card).__name__}")
    for cls in (card.params, card.tuning):
        if not attrs.has(cls):
            raise PluginError(f"{stage} {card.name}: {cls.__name__} must be an attrs class")
        cls()  # a field without a default raises here, not in the middle of a profile
    settings = STAGES[stage].settings
    if settings and not issubclass(card.params, settings):
        raise PluginError(
            f"{stage} {card.name}: {card.params.__name__} must inherit from {settings.__name__}"
        )
    unknown = set(card.accepts) - set(STAGES[stage].takes)
    if unknown:
        raise PluginError(
            f"{stage} {card.name}: accepts names {sorted(unknown)}, which {stage} does not take"
        )
    return card
