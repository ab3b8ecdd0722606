"""Which combinations are run whole, and what came of it: the recommended ones against what a reader
knows, some of the front, and a random sample.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import attrs

from vsat_core.matrix.composing.compose import decode
from vsat_core.matrix.composing.groups import Part, worth_a_profile
from vsat_core.matrix.composing.trace import Combination, seconds_of, trace
from vsat_core.matrix.planning.plan import Plan, combination
from vsat_core.matrix.validation.cold_start import Command
from vsat_core.matrix.validation.validate import Validator, Whole, compared, draw
from vsat_core.measure.cells import Limits, Measured

Tick = Callable[[str], None]
FRONT_WHOLE = 1  # combinations of the front that are run whole, where a sample is
WHOLE_S = 30.0  # seconds for the calls of a combination that is run whole; one there is always
IN_TURNS_S = 30.0  # the same for one in turns with its parts, and for each of these
SURE_S = (
    90.0  # the same where the sample is large enough for statistics, in up to SURE_ROUNDS rounds
)
TURNS, SURE_ROUNDS = 2, 9
LARGE = 5  # combinations; below, what is drawn is a spot check, of what takes at most SPOT_S
SPOT_S, SPOT = 8.0, 2.0  # seconds; on a long recording so many times what the recommended one takes


@attrs.define
class Proof:
    """Every combination run whole; by part the duels, the recommended one and others by turns, and
    `vsat run` of it.
    """

    wholes: list[Whole] = attrs.field(factory=list)
    duels: dict[str, dict[str, Measured]] = attrs.field(factory=dict)
    commands: dict[str, Command] = attrs.field(factory=dict)
    reused: int = 0


def prove(ready: Plan, parts: Sequence[Part], tick: Tick) -> Proof:
    """All whole runs: a duel on the first recording of each part with a profile, the rest on that
    of the first one.
    """
    request, found = ready.request, Proof()
    limits = attrs.evolve(request.limits, processes=1, rounds=2, budget_s=WHOLE_S, starts=2)
    validator = Validator(ready.store, limits, request.plugins, ready.machine["key"])
    first, *_ = used = worth_a_profile(parts)
    n = request.limits.rounds
    _typed(validator, ready, used, found, range(1))
    for part in used:
        tick("whole runs, by turns")
        _duel(validator, part, _named(ready, part), found, _by_turns(request.limits))
    _typed(validator, ready, used, found, range(1, n - 1))
    if request.full:
        every: dict[str, Combination] = {
            f"full {n}": decode(ready.selection, c)
            for n, c in enumerate(first.composed.code.tolist(), 1)
        }
        measured = validator.twice(every, first.composer.charts[0], tick)
        found.wholes += [
            compared(_told(n, c, ready), first.composer, c, 0, measured[n])
            for n, c in every.items()
        ]
    else:
        rounds, budget_s = (SURE_ROUNDS, SURE_S) if request.sample >= LARGE else (TURNS, IN_TURNS_S)
        turns = attrs.evolve(limits, rounds=rounds, budget_s=budget_s)
        for name, one in _some(ready, first).items():
            tick(f"whole run, {name}")
            whole, by_parts = validator.in_turns(one, first.composer, 0, turns)
            found.wholes.append(compared(name, first.composer, one, 0, whole, by_parts))
    _typed(validator, ready, used, found, range(max(1, n - 1), n))
    found.reused += validator.reused
    return found


def _typed(
    validator: Validator, ready: Plan, parts: Sequence[Part], found: Proof, times: range
) -> None:
    """`vsat run` of what is recommended: at the beginning of the whole runs, between and after
    them, since times told one right after the other are closer together than those of another
    minute.
    """
    for part in (p for p in parts if p.best is not None):
        best, limits = decode(ready.selection, part.best or 0), ready.request.limits
        for i in times:
            before = found.commands.get(part.name, Command())
            new = validator.typed(best, part.composer.charts[0], limits, i)
            found.commands[part.name] = Command(
                before.seconds + new.seconds, before.failure or new.failure
            )


def _told(name: str, combination: Combination, ready: Plan) -> str:
    """The name with the variants of stages where there was a choice."""
    chosen = [
        combination[s].name for s, options in ready.selection.options.items() if len(options) > 1
    ]
    return f"{name}: {', '.join(chosen)}"


def _named(ready: Plan, part: Part) -> dict[str, Combination]:
    """The profile started from and the plain baseline, where they are in the matrix, and what is
    recommended (once).
    """
    profiles = {ready.anchor.name: ready.anchor} | (
        {"baseline": ready.baseline} if ready.baseline else {}
    )
    known: dict[str, Combination] = {
        name: combination(profile, ready.selection) for name, profile in profiles.items()
    }
    best: dict[str, Combination] = (
        {"recommended": decode(ready.selection, part.best)} if part.best is not None else {}
    )
    return {
        n: c
        for n, c in known.items()
        if len(c) == len(ready.selection.options) and c != best.get("recommended")
    } | best


def _duel(
    validator: Validator,
    part: Part,
    combinations: Mapping[str, Combination],
    found: Proof,
    limits: Limits,
) -> None:
    """What a reader compares, by turns on the first recording of a part."""
    measured = found.duels[part.name] = validator.against(
        combinations, part.composer.charts[0], limits
    )
    found.wholes += [compared(n, part.composer, c, 0, measured[n]) for n, c in combinations.items()]


def _some(ready: Plan, part: Part) -> dict[str, Combination]:
    """Some of the front that is not run yet, and a random sample; nothing where no sample is asked
    for.
    """
    run = _named(ready, part).values()
    front: dict[str, Combination] = {
        f"front {n}": decode(ready.selection, code)
        for n, code in enumerate(part.front[: FRONT_WHOLE if ready.request.sample else 0], 1)
    }
    sample = ready.request.sample
    drawn = draw(ready.selection, part.composer, sample, ready.request.seed, _most_s(ready, part))
    return {n: c for n, c in front.items() if c not in run} | {
        f"random {n}": c for n, c in enumerate(drawn, 1)
    }


def _most_s(ready: Plan, part: Part) -> float:
    """Seconds that what is drawn may take, composed on the first recording."""
    if ready.request.sample >= LARGE:
        return math.inf
    walk = (
        trace(part.composer, decode(ready.selection, part.best), 0)
        if part.best is not None
        else None
    )
    return max(SPOT_S, SPOT * seconds_of(part.composer, walk or []))


def _by_turns(limits: Limits) -> Limits:
    return attrs.evolve(
        limits, processes=max(3, limits.processes), rounds=1, budget_s=0.0, starts=2
    )
