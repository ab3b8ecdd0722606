"""A TOML profile becomes one chosen variant with params and tuning for every stage, or one list of
all its problems.

In `[stages.X]`, `use` names the variant and every other key is one of its params;
`[stages.X.tuning]` holds what changes only its cost. `extends` builds on another profile: a new
`use` drops the params that were set for the old one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import tomli

from vsat_core.artifacts import Artifact, Files
from vsat_core.config import places
from vsat_core.config.registry import Registry
from vsat_core.config.toml_text import toml_rows, toml_value
from vsat_core.config.variants import Variant
from vsat_core.contract.graph import Graph
from vsat_core.contract.params import build
from vsat_core.errors import PluginError, ProfileError, nearest

TOP_KEYS = ("summary", "extends", "plugins", "stages", "matrix")


@attrs.frozen
class Choice:
    """What a profile says of one stage."""

    variant: Variant
    params: Any
    tuning: Any


@attrs.frozen
class Profile:
    """One variant for every stage, every default filled in."""

    name: str
    summary: str
    stages: dict[str, Choice]
    graph: Graph
    plugins: tuple[Path, ...] = ()

    def choose(self, stage: str, choice: Choice) -> Profile:
        """The same with another variant, or other params, of one stage."""
        stages = {**self.stages, stage: choice}
        return attrs.evolve(self, stages=stages, graph=graph_of(self.graph, stages))

    def toml(self) -> str:
        """The profile with every default written out; reading it back gives the same profile."""
        lines = [f"summary = {toml_value(self.summary)}"]
        if self.plugins:
            lines.append(f"plugins = {toml_value([str(p) for p in self.plugins])}")
        for stage, choice in self.stages.items():
            lines += [
                "",
                f"[stages.{stage}]",
                f"use = {toml_value(choice.variant.name)}",
                *toml_rows(choice.params),
            ]
            if tuning := toml_rows(choice.tuning):
                lines += ["", f"[stages.{stage}.tuning]", *tuning]
        return "\n".join(lines) + "\n"


def folders() -> list[Path]:
    """Where a profile is looked up by name, best first."""
    import vsat_profiles

    own = places.config_folder() / "profiles"
    return [Path("profiles"), own, *(Path(p) for p in vsat_profiles.__path__)]


def available() -> dict[str, Path]:
    """Every profile that can be named, by name."""
    found: dict[str, Path] = {}
    for folder in folders():
        with contextlib.suppress(OSError):  # a home folder that may not be read
            for path in sorted(folder.glob("*.toml")):
                found.setdefault(path.stem, path)
    return found


def locate(name: str, beside: Path | None = None) -> Path:
    """The file a name or path means. Raises ProfileError with the nearest name."""
    if name.endswith(".toml") or "/" in name:
        path = (beside / name) if beside and not Path(name).is_absolute() else Path(name)
        if path.is_file():
            return path
        raise ProfileError(name, ["there is no such file"])
    known = available()
    if name not in known:
        names = ", ".join(sorted(known))
        raise ProfileError(
            f"profile {name!r}", [f"unknown{nearest(name, known)}; there are {names}"]
        )
    return known[name]


@attrs.frozen
class Draft:
    """A profile's tables merged over what it extends, not yet checked against any variant.

    `matrix` is the table of that name as it stands: what `vsat matrix` is to choose from.
    """

    name: str
    summary: str
    stages: dict[str, dict[str, Any]]
    plugins: tuple[Path, ...]
    problems: tuple[str, ...]
    matrix: dict[str, Any] = attrs.field(factory=dict)


def read(name: str, settings: Iterable[str] = ()) -> Draft:
    """The draft of a named profile or file with `stages.X.key=value` settings on top. Raises
    ProfileError.

    In whatever order they come, a new `use` drops inherited params and never those set beside it.
    """
    draft = _read(locate(name), ())
    problems = list(draft.problems)
    for setting in sorted(
        settings, key=lambda s: not s.partition("=")[0].rstrip().endswith(".use")
    ):
        _apply(draft.stages, setting, problems)
    return attrs.evolve(draft, problems=tuple(problems))


def _read(path: Path, above: tuple[Path, ...]) -> Draft:
    """One file and what it extends."""
    real = path.resolve()
    if real in above:
        raise ProfileError(
            str(path), [f"extends itself through {' -> '.join(p.name for p in (*above, real))}"]
        )
    try:
        table = tomli.loads(path.read_text(encoding="utf-8"))
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(str(path), [f"not valid TOML: {error}"]) from None
    except OSError as error:
        raise ProfileError(str(path), [f"cannot be read: {error.strerror}"]) from None
    problems = [f"{key}: unknown{nearest(key, TOP_KEYS)}" for key in table if key not in TOP_KEYS]
    base = Draft("", "", {}, (), ())
    if isinstance(parent := table.get("extends"), str):
        base = _read(locate(parent, path.parent), (*above, real))
    elif parent is not None:
        problems.append(f"extends: expected the name of a profile, got {parent!r}")
    stages = {k: {**v, "tuning": dict(v.get("tuning", {}))} for k, v in base.stages.items()}
    for stage, block in _tables(table.get("stages", {}), problems):
        _merge(stages, stage, block)
    plugins = _plugins(table.get("plugins", []), path.parent, problems)
    summary = str(table.get("summary", ""))
    matrix = table.get("matrix", {})
    if not isinstance(matrix, dict):
        problems.append("matrix: expected a table")
        matrix = {}
    problems = [*base.problems, *problems]
    return Draft(
        path.stem,
        summary,
        stages,
        (*base.plugins, *plugins),
        tuple(problems),
        {**base.matrix, **matrix},
    )


def _tables(stages: Any, problems: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """The well-formed [stages.X] tables; the others become problems."""
    if not isinstance(stages, dict):
        problems.append("stages: expected tables like [stages.cluster]")
        return []
    good = []
    for stage, block in stages.items():
        if not isinstance(block, dict) or not isinstance(block.get("tuning", {}), dict):
            problems.append(f"stages.{stage}: expected a table, with `tuning` a table inside it")
        else:
            good.append((stage, block))
    return good


def _merge(stages: dict[str, dict[str, Any]], stage: str, block: Mapping[str, Any]) -> None:
    """Lay one table over the inherited one; a new `use` starts from nothing."""
    old = stages.get(stage, {"tuning": {}})
    if "use" in block and block["use"] != old.get("use"):
        old = {"tuning": {}}
    stages[stage] = {**old, **block, "tuning": {**old["tuning"], **block.get("tuning", {})}}


def _plugins(names: Any, folder: Path, problems: list[str]) -> list[Path]:
    """Loose plugin files, relative to the profile."""
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        problems.append("plugins: expected a list of file names")
        return []
    missing = [n for n in names if not (folder / n).is_file()]
    problems += [f"plugins: there is no file {n}" for n in missing]
    return [(folder / n).resolve() for n in names if n not in missing]


def _apply(stages: dict[str, dict[str, Any]], setting: str, problems: list[str]) -> None:
    """One `stages.X.key=value` or `stages.X.tuning.key=value` from the command line."""
    path, equals, text = setting.partition("=")
    parts = path.strip().split(".")
    if (
        not equals
        or parts[0] != "stages"
        or len(parts) not in (3, 4)
        or (len(parts) == 4 and parts[2] != "tuning")
    ):
        problems.append(f"--set {setting}: expected stages.STAGE.KEY=VALUE")
        return
    try:
        value = tomli.loads(f"v = {text}")["v"]
    except tomli.TOMLDecodeError:
        value = text.strip()
    block = {parts[2]: value} if len(parts) == 3 else {"tuning": {parts[3]: value}}
    if not isinstance(block.get("tuning", {}), dict):
        problems.append(f"--set {setting}: expected stages.{parts[1]}.tuning.KEY=VALUE")
        return
    _merge(stages, parts[1], block)


def resolve(
    draft: Draft, registry: Registry, targets: Iterable[str | type[Artifact]] | None = None
) -> Profile:
    """The finished profile; raises ProfileError with every problem at once, each with its path.

    Only the stages that lead to `targets` (stages, or types of artifacts) must be able to run here
    (models and packages present), all without it; all must be chosen and valid.
    """
    strange = [s for s in draft.stages if s not in registry.graph]
    problems = [*draft.problems, *(f"stages.{s}: {registry.unknown_stage(s)}" for s in strange)]
    chosen: dict[str, Choice] = {}
    undecided = []
    for stage in registry.graph:
        choice, wrong = _choice(draft, registry, stage)
        problems += wrong
        if choice:
            chosen[stage] = choice
        elif not wrong:
            undecided.append(stage)
    try:
        graph = graph_of(registry.graph, chosen)
    except PluginError as error:
        raise ProfileError(f"profile {draft.name!r}", [*problems, str(error)]) from None
    used = graph.needed_for(graph.stages_for([Files]))
    problems += [
        f'stages.{s}: no variant chosen; add use = "..." or extends = "default"'
        for s in undecided
        if s in used
    ]
    wanted = [*chosen] if targets is None else graph.stages_for(targets)
    problems += _missing(chosen, graph.needed_for(wanted)) + _mismatches(chosen, graph, registry)
    if problems:
        raise ProfileError(f"profile {draft.name!r}", list(dict.fromkeys(problems)))
    stages = {stage: chosen[stage] for stage in graph if stage in chosen}
    return Profile(draft.name, draft.summary, stages, graph, tuple(dict.fromkeys(draft.plugins)))


def graph_of(graph: Graph, chosen: Mapping[str, Choice]) -> Graph:
    """The graph as the chosen variants need it: some take other inputs than their stage."""
    return graph.with_takes({s: c.variant.card.takes for s, c in chosen.items()})


def _choice(draft: Draft, registry: Registry, stage: str) -> tuple[Choice | None, list[str]]:
    """What a draft says of one stage, else the stage's default, else None; and what is wrong."""
    block = draft.stages.get(stage, {})
    use = block.get("use") or registry.graph[stage].default
    if not use:
        return None, []
    variant = registry.find(stage, use) if isinstance(use, str) else None
    if variant is None:
        return None, [f"stages.{stage}.use: {registry.unknown(stage, str(use))}"]
    values = {k: v for k, v in block.items() if k not in ("use", "tuning")}
    params, wrong = build(variant.card.params, values, f"stages.{stage}")
    tuning, slow = build(variant.card.tuning, block.get("tuning", {}), f"stages.{stage}.tuning")
    return Choice(variant, params, tuning), wrong + slow


