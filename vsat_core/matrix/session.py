"""From a plan to a finished matrix: measure, score, compose, recommend, validate."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from vsat_core.artifacts import Audio, Source, Transcript
from vsat_core.errors import InputError
from vsat_core.matrix.composing.accuracy import Reference, Scorer, beside, of_transcript
from vsat_core.matrix.composing.groups import Part, groups, part_of
from vsat_core.matrix.exploring.explore import Explored, Explorer, anchor_state, anchor_transcript
from vsat_core.matrix.exploring.graph import Chart
from vsat_core.matrix.planning.plan import Plan
from vsat_core.matrix.validation.end_to_end import FRONT_WHOLE, Proof, prove

Tick = Callable[[str], None]


@attrs.define
class Outcome:
    """A finished matrix."""

    plan: Plan
    explored: Explored
    references: list[Reference]
    environments: list[str]
    parts: list[Part]
    proof: Proof = attrs.field(factory=Proof)
    reused: int = 0

    def scorer_of(self, part: Part) -> Scorer:
        """Scores the chains of a part, which name its recordings only."""
        return Scorer(self.plan.store, [self.references[i] for i in part.files])


def n_ticks(ready: Plan) -> int:
    """About how often `run` calls `tick`; known exactly only afterwards."""
    request = ready.request
    cells = sum(len(o) for o in ready.selection.options.values()) * len(request.files)
    whole = 2 * ready.selection.count() if request.full else request.sample
    return cells * (request.limits.rounds + 1) * request.limits.processes + whole + FRONT_WHOLE + 3


def run(ready: Plan, tick: Tick) -> Outcome:
    """Measure what is not yet measured, and everything that follows from it. Raises VsatError."""
    request, store = ready.request, ready.store
    store.sweep()
    charts = [Chart(p, Source(p).digest(), ready.selection.graph) for p in request.files]
    explorer = Explorer(
        ready.selection,
        ready.anchor,
        store,
        request.limits,
        request.plugins,
        ready.machine["key"],
        tick,
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
    outcome.proof = prove(ready, outcome.parts, tick)
    outcome.reused += explored.reused + outcome.proof.reused
    store.sweep()
    return outcome


def _reference(ready: Plan, chart: Chart) -> Reference:
    """The references of a recording: in the folder given, or beside it, or what the anchor profile
    says.
    """
    folder = ready.request.references
    found = beside(folder / chart.path.name if folder else chart.path)
    if found:
        return found
    transcript = anchor_transcript(ready.anchor, chart)
    if transcript is None:
        raise InputError(
            f"{chart.path}: no references, and profile {ready.anchor.name} cannot stand in for "
            "them, since it failed"
        )
    return of_transcript(ready.store, transcript)


def _environment(ready: Plan, chart: Chart) -> str:
    """What the recording sounds like, as the anchor measured it."""
    graph, store = chart.graph, ready.store
    state = anchor_state(ready.anchor, chart, graph.giving(Transcript)) or {}
    stage = graph.giving(Audio)
    audio = store.load(stage, state[stage]) if stage in state else None
    return audio.environment.kind if isinstance(audio, Audio) and audio.environment else "unknown"
