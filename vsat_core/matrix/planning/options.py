"""Which variants the matrix chooses from at every stage, with the values each is run with."""

import fnmatch
import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from vsat_core.artifacts import Files
from vsat_core.checks.suite import reference_of
from vsat_core.config.profile import Choice, Profile
from vsat_core.config.registry import Registry
from vsat_core.config.variants import Variant
from vsat_core.contract.cards import EXACT, Agreement
from vsat_core.contract.graph import Graph
from vsat_core.contract.params import build
from vsat_core.contract.stages import SOURCE
from vsat_core.engine.cache import choice_digest
from vsat_core.errors import ProfileError, nearest
from vsat_core.matrix.planning.scope import Scope

Values = Mapping[str, Mapping[str, Any]]  # by stage, then method: params that replace the defaults


@attrs.frozen
class Option:
    """One variant with its values. `digest` changes with anything that its answer or its cost
    depends on.

    `promise` is what the card of its method's baseline says of how closely techniques agree.
    """

    choice: Choice
    digest: str
    promise: Agreement = EXACT

    @property
    def name(self) -> str:
        return self.choice.variant.name

    @property
    def stage(self) -> str:
        """The stage it is a choice for."""
        return self.choice.variant.stage

    @property
    def method(self) -> str:
        return self.choice.variant.card.method

    @property
    def tag(self) -> str:
        """The kind of output it gives."""
        return self.choice.variant.card.gives

    def takes(self, stage: str, tag: str) -> bool:
        """Whether it can be called with an input of this kind from `stage`."""
        tags = self.choice.variant.card.accepts.get(stage)
        return tags is None or tag in tags


@attrs.frozen
class Selection:
    """The options of every stage of the graph, and one line for each variant that was left out and
    why.
    """

    options: dict[str, tuple[Option, ...]]
    graph: Graph
    left_out: tuple[str, ...] = ()

    def find(self, stage: str, name: str) -> Option | None:
        """The option of this name, or None."""
        return next((o for o in self.options[stage] if o.name == name), None)

    def count(self) -> int:
        """The number of combinations that fit together."""
        return _ways(self).total()

    def product(self) -> int:
        """The number there would be if everything fitted."""
        return math.prod(map(len, self.options.values()))


def select(
    registry: Registry,
    anchor: Profile,
    wanted: Mapping[str, Sequence[str]],
    values: Values,
    scope: Scope,
) -> Selection:
    """The options of all stages: those whose names match `wanted` (patterns), of a stage left out
    there those in scope, if they can run here.

    Params: those given for the method, else the anchor profile's where its variant is of that
    method, else defaults. The anchor's own variants always take part. Raises ProfileError with
    everything that is wrong.
    """
    problems: list[str] = []
    left_out: list[str] = []
    options: dict[str, tuple[Option, ...]] = {}
    strange = [s for s in (*wanted, *values) if s not in registry.graph]
    problems += [f"matrix.{s}: {registry.unknown_stage(s)}" for s in strange]
    graph = anchor.graph.subset(anchor.graph.needed_for(anchor.graph.stages_for([Files])))
    for stage in graph:
        chosen = []
        for variant in _matching(registry, stage, wanted.get(stage), anchor, scope, problems):
            own = values.get(stage, {}).get(variant.card.method, {})
            choice = _choice(variant, anchor.stages[stage], own, problems)
            if missing := variant.missing(choice.params):
                left_out.append(f"{stage} {variant.name}: {missing[0]}")
                continue
            if (variant.card.takes or registry.graph[stage].names) != graph[stage].names:
                left_out.append(
                    f"{stage} {variant.name}: takes other inputs than {anchor.name}'s variant; "
                    "start from a profile that uses it"
                )
                continue
            base = reference_of(registry, variant) or variant
            chosen.append(Option(choice, _digest(choice), base.card.agreement or EXACT))
        if not chosen:
            problems.append(f"matrix.{stage}: no variant is left that can run here")
        options[stage] = tuple(chosen)
    if problems:
        raise ProfileError("the matrix", list(dict.fromkeys(problems)))
    beyond = _out_of_scope(registry, [s for s in graph if s not in wanted], anchor, scope)
    return Selection(options, graph, (*left_out, *beyond))


