"""From a plan to a finished matrix: measure, score, compose, recommend, validate."""
from __future__ import annotations

from collections.abc import Callable

import attrs

from vsat_core.artifacts import Audio, Source
from vsat_core.errors import InputError
from vsat_core.matrix.accuracy import Reference, Scorer, beside, of_transcript
from vsat_core.matrix.chart import Chart
from vsat_core.matrix.compose import decode
from vsat_core.matrix.explore import Explored, Explorer, anchor_state
from vsat_core.matrix.groups import Part, groups, part_of
from vsat_core.matrix.plan import Plan, combination
from vsat_core.matrix.validate import Validator, Whole, compared, draw
from vsat_core.measure.cells import Limits, Measured
from vsat_core.stages import STAGES

Tick = Callable[[str], None]
FRONT_WHOLE = 2  # combinations of the front that are run whole
WHOLE_S = 10.0  # seconds for the calls of a combination that is run whole; one there is always


@attrs.define
class Outcome:
    """A finished matrix."""

    plan: Plan
    explored: Explored
    references: list[Reference]
    environments: list[str]
    parts: list[Part]
    wholes: list[Whole] = attrs.field(factory=list)
    duel: dict[str, Measured] = attrs.field(factory=dict)
    reused: int = 0

    def scorer_of(self, part: Part) -> Scorer:
        """Scores the chains of a part, which name its recordings only."""
        return Scorer(self.plan.store, [self.references[i] for i in part.files])


def n_ticks(ready: Plan) -> int:
    """About how often `run` calls `tick`; known exactly only afterwards."""
    request = ready.request
    cells = sum(len(o) for o in ready.selection.options.values()) * len(request.files)
    whole = ready.selection.count() if request.full else request.sample
    return cells * (request.limits.rounds + 1) * request.limits.processes + whole + FRONT_WHOLE + 2


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
    kinds = [_environment(ready, chart) for chart in charts]
    outcome = Outcome(ready, explored, references, kinds, [])
    for name, of in groups(kinds).items():
        tick(f"composing {name}")
        outcome.parts.append(part_of(ready, explored, references, name, of))
    _validate(ready, outcome, tick)
    outcome.reused += explored.reused
    store.sweep()
    return outcome


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


def _validate(ready: Plan, outcome: Outcome, tick: Tick) -> None:
    """Whole runs on the first recording: by turns what a reader compares, then some of the front and a sample."""
    request, part = ready.request, outcome.parts[0]
    chart, composer = part.composer.charts[0], part.composer
    alone = attrs.evolve(request.limits, processes=1, rounds=2, budget_s=WHOLE_S, starts=2)
    validator = Validator(ready.store, alone, request.plugins, ready.machine["key"])
    named = {ready.anchor.name: combination(ready.anchor, ready.selection)}
    if ready.baseline:
        named["baseline"] = combination(ready.baseline, ready.selection)
    if part.best is not None:
        named["recommended"] = decode(ready.selection, part.best)
    for n, code in enumerate(part.front[:FRONT_WHOLE], 1):
        named[f"front {n}"] = decode(ready.selection, code)
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
        alone_or_not = (validator.whole(name, one, chart),) if request.full else validator.in_turns(one, composer, 0)
        outcome.wholes.append(compared(name, composer, one, 0, *alone_or_not))
    outcome.reused += validator.reused


def _by_turns(limits: Limits) -> Limits:
    return attrs.evolve(limits, processes=max(2, limits.processes), rounds=1, budget_s=0.0, starts=1)
