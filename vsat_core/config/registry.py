"""Plugins in, stages and cards out: three doors, and no plugin named here.

Doors: (1) the folder `plugins/`: one package a stage, and loose files in it; (2) installed packages
with entry points in the group "vsat"; (3) loose files named by a profile or by --plugin. Each
plugin is loaded on its own, so that a broken one is listed as broken and stops nobody.
"""

import contextlib
import functools
import importlib
import importlib.metadata
import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import attrs
import pluggy

from vsat_core.config.loose_files import import_file
from vsat_core.config.variants import Variant, checked
from vsat_core.contract import hookspecs
from vsat_core.contract.graph import Graph
from vsat_core.contract.rules import Rule
from vsat_core.contract.stages import StageSpec
from vsat_core.errors import PluginError, nearest

BUILT_IN = "vsat_plugins"
Listed = TypeVar("Listed", StageSpec, Rule)


@attrs.frozen
class Broken:
    """A plugin that could not be loaded, and why."""

    plugin: str
    reason: str


@attrs.define
class Registry:
    """The graph of all stages, every variant by stage and name, and the plugins that failed."""

    graph: Graph
    broken: list[Broken] = attrs.field(factory=list)
    variants: dict[str, dict[str, Variant]] = attrs.field(
        default=attrs.Factory(lambda self: {name: {} for name in self.graph}, takes_self=True)
    )
    rules: dict[str, Rule] = attrs.field(factory=dict)

    def find(self, stage: str, name: str) -> Variant | None:
        """The variant, or None."""
        return self.variants[stage].get(name)

    def unknown(self, stage: str, name: str) -> str:
        """One line saying that there is no such variant, with the nearest name."""
        hint = nearest(name, self.variants[stage])
        known = "" if hint else f"; there are {', '.join(sorted(self.variants[stage])) or 'none'}"
        return f"no {stage} variant is called {name!r}{hint}{known}{self.failed()}"

    def unknown_stage(self, stage: str) -> str:
        """One line saying that there is no such stage, with the nearest name."""
        return f"there is no such stage{nearest(stage, self.graph)}{self.failed()}"

    def failed(self) -> str:
        """What failed to load, to be added to a message."""
        return "".join(f"; plugin {b.plugin} failed to load: {b.reason}" for b in self.broken)

    def spec_of(self, variant: Variant) -> StageSpec:
        """The stage of a variant, with the inputs that this variant takes."""
        return self.graph.with_takes({variant.stage: variant.card.takes})[variant.stage]

    def add(self, variant: Variant) -> None:
        """Take a variant in. Raises PluginError for a second one of the same name, naming both
        plugins.
        """
        rival = self.variants[variant.stage].get(variant.name)
        if rival:
            raise PluginError(
                f"two plugins offer {variant.stage} {variant.name}: {rival.plugin} and "
                f"{variant.plugin}; rename or remove one"
            )
        self.variants[variant.stage][variant.name] = variant


def load(files: Iterable[Path] = ()) -> Registry:
    """The registry of all three doors. Raises PluginError when two stages or cards have one
    name.
    """
    broken: list[Broken] = []
    plugins: dict[str, object] = {}
    for name, importer in _doors(files):
        with _reported(broken, name):
            plugins[name] = importer()
    registry = Registry(_graph(plugins, broken), broken)
    known = ["vsat_stages", "vsat_rules", *(f"vsat_{stage}" for stage in registry.graph)]
    manager = _manager(plugins, broken, registry.graph)
    for name, plugin in manager.list_name_plugin():
        for hook in manager.get_hookcallers(plugin) or ():
            if not hook.has_spec():
                reason = f"there is no hook {hook.name}{nearest(hook.name, known)}"
                broken.append(Broken(name, reason))
    for spec in registry.graph.values():
        for impl in getattr(manager.hook, f"vsat_{spec.name}").get_hookimpls():
            offered: list[Variant] = []
            with _reported(broken, impl.plugin_name):
                offered = [
                    checked(spec, registry.graph, card, impl.plugin, impl.plugin_name)
                    for card in impl.function()
                ]
            for variant in offered:
                registry.add(variant)
    for impl in manager.hook.vsat_rules.get_hookimpls():
        with _reported(broken, impl.plugin_name):
            registry.rules |= {rule.name: rule for rule in _listed(impl, Rule)}
    return registry


