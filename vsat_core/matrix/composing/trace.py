"""A combination walked on a recording, stage by stage: the cost of each, and what is held
meanwhile.
"""

import functools
import operator
from collections.abc import Mapping, Sequence

import attrs

from vsat_core.artifacts import Transcript
from vsat_core.matrix.composing.compose import Composer
from vsat_core.matrix.exploring.costs import live_mb
from vsat_core.matrix.exploring.recording_graph import Inputs
from vsat_core.matrix.planning.options import Option

Combination = Mapping[str, Option]


@attrs.frozen
class Step:
    """What one stage of a combination adds on one recording: the cell of its cost and what it
    makes.
    """

    stage: str
    inputs: Inputs
    cost: str
    gives: str
    peak: int  # megabytes at most while it runs


def trace(composer: Composer, combination: Combination, i: int) -> list[Step] | None:
    """A combination walked on recording i, stage by stage; None where it cannot go on."""
    recording, libraries = composer.recordings[i], composer.libraries
    state: dict[str, str] = {}
    held = bits = kept = 0
    steps = []
    for stage in recording.graph:
        option = combination[stage]
        edge = recording.options(stage, state).get(option.name)
        if edge is None:
            return None
        cost = composer.costs[edge.cost]
        bits |= cost.libraries
        held += cost.held
        live = live_mb(recording, state)
        peak = libraries.base + libraries.loaded(bits) + held + live + kept + cost.taken
        steps.append(Step(stage, recording.inputs(stage, state), edge.cost, edge.gives, peak))
        kept = max(kept, cost.kept)
        state = recording.after(stage, state, edge.gives)
    return steps


def seconds_of(composer: Composer, steps: Sequence[Step]) -> float:
    """The composed time of a recording: of the steps, and between them."""
    return sum(composer.costs[s.cost].seconds for s in steps) + composer.between_s


def trace_all(composer: Composer, combination: Combination) -> list[list[Step]] | None:
    """A combination walked on every recording; None where it cannot go on."""
    walks = [trace(composer, combination, i) for i in range(len(composer.recordings))]
    return [w for w in walks if w] if all(walks) else None


def figures(composer: Composer, walks: Sequence[Sequence[Step]]) -> tuple[float, int]:
    """Seconds over all recordings and peak megabytes on the longest, composed."""
    longest = max(range(len(walks)), key=lambda i: composer.recordings[i].audio_s)
    return sum(seconds_of(composer, walk) for walk in walks), max(s.peak for s in walks[longest])


def start_of(composer: Composer, walks: Sequence[Sequence[Step]]) -> float:
    """Seconds until a process is ready, composed."""
    longest = max(range(len(walks)), key=lambda i: composer.recordings[i].audio_s)
    costs = [composer.costs[step.cost] for step in walks[longest]]
    bits = functools.reduce(operator.or_, (cost.libraries for cost in costs), 0)
    return sum(cost.start for cost in costs) + composer.libraries.imported(bits)


def transcripts(composer: Composer, walks: Sequence[Sequence[Step]]) -> tuple[str, ...]:
    """The digest of the transcript of every recording."""
    scored = composer.selection.graph.giving(Transcript)
    return tuple(step.gives for walk in walks for step in walk if step.stage == scored)
