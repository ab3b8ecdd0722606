"""From a request to a finished matrix: plan, measure, score, compose, recommend, validate."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from vsat_core.artifacts import Audio, Source
from vsat_core.errors import InputError, PluginError
from vsat_core.matrix.accuracy import Reference, Scorer, beside, error_of, of_transcript
from vsat_core.matrix.chart import Chart
from vsat_core.matrix.compose import Composed, Composer, decode
from vsat_core.matrix.explore import Explored, Explorer, anchor_state
from vsat_core.matrix.options import Option, Selection, dead_ends, select
from vsat_core.matrix.parts import parts_of, weigh_libraries
from vsat_core.matrix.recommend import Choice, recommend
from vsat_core.matrix.request import Request
from vsat_core.matrix.store import Store
from vsat_core.matrix.validate import Validator, Whole, compared, draw
from vsat_core.measure.cells import Limits, Measured
from vsat_core.measure.machine import fingerprint
from vsat_core.profile import Profile, read, resolve
from vsat_core.registry import load
from vsat_core.stages import STAGES

Tick = Callable[[str], None]
FRONT_WHOLE = 3  # combinations of the front that are run whole
FULL_MOST = 500  # combinations that --full runs at most
WHOLE_S = 10.0  # seconds for the calls of a combination that is run whole; one there is always
BASELINE = "baseline"


@attrs.frozen
class Plan:
    """A request that can be carried out."""

    request: Request
    anchor: Profile
    baseline: Profile | None
    selection: Selection
    machine: dict[str, Any]

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        return Store(self.request.out)


@attrs.frozen
class Part:
    """One group of recordings: all, or those of one environment, with what is best for them."""

    name: str
    files: tuple[int, ...]
    composer: Composer
    composed: Composed
    rates: list[dict[str, float]]
    anchor_rates: dict[str, float]
    choice: Choice | None
    refused: str = ""

    @property
    def audio_s(self) -> float:
        """Seconds of all recordings together."""
        return sum(c.audio_s for c in self.composer.charts)


@attrs.define
class Outcome:
    """A finished matrix."""

    plan: Plan
    explored: Explored
    scorer: Scorer
    references: list[Reference]
    environments: list[str]
    parts: list[Part]
    wholes: list[Whole] = attrs.field(factory=list)
    duel: dict[str, Measured] = attrs.field(factory=dict)
    reused: int = 0

    def scorer_of(self, part: Part) -> Scorer:
        """Scores the chains of a part, which name its recordings only."""
        return Scorer(self.plan.store, [self.references[i] for i in part.files])


def plan(request: Request) -> Plan:
    """Everything that can be found wrong before anything is measured. Raises VsatError."""
    draft = read(request.profile)
    files = [*draft.plugins, *request.plugins]
    if missing := next((f for f in files if not f.is_file()), None):
        raise PluginError(f"{missing}: there is no such plugin file; check the name")
    registry = load(files)
    anchor = resolve(draft, registry)
    selection = select(registry, anchor, request.wanted, request.values)
    if ends := dead_ends(selection):
        selection = attrs.evolve(selection, left_out=(*selection.left_out, *ends))
    if request.full and selection.count() > FULL_MOST:
        raise InputError(f"--full would run {selection.count():,} combinations whole, at most {FULL_MOST} make sense; "
                         "choose fewer variants with --stage")
    base = resolve(read(BASELINE), registry, ())
    whole = all(selection.find(s, c.variant.name) for s, c in base.stages.items())
    return Plan(
        attrs.evolve(request, plugins=tuple(files)), anchor, base if whole else None, selection,
        fingerprint([anchor], request.limits.threads),
    )


def run(ready: Plan, tick: Tick) -> Outcome:
    """Measure what is not yet measured, and everything that follows from it. Raises VsatError."""
    request, store = ready.request, ready.store
    store.sweep()
    charts = [Chart(p, Source(p).digest()) for p in request.files]
    explorer = Explorer(
        ready.selection, ready.anchor, store, request.limits, request.plugins, ready.machine["key"], tick
    )
    try:
        explored = explorer.explore(charts)
    finally:
        explorer.close()
    references = [_reference(ready, chart) for chart in charts]
    scorer = Scorer(store, references)
    kinds = [_environment(ready, chart) for chart in charts]
    outcome = Outcome(ready, explored, scorer, references, kinds, [])
    for name, of in _groups(kinds).items():
        tick(f"composing {name}")
        outcome.parts.append(_part(ready, outcome, name, of))
    _validate(ready, outcome, tick)
    outcome.reused += explored.reused
    store.sweep()
    return outcome


def n_ticks(ready: Plan) -> int:
    """About how often `run` calls `tick`; known exactly only afterwards."""
    request = ready.request
    cells = sum(len(o) for o in ready.selection.options.values()) * len(request.files)
    whole = ready.selection.count() if request.full else request.sample
    return cells * (request.limits.rounds + 1) * request.limits.processes + whole + FRONT_WHOLE + 2


def combination(profile: Profile, selection: Selection) -> dict[str, Option]:
    """A profile as a combination of the selection."""
    return {s: o for s, c in profile.stages.items() if (o := selection.find(s, c.variant.name))}


def _reference(ready: Plan, chart: Chart) -> Reference:
    """The references of a recording: in the folder given, or beside it, or what the anchor profile says."""
    folder = ready.request.references
    found = beside(folder / chart.path.name if folder else chart.path)
    if found:
        return found
    state = anchor_state(ready.anchor, chart, "index")
    if state is None:
        raise InputError(
            f"{chart.path}: no references, and profile {ready.anchor.name} cannot stand in for them, since it failed"
        )
    return of_transcript(ready.store, state["attribute"])


def _environment(ready: Plan, chart: Chart) -> str:
    """What the recording sounds like, as the anchor measured it."""
    state = anchor_state(ready.anchor, chart, "detect")
    audio = ready.store.load("enhance", state["enhance"]) if state else None
    return audio.environment.kind if isinstance(audio, Audio) and audio.environment else "unknown"


def _groups(kinds: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """All recordings, and each environment where there are several."""
    groups = {"all": tuple(range(len(kinds)))}
    if len(set(kinds)) > 1:
        groups |= {kind: tuple(i for i, k in enumerate(kinds) if k == kind) for kind in dict.fromkeys(kinds)}
    return groups


def _part(ready: Plan, outcome: Outcome, name: str, of: tuple[int, ...]) -> Part:
    """Compose and recommend for some of the recordings."""
    explored, request = outcome.explored, ready.request
    charts = [explored.charts[i] for i in of]
    good = {k: m for k, m in explored.costs.items() if not m.failure}
    libraries = weigh_libraries(ready.store, request.limits, list(good.values()))
    parts = {key: parts_of(m, libraries) for key, m in good.items()}
    composer = Composer(ready.selection, charts, parts, libraries)
    composed = composer.compose()
    if not len(composed.code):
        raise InputError("no combination is left: " + "; ".join(
            f"{stage} {option}: {why}" for (stage, option), why in explored.failures.items()))
    scorer = Scorer(ready.store, [outcome.references[i] for i in of])
    everything = range(len(of))
    rates = [scorer.total(chain, everything) for chain in composed.chains]
    states = [anchor_state(ready.anchor, c, "index") for c in charts]
    anchored = tuple(s["attribute"] for s in states if s)
    anchor = scorer.total(anchored, everything) if len(anchored) == len(of) else min(rates, key=error_of)
    audio_s = sum(c.audio_s for c in charts)
    try:
        choice: Choice | None = recommend(composed, rates, anchor, request.gate, audio_s)
        return Part(name, of, composer, composed, rates, anchor, choice)
    except InputError as error:
        return Part(name, of, composer, composed, rates, anchor, None, str(error))


def _validate(ready: Plan, outcome: Outcome, tick: Tick) -> None:
    """Whole runs on the first recording: by turns what a reader compares, then some of the front and a sample."""
    request, part = ready.request, outcome.parts[0]
    chart, composer = part.composer.charts[0], part.composer
    alone = attrs.evolve(request.limits, processes=1, rounds=2, budget_s=WHOLE_S, starts=1)
    validator = Validator(ready.store, alone, request.plugins, ready.machine["key"])
    named = {ready.anchor.name: combination(ready.anchor, ready.selection)}
    if ready.baseline:
        named["baseline"] = combination(ready.baseline, ready.selection)
    if part.choice:
        named["recommended"] = decode(ready.selection, int(part.composed.code[part.choice.best]))
        for n, row in enumerate(part.choice.front[:FRONT_WHOLE].tolist(), 1):
            named[f"front {n}"] = decode(ready.selection, int(part.composed.code[row]))
    named = {n: c for n, c in named.items() if len(c) == len(STAGES)}
    against = {n: c for n, c in named.items() if not n.startswith("front")}
    tick("whole runs, by turns")
    outcome.duel = validator.against(against, chart, _by_turns(request.limits))
    outcome.wholes += [compared(n, composer, c, 0, outcome.duel[n]) for n, c in against.items()]
    rest = {n: c for n, c in named.items() if n not in against and c not in against.values()}
    if request.full:
        codes = part.composed.code.tolist()
        rest |= {f"full {n}": decode(ready.selection, code) for n, code in enumerate(codes, 1)}
    sample = 0 if request.full else request.sample
    rest |= {f"random {n}": c for n, c in enumerate(draw(ready.selection, composer, sample, request.seed), 1)}
    for name, one in rest.items():
        tick(f"whole run, {name}")
        outcome.wholes.append(compared(name, composer, one, 0, validator.whole(name, one, chart)))
    outcome.reused += validator.reused


def _by_turns(limits: Limits) -> Limits:
    return attrs.evolve(limits, processes=max(2, limits.processes), rounds=2, budget_s=4 * limits.budget_s, starts=1)
