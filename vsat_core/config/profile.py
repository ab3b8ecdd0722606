"""A draft becomes a profile, one chosen variant with params and tuning for every stage, or one list
of all its problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

import attrs

from vsat_core.artifacts import Artifact, Files
from vsat_core.config.blocks import Block
from vsat_core.config.choices import Alternative, Choice, chosen_by
from vsat_core.config.draft import Draft, available, folders, locate, read
from vsat_core.config.registry import Registry
from vsat_core.config.toml_text import toml_rows, toml_value
from vsat_core.contract.graph import Graph
from vsat_core.contract.params import changed
from vsat_core.contract.settings import ChannelChoice
from vsat_core.errors import PluginError, ProfileError

__all__ = [
    "Alternative",
    "Choice",
    "Draft",
    "Profile",
    "available",
    "folders",
    "locate",
    "read",
    "resolve",
]

Settings = TypeVar("Settings", bound=attrs.AttrsInstance)


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

    def unmixed(self) -> Profile:
        """The same without what a rule may take instead, as rivals are compared."""
        stages = {s: attrs.evolve(c, otherwise=()) for s, c in self.stages.items()}
        return attrs.evolve(self, stages=stages).unsplit()

    def unsplit(self) -> Profile:
        """The same with the channels of a recording mixed where they might be transcribed each on
        its own.
        """
        stages = {
            s: attrs.evolve(c, params=changed(c.params, channels="mix"))
            for s, c in self.stages.items()
            if isinstance(c.params, ChannelChoice) and c.params.channels in ("split", "auto")
        }
        return attrs.evolve(self, stages={**self.stages, **stages}) if stages else self

    def settings(self, kind: type[Settings]) -> Settings:
        """What the user demands of the stage with these settings."""
        params = self.stages[self.graph.with_settings(kind)].params
        assert isinstance(params, kind)  # as the registry has checked
        return params

    def toml(self) -> str:
        """The profile with every default written out; reading it back gives the same profile."""
        return self._written([f"summary = {toml_value(self.summary)}"], self.stages)

    def toml_extending(self, base: Profile) -> str:
        """The profile as what it changes in one that can be named."""
        lines = [f"summary = {toml_value(self.summary)}", f"extends = {toml_value(base.name)}"]
        changed = {s: c for s, c in self.stages.items() if c != base.stages.get(s)}
        return self._written(lines, changed)

    def _written(self, lines: list[str], stages: Mapping[str, Choice]) -> str:
        if self.plugins:
            lines.append(f"plugins = {toml_value([str(p) for p in self.plugins])}")
        for stage, choice in stages.items():
            lines += ["", f"[stages.{stage}]", *_toml(choice, f"stages.{stage}.tuning")]
            for other in choice.otherwise:
                path = f"stages.{stage}.otherwise"
                when = f"when = {toml_value(other.rule.name)}"
                lines += ["", f"[[{path}]]", when, *_toml(other.choice, f"{path}.tuning")]
        return "\n".join(lines) + "\n"


def _toml(choice: Choice, tuning: str) -> list[str]:
    """Variant and params, then the table of this name with the tuning, if it has any."""
    lines = [f"use = {toml_value(choice.variant.name)}", *toml_rows(choice.params)]
    rows = toml_rows(choice.tuning)
    return [*lines, "", f"[{tuning}]", *rows] if rows else lines


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
        choice, wrong = chosen_by(draft.stages.get(stage, Block()), registry, stage)
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


def _missing(chosen: Mapping[str, Choice], needed: Iterable[str]) -> list[str]:
    """What must be installed before these stages can run."""
    choices = [chosen[stage] for stage in needed if stage in chosen]
    return [
        f"stages.{c.variant.stage}.use: {c.variant.name} {remedy}"
        for c in choices
        for remedy in c.variant.missing(c.params)
    ]


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
