"""What a matrix will take, before anything is measured."""

from __future__ import annotations

import attrs
import soundfile

from vsat_core.errors import InputError
from vsat_core.matrix.planning.plan import Plan

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


def estimate(ready: Plan) -> Estimate:
    """Counted from the selection; times are those of processes started and budgets used up, so a
    rough upper bound.
    """
    request, options, graph = ready.request, ready.selection.options, ready.selection.graph
    limits, files = request.limits, len(request.files)
    minutes = {}
    for stage, mine in options.items():
        calls = (
            min(limits.budget_s or 30.0, 0.1 * limits.rounds)
            if graph[stage].cheap
            else limits.budget_s or 30.0
        )
        rounds = 1 if graph[stage].cheap else limits.processes
        minutes[stage] = files * len(mine) * (START_S * rounds / limits.starts + calls) / 60
    whole = (request.sample + 6) * (2 * START_S + 6 * limits.budget_s) / 60
    chains = 1
    for stage, mine in options.items():
        if stage in graph.scored and not graph[stage].methods_agree:
            chains *= len({o.method for o in mine})
    largest = max(minutes, key=lambda s: minutes[s])
    known = sum(k.startswith("cost") for k in ready.store.names())
    return Estimate(
        sum(_seconds(str(p)) for p in request.files),
        files * sum(map(len, options.values())),
        known,
        chains,
        ready.selection.count() * len(graph) * files,
        sum(minutes.values()) + whole,
        largest,
    )


def _seconds(path: str) -> float:
    """Duration as the file says; 0 for what libsndfile cannot read."""
    try:
        return float(soundfile.info(path).duration)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        if "System error" in str(error):
            raise InputError(f"{path}: cannot be read; check permissions") from None
        return 0.0
