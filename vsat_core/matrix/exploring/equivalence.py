"""Which options of one method give the same answer, on the very artifacts that were measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from vsat_core.artifacts import Artifact, Files
from vsat_core.checks.answers import Answer, differences
from vsat_core.checks.outcome import following
from vsat_core.contract.cards import Agreement as Promise, close
from vsat_core.matrix.exploring.answers import Follower
from vsat_core.matrix.exploring.graph import Chart, Inputs
from vsat_core.matrix.planning.options import Option

# of the largest number: sums in float32 in another order stay far below, a network in 8 bits does
# not
ROUNDING = 1e-3


@attrs.define
class Agreement:
    """A class: options that give the same on `inputs`, the fastest first; `gives` stands for all
    their artifacts.
    """

    members: list[Option]
    inputs: Inputs
    gives: str
    outcome: str | None = None


def classes(
    options: Sequence[Option],
    answers: Mapping[str, str],
    speed: Mapping[str, float],
    chart: Chart,
    inputs: Inputs,
    follower: Follower,
) -> tuple[list[Agreement], list[str]]:
    """The classes of one method, and a line for each option that does not agree with its baseline.

    Equal digests agree, unless the card is a lossy one and the answer itself is discrete: then they
    may be equal by chance. So do answers within the tolerance of the baseline's card (equal but for
    rounding if it is a lossy one) that lead to an equal next discrete artifact. Whatever else
    differs is a class of its own, with accuracy of its own: that a cheaper method leads to the same
    on these inputs says nothing of others.
    """
    order = sorted(options, key=lambda o: o.choice.variant.card.technique != "baseline")
    promise = order[0].promise
    found: list[Agreement] = []
    notes = []
    for option in order:
        digest = answers[option.name]
        mine, why = _home(option, digest, promise, found, chart, inputs, follower)
        if mine is None:
            found.append(Agreement([option], inputs, digest))
        else:
            mine.members.append(option)
        if why:
            notes.append(f"{option.stage} {option.name} {why}")
    if (
        order[0].stage not in chart.graph.scored and len(found) > 1
    ):  # nothing that is scored depends on it
        found = [attrs.evolve(found[0], members=[o for group in found for o in group.members])]
    for group in found:
        group.members.sort(key=lambda o: speed[o.name])
    return found, notes


def _home(
    option: Option,
    digest: str,
    promise: Promise,
    found: Sequence[Agreement],
    chart: Chart,
    inputs: Inputs,
    follower: Follower,
) -> tuple[Agreement | None, str]:
    """The class an answer belongs to, or None; and what is to be said of it."""
    steps = (following(option.stage, chart.graph) or ()) if promise.kind != "exact" else ()
    lossy = promise.kind == "lossy"
    chance = lossy and not steps  # equal words on one input say nothing of other inputs
    same = None if chance else next((group for group in found if group.gives == digest), None)
    if same or not found or (chance and digest == found[0].gives):
        return same, ""
    base = found[0]
    near = (
        [g for g in found if not lossy or alike(option.stage, digest, g.gives, follower)]
        if steps
        else []
    )
    wrong = [] if lossy else _beyond(option, digest, base.gives, promise, follower)
    if near and not wrong:
        mine = _leads_to(option, digest, steps, chart, inputs, follower)
        for group in near:
            group.outcome = group.outcome or _leads_to(
                option, group.gives, steps, chart, inputs, follower
            )
            if mine is not None and mine == group.outcome:
                return group, ""
    kind = "differs from" if lossy else "DISAGREES with"
    detail = (
        f": {wrong[0]}"
        if wrong
        else f" (leads to another {chart.graph[steps[-1]].gives.__name__})"
        if near
        else ""
    )
    return None, f"{kind} {base.members[0].name}{detail}; it is judged by its own accuracy"


def _beyond(
    option: Option, digest: str, base: str, promise: Promise, follower: Follower
) -> list[str]:
    """Where two answers differ by more than was promised."""
    if follower.store.graph[option.stage].gives is Files:
        return ["other bytes in its files"]
    mine, theirs = (Answer(follower.store.load(option.stage, d)) for d in (digest, base))
    return differences(mine, theirs, promise)


def equal_but_for_rounding(found: Artifact, wanted: Artifact) -> bool:
    """Whether the numbers of two answers differ by less than ROUNDING of the largest, and nothing
    else does.
    """
    floats = [a for a in wanted.arrays().values() if a.dtype.kind == "f" and a.size]
    largest = max((float(np.abs(a).max()) for a in floats), default=0.0)
    return not differences(Answer(found), Answer(wanted), close(rtol=0.0, atol=ROUNDING * largest))


def alike(stage: str, one: str, other: str, follower: Follower) -> bool:
    """The same of two answers of a stage that are kept, by their digests."""
    return one == other or equal_but_for_rounding(
        *(follower.store.load(stage, digest) for digest in (one, other))
    )


def _leads_to(
    option: Option,
    digest: str,
    steps: Sequence[str],
    chart: Chart,
    inputs: Inputs,
    follower: Follower,
) -> str | None:
    """The next discrete artifact after this answer."""
    have = dict(zip(chart.graph[option.stage].takes, inputs, strict=True)) | {option.stage: digest}
    return follower.outcome(chart, steps, have)