@contextlib.contextmanager
def _reported(broken: list[Broken], name: str) -> Iterator[None]:
    """Whatever a stranger's code raises makes it a broken plugin."""
    try:
        yield
    except (Exception, SystemExit) as error:
        broken.append(Broken(name, f"{type(error).__name__}: {error}"))


def _manager(
    plugins: Mapping[str, object], broken: list[Broken], graph: Graph
) -> pluggy.PluginManager:
    """The plugins that fit the hooks of these stages; the others are broken."""
    manager = pluggy.PluginManager("vsat")
    manager.add_hookspecs(hookspecs)
    if graph:
        manager.add_hookspecs(hookspecs.variant_hooks(graph.values()))
    for name, plugin in plugins.items():
        with _reported(broken, name):
            manager.register(plugin, name)
    return manager


def _graph(plugins: Mapping[str, object], broken: list[Broken]) -> Graph:
    """The stages of all plugins. One whose stages do not fit to the others is broken.

    Raises PluginError when two plugins add a stage of one name.
    """
    owners: dict[str, str] = {}
    waiting: dict[str, list[StageSpec]] = {}
    for impl in _manager(plugins, [], Graph({})).hook.vsat_stages.get_hookimpls():
        with _reported(broken, impl.plugin_name):
            waiting[impl.plugin_name] = _listed(impl, StageSpec)
        for spec in waiting.get(impl.plugin_name, ()):
            if spec.name in owners:
                raise PluginError(
                    f"two plugins add the stage {spec.name}: {owners[spec.name]} and "
                    f"{impl.plugin_name}; rename or remove one"
                )
            owners[spec.name] = impl.plugin_name
    specs: list[StageSpec] = []
    problems: dict[str, Exception] = {}
    while left := [n for n in waiting if n not in problems]:
        for name in left:
            try:
                Graph.of([*specs, *waiting[name]])
            except Exception as error:
                problems[name] = error
            else:
                specs += waiting.pop(name)
                problems.clear()  # they may take what is there now
    broken += [Broken(n, f"{type(e).__name__}: {e}") for n, e in problems.items()]
    return Graph.of(specs)


def _listed(impl: pluggy.HookImpl, kind: type[Listed]) -> list[Listed]:
    """What an implementation of a hook returns. Raises PluginError."""
    found = impl.function()
    if not isinstance(found, list) or not all(isinstance(s, kind) for s in found):
        raise PluginError(f"{impl.function.__name__} must return a list of {kind.__name__}")
    return found


def _doors(files: Iterable[Path]) -> Iterator[tuple[str, Callable[[], object]]]:
    """(plugin name, importer) of every plugin, in the order of the doors."""
    spec = importlib.util.find_spec(BUILT_IN)
    seen = set()
    for root in (spec.submodule_search_locations if spec else None) or ():
        packages = sorted(p.parent.name for p in Path(root).glob("[!_]*/__init__.py"))
        for name in (BUILT_IN, *(f"{BUILT_IN}.{package}" for package in packages)):
            yield name, functools.partial(importlib.import_module, name)
        for path in sorted(Path(root).resolve().glob("*.py")):
            if path.name != "__init__.py":
                seen.add(path)
                yield str(path), functools.partial(import_file, path)
    for point in sorted(importlib.metadata.entry_points(group="vsat"), key=lambda p: p.name):
        yield f"{point.name} ({point.value})", point.load
    for path in dict.fromkeys(Path(f).resolve() for f in files):
        if path not in seen:
            yield str(path), functools.partial(import_file, path)
