"""Which combinations are run end to end, and with which results: the recommended ones against what
a reader knows, some of the front, and a random sample.
"""

import math
from collections.abc import Callable, Sequence

import attrs

from vsat_core.matrix.composing.compose import decode
from vsat_core.matrix.composing.subsets import Subset, worth_a_profile
from vsat_core.matrix.composing.trace import Combination, seconds_of, trace
from vsat_core.matrix.exploring.store import CommandCell
from vsat_core.matrix.planning.plan import MatrixPlan
from vsat_core.matrix.validation.duel import duel, named
from vsat_core.matrix.validation.runs import EndToEndRun, Validator, compared, draw
from vsat_core.measure.cells import Limits
from vsat_core.measure.measured import Measured

Tick = Callable[[str], None]
OF_FRONT = 1  # combinations of the front that are run end to end, where a sample is
RUN_S = 30.0  # seconds for the calls of a combination that is run end to end; one there is always
INTERLEAVED_S = 30.0  # the same for one interleaved with its stages, and for each of these
# the same where the sample is large enough for statistics, in up to SURE_ROUNDS rounds
SURE_S = 90.0
ROUNDS, SURE_ROUNDS = 2, 9
LARGE = 5  # combinations; below, what is drawn is a spot check, of what takes at most SPOT_S
SPOT_S, SPOT = 8.0, 2.0  # seconds; on a long recording this times what the recommended one takes


@attrs.define
class Validation:
    """Every end-to-end run; by subset the duels, the recommended one and others alternating, and
    `vsat run` of it.
    """

    runs: list[EndToEndRun] = attrs.field(factory=list)
    duels: dict[str, dict[str, Measured]] = attrs.field(factory=dict)
    commands: dict[str, CommandCell] = attrs.field(factory=dict)
    reused: int = 0


def validate(
    ready: MatrixPlan, subsets: Sequence[Subset], tick: Tick
) -> tuple[list[Subset], Validation]:
    """All end-to-end runs: a duel on the first recording of each subset with a profile, the rest on
    that of the first one. Where a duel does not show the best combination to be better, the subset
    comes back with the profile started from.
    """
    validation, limits = Validation(), ready.request.limits
    of_runs = attrs.evolve(limits, processes=1, rounds=2, budget_s=RUN_S, starts=2, far=0.0)
    validator = Validator(ready, of_runs)
    settled = {s.name: s for s in subsets}
    for subset in worth_a_profile(subsets):
        tick("end-to-end runs, alternating")
        settled[subset.name], runs = duel(validator, ready, subset)
        validation.duels[subset.name] = {n: measured for n, (_, measured) in runs.items()}
        validation.runs += [compared(n, subset.composer, *run) for n, run in runs.items()]
    subsets = list(settled.values())
    first, *_ = used = worth_a_profile(subsets)
    n = limits.rounds
    _commands(validator, ready, used, validation, range(1))
    if ready.request.full:
        validation.runs += _every(validator, ready, first, tick)
    else:
        validation.runs += _sample(validator, ready, first, of_runs, tick)
    _commands(validator, ready, used, validation, range(1, n))
    validation.reused = validator.reused
    return subsets, validation


def _commands(
    validator: Validator,
    ready: MatrixPlan,
    subsets: Sequence[Subset],
    validation: Validation,
    times: range,
) -> None:
    """`vsat run` of what is recommended: before the random sample and after it, since times taken
    one right after the other are closer together than those of another minute.
    """
    for subset in subsets:
        if subset.best is None:
            continue
        best, recording = decode(ready.selection, subset.best), subset.composer.recordings[0]
        for i in times:
            before = validation.commands.get(subset.name, CommandCell())
            new = validator.command(best, recording, ready.request.limits, i)
            validation.commands[subset.name] = CommandCell(
                before.seconds + new.seconds, before.failure or new.failure
            )


def _every(
    validator: Validator, ready: MatrixPlan, subset: Subset, tick: Tick
) -> list[EndToEndRun]:
    """Every combination, each twice; named with the variants of stages where there was a choice."""
    composer, options = subset.composer, ready.selection.options
    every: dict[str, Combination] = {
        f"full {n}": decode(ready.selection, code)
        for n, code in enumerate(subset.composed.code.tolist(), 1)
    }
    measured = validator.twice(every, composer.recordings[0], tick)
    runs = []
    for name, one in every.items():
        chosen = ", ".join(o.name for stage, o in one.items() if len(options[stage]) > 1)
        runs.append(compared(f"{name}: {chosen}", composer, one, measured[name]))
    return runs


def _sample(
    validator: Validator, ready: MatrixPlan, subset: Subset, limits: Limits, tick: Tick
) -> list[EndToEndRun]:
    """Some of the front that is not run yet, and a random sample, each interleaved with its stages;
    nothing where no sample is asked for.
    """
    request, composer, runs = ready.request, subset.composer, []
    large = request.sample >= LARGE
    rounds, budget_s = (SURE_ROUNDS, SURE_S) if large else (ROUNDS, INTERLEAVED_S)
    limits = attrs.evolve(limits, rounds=rounds, budget_s=budget_s)
    most_s = math.inf if large else _spot_s(ready, subset)
    known = list(named(ready, subset).values())
    front = subset.front[: OF_FRONT if request.sample else 0]
    drawn = draw(ready.selection, composer, request.sample, request.seed, most_s)
    some = {f"front {n}": decode(ready.selection, code) for n, code in enumerate(front, 1)}
    some = {n: c for n, c in some.items() if c not in known}
    for name, one in (some | {f"random {n}": c for n, c in enumerate(drawn, 1)}).items():
        tick(f"end-to-end run, {name}")
        run, by_stages = validator.interleaved(one, composer, limits)
        runs.append(compared(name, composer, one, run, by_stages))
    return runs


def _spot_s(ready: MatrixPlan, subset: Subset) -> float:
    """Seconds that a spot check may take, composed on the first recording."""
    if subset.best is None:
        return SPOT_S
    walk = trace(subset.composer, decode(ready.selection, subset.best), 0) or []
    return max(SPOT_S, SPOT * seconds_of(subset.composer, walk))