def _missing(chosen: Mapping[str, Choice], needed: Iterable[str]) -> list[str]:
    """What must be installed before these stages can run."""
    variants = [(stage, chosen[stage].variant) for stage in needed if stage in chosen]
    return [f"stages.{s}.use: {v.name} {remedy}" for s, v in variants for remedy in v.missing()]


def _mismatches(chosen: Mapping[str, Choice], graph: Graph, registry: Registry) -> list[str]:
    """Pairs of neighbours that do not fit together, with what would."""
    problems = []
    for stage, choice in chosen.items():
        feeds = dict(zip(graph[stage].names, graph[stage].takes, strict=True))
        for name, tags in choice.variant.card.accepts.items():
            source = feeds[name]
            if source not in chosen or tag_of(source, chosen, graph) in tags:
                continue
            fit = [v.name for v in registry.variants[source].values() if v.card.gives in tags]
            problems.append(
                f"stages.{stage}.use: {choice.variant.name} does not fit "
                f"{chosen[source].variant.name}; it needs {' or '.join(tags)} from {source}: use "
                f"{' or '.join(fit) or 'a plugin that gives it'}"
            )
    return problems


def tag_of(stage: str, chosen: Mapping[str, Choice], graph: Graph) -> str:
    """The tag of a stage's output: that of its card; a stage that replaces another and says nothing
    hands on the tag of what it was given.
    """
    spec, card = graph[stage], chosen[stage].variant.card
    if card.gives or spec.replaces not in spec.names:
        return card.gives
    return tag_of(spec.takes[spec.names.index(spec.replaces)], chosen, graph)
