"""Which options of one method give the same answer, on the very artifacts that were measured."""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from vsat_core.artifacts import Artifact, Files
from vsat_core.checks.answers import Answer, differences
from vsat_core.checks.outcome import following
from vsat_core.contract.cards import Agreement, close
from vsat_core.matrix.exploring.answers import Follower
from vsat_core.matrix.exploring.recording_graph import Inputs, RecordingGraph
from vsat_core.matrix.planning.options import Option

# of the largest number: sums in float32 in another order stay far below, a network in 8 bits does
# not
ROUNDING = 1e-3


@attrs.define
class EquivalenceClass:
    """Options that give the same on `inputs`, the fastest first; `gives` represents all their
    artifacts.
    """

    members: list[Option]
    inputs: Inputs
    gives: str
    outcome: str | None = None


def classes(
    options: Sequence[Option],
    answers: Mapping[str, str],
    speed: Mapping[str, float],
    recording: RecordingGraph,
    inputs: Inputs,
    follower: Follower,
) -> tuple[list[EquivalenceClass], list[str]]:
    """The classes of one method, and a line for each option that does not agree with its baseline.

    Equal digests agree, unless the card is a lossy one and the answer itself is discrete: then they
    may be equal by chance. So do answers within the tolerance of the baseline's card (equal but for
    rounding if it is a lossy one) that lead to an equal next discrete artifact. Whatever else
    differs is a class of its own, with accuracy of its own: that a cheaper method leads to the same
    on these inputs says nothing of others.
    """
    order = sorted(options, key=lambda o: o.choice.variant.card.technique != "baseline")
    promise = order[0].promise
    groups: list[EquivalenceClass] = []
    notes = []
    for option in order:
        digest = answers[option.name]
        home, note = _home(option, digest, promise, groups, recording, inputs, follower)
        if home is None:
            groups.append(EquivalenceClass([option], inputs, digest))
        else:
            home.members.append(option)
        if note:
            notes.append(f"{option.stage} {option.name} {note}")
    # nothing that is scored depends on it
    if order[0].stage not in recording.graph.scored and len(groups) > 1:
        groups = [attrs.evolve(groups[0], members=[o for group in groups for o in group.members])]
    for group in groups:
        group.members.sort(key=lambda o: speed[o.name])
    return groups, notes


def _home(
    option: Option,
    digest: str,
    promise: Agreement,
    groups: Sequence[EquivalenceClass],
    recording: RecordingGraph,
    inputs: Inputs,
    follower: Follower,
) -> tuple[EquivalenceClass | None, str]:
    """The class an answer belongs to, or None; and what is to be noted of it."""
    steps = (following(option.stage, recording.graph) or ()) if promise.kind != "exact" else ()
    lossy = promise.kind == "lossy"
    chance = lossy and not steps  # equal words on one input say nothing of other inputs
    same = None if chance else next((group for group in groups if group.gives == digest), None)
    if same or not groups or (chance and digest == groups[0].gives):
        return same, ""
    base = groups[0]
    near = [
        g
        for g in (groups if steps else ())
        if not lossy or nearly_equal(option.stage, digest, g.gives, follower)
    ]
    wrong = [] if lossy else _beyond(option, digest, base.gives, promise, follower)

    def leads_to(artifact: str) -> str | None:
        """The next discrete artifact after this answer."""
        have = dict(zip(recording.graph[option.stage].takes, inputs, strict=True))
        return follower.outcome(recording, steps, have | {option.stage: artifact})

    if near and not wrong:
        outcome = leads_to(digest)
        for group in near:
            group.outcome = group.outcome or leads_to(group.gives)
            if outcome is not None and outcome == group.outcome:
                return group, ""
    kind = "differs from" if lossy else "DISAGREES with"
    detail = ""
    if wrong:
        detail = f": {wrong[0]}"
    elif near:
        detail = f" (leads to another {recording.graph[steps[-1]].gives.__name__})"
    return None, f"{kind} {base.members[0].name}{detail}; it is judged by its own accuracy"


def _beyond(
    option: Option, digest: str, base: str, promise: Agreement, follower: Follower
) -> list[str]:
    """Where two answers differ by more than was promised."""
    store = follower.store
    if store.graph[option.stage].gives is Files:
        return ["other bytes in its files"]
    answer, wanted = (Answer(store.load(option.stage, d)) for d in (digest, base))
    return differences(answer, wanted, promise)


def equal_but_for_rounding(answer: Artifact, wanted: Artifact) -> bool:
    """Whether the numbers of two answers differ by less than ROUNDING of the largest, and nothing
    else does.
    """
    floats = [a for a in wanted.arrays().values() if a.dtype.kind == "f" and a.size]
    largest = max((float(np.abs(a).max()) for a in floats), default=0.0)
    return not differences(Answer(answer), Answer(wanted), close(rtol=0.0, atol=ROUNDING * largest))


def nearly_equal(stage: str, one: str, other: str, follower: Follower) -> bool:
    """The same of two answers of a stage that are kept, by their digests."""
    return one == other or equal_but_for_rounding(
        *(follower.store.load(stage, digest) for digest in (one, other))
    )
