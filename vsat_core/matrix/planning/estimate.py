"""What a matrix will take, before anything is measured."""

import math

import attrs
import soundfile

from vsat_core.errors import InputError
from vsat_core.matrix.exploring.store import CostCell
from vsat_core.matrix.planning.plan import MatrixPlan

START_S = 2.0  # to start a process, import and prepare


@attrs.frozen
class Estimate:
    """Seconds of sound, cells, how many are known, executions for running everything, minutes, the
    largest share.
    """

    audio_s: float
    cells: int
    known: int
    chains: int
    planned: int
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
    differing = (s for s in options if s in graph.scored and not graph[s].methods_agree)
    return Estimate(
        sum(_seconds(str(p)) for p in request.files),
        files * sum(map(len, options.values())),
        len(ready.store.keys(CostCell)),
        math.prod(len({o.method for o in options[s]}) for s in differing),
        ready.selection.count() * len(graph) * files,
        sum(minutes.values()) + end_to_end,
        max(minutes, key=lambda s: minutes[s]),
    )


def _seconds(path: str) -> float:
    """Duration as the file says; 0 for what libsndfile cannot read."""
    try:
        return float(soundfile.info(path).duration)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        if "System error" in str(error):
            raise InputError(f"{path}: cannot be read; check permissions") from None
        return 0.0
