"""What a matrix will take, before anything is measured."""

import attrs

from vsat_core.matrix.exploring.store import CostCell
from vsat_core.matrix.planning.plan import MatrixPlan
from vsat_core.measure.bench import duration

START_S = 2.0  # to start a process, import and prepare


@attrs.frozen
class Estimate:
    """Seconds of sound, cells, how many are known, minutes, and the stage that takes most."""

    audio_s: float
    cells: int
    known: int
    minutes: float
    largest: str


def estimate(ready: MatrixPlan) -> Estimate:
    """Counted from the selection; times are those of processes started and budgets used up, so a
    rough upper bound.
    """
    request, options, graph = ready.request, ready.selection.options, ready.selection.graph
    limits, files = request.limits, len(request.files)
    budget_s = limits.budget_s or 30.0
    minutes = {}
    for stage, of_stage in options.items():
        rounds, calls_s = limits.processes, budget_s
        if graph[stage].cheap:
            rounds, calls_s = 1, min(budget_s, 0.1 * limits.rounds)
        minutes[stage] = files * len(of_stage) * (START_S * rounds / limits.starts + calls_s) / 60
    end_to_end = (request.sample + 6) * (2 * START_S + 6 * limits.budget_s) / 60
    return Estimate(
        sum(map(duration, request.files)),
        files * sum(map(len, options.values())),
        len(ready.store.keys(CostCell)),
        sum(minutes.values()) + end_to_end,
        max(minutes, key=lambda s: minutes[s]),
    )