def _matching(
    registry: Registry,
    stage: str,
    patterns: Sequence[str] | None,
    anchor: Profile,
    scope: Scope,
    problems: list[str],
) -> Iterator[Variant]:
    """The variants of a stage that are wanted, or without patterns in scope, in the registry's
    order.
    """
    known = registry.variants[stage]
    problems += [
        f"matrix.{stage}: {pattern!r} matches no variant{nearest(pattern, known)}; there are "
        f"{', '.join(sorted(known))}"
        for pattern in patterns or ()
        if not fnmatch.filter(known, pattern)
    ]
    for name, variant in known.items():
        wanted = any(fnmatch.fnmatch(name, p) for p in patterns or ())
        if patterns is None:
            wanted = scope.holds(stage, variant.card.method)
        if wanted or name == anchor.stages[stage].variant.name:
            yield variant


def _out_of_scope(
    registry: Registry, stages: Sequence[str], anchor: Profile, scope: Scope
) -> Iterator[str]:
    """A line on methods that no profile uses, and one on those that a rule takes."""
    unused, ruled = [], []
    for stage in stages:
        methods = dict.fromkeys(v.card.method for v in registry.variants[stage].values())
        for method in methods.keys() - {anchor.stages[stage].variant.card.method}:
            if (stage, method) in scope.ruled:
                ruled.append(f"{stage} {method}")
            elif not scope.holds(stage, method):
                unused.append(f"{stage} {method}")
    if unused:
        yield f"{', '.join(sorted(unused))}: no profile uses them; --any-method measures them too"
    if ruled:
        yield (
            f"{', '.join(sorted(ruled))}: taken by rules, for other recordings; name them with "
            f"--stage to measure them, such as --stage {ruled[0].replace(' ', '=')}.*"
        )


def _choice(
    variant: Variant, anchor: Choice, own: Mapping[str, Any], problems: list[str]
) -> Choice:
    """The variant with the values it is to be run with."""
    if variant == anchor.variant and not own:
        return anchor
    known = {f.name for f in attrs.fields(variant.card.params)}
    same = variant.card.method == anchor.variant.card.method
    inherited = {k: v for k, v in attrs.asdict(anchor.params).items() if k in known} if same else {}
    path = f"matrix.methods.{variant.stage}.{variant.card.method}"
    params, wrong = build(variant.card.params, {**inherited, **own}, path)
    problems += wrong
    tuning = anchor.tuning if variant == anchor.variant else variant.card.tuning()
    return Choice(variant, params, tuning)


def _digest(choice: Choice) -> str:
    text = json.dumps([choice_digest(choice), attrs.asdict(choice.tuning)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _ways(selection: Selection) -> Counter[tuple[tuple[str, str], ...]]:
    """The number of combinations for each set of output kinds that later stages ask for."""
    states: Counter[tuple[tuple[str, str], ...]] = Counter({(): 1})
    graph = selection.graph
    for stage in graph:
        later = graph.keys() - {stage, *graph.earlier(stage)}
        needed = {t for s in later for t in graph[s].takes}
        new: Counter[tuple[tuple[str, str], ...]] = Counter()
        for tags, n in states.items():
            have = dict(tags)
            for option in selection.options[stage]:
                if all(option.takes(name, have[t]) for name, t in _feeds(graph, stage)):
                    kept = {**have, stage: option.tag}.items()
                    new[tuple(tag for tag in kept if tag[0] in needed)] += n
        states = new
    return states


def _feeds(graph: Graph, stage: str) -> list[tuple[str, str]]:
    """(name it declares, stage that feeds it) of every input that is an artifact."""
    spec = graph[stage]
    return [(n, t) for n, t in zip(spec.names, spec.takes, strict=True) if t != SOURCE]


def dead_ends(selection: Selection) -> list[str]:
    """One line for each option that fits nothing the other stages offer."""
    lines = []
    graph = selection.graph
    for stage, options in selection.options.items():
        for option in options:
            lines += [
                f"{stage} {option.name}: nothing chosen for {source} gives what it needs"
                for name, source in _feeds(graph, stage)
                if not any(option.takes(name, o.tag) for o in selection.options[source])
            ]
            for user in graph.downstream_of(stage)[1:]:
                names = [n for n, t in _feeds(graph, user) if t == stage]
                takers = selection.options[user] if names else ()
                if takers and not any(u.takes(names[0], option.tag) for u in takers):
                    lines.append(
                        f"{stage} {option.name}: nothing chosen for {user} takes what it gives"
                    )
    return lines
