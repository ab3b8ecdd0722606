"""A combination walked on a recording, stage by stage: what each costs and what is held
meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from vsat_core.matrix.composing.compose import Composer
from vsat_core.matrix.exploring.costs import live_mb
from vsat_core.matrix.exploring.graph import Inputs
from vsat_core.matrix.planning.options import Option

Combination = Mapping[str, Option]


@attrs.frozen
class Step:
    """What one stage of a combination adds on one recording: the cell of its cost and what it
    makes.
    """

    stage: str
    option: str
    inputs: Inputs
    cost: str
    how: str
    gives: str
    resident: int  # megabytes held when it is called
    peak: int  # megabytes at most while it runs


def trace(composer: Composer, combination: Combination, i: int) -> list[Step] | None:
    """A combination walked on recording i, stage by stage; None where it cannot go on."""
    chart, parts, libraries = composer.charts[i], composer.parts, composer.libraries
    state: dict[str, str] = {}
    held = bits = kept = 0
    steps = []
    for stage in chart.graph:
        option = combination[stage]
        edge = chart.edge(stage, state, option.name)
        if edge is None:
            return None
        mine = parts[edge.cost]
        bits |= mine.libraries
        live = live_mb({s: chart.nodes[d].nbytes for s, d in state.items() if d in chart.nodes})
        resident = libraries.base + libraries.loaded(bits) + held + mine.held + live + kept
        peak = resident + mine.taken
        inputs = chart.inputs(stage, state)
        steps.append(
            Step(stage, option.name, inputs, edge.cost, edge.how, edge.gives, resident, peak)
        )
        held += mine.held
        kept = max(kept, mine.kept)
        state = chart.after(stage, state, edge.gives)
    return steps


def seconds_of(composer: Composer, steps: Sequence[Step]) -> float:
    """What the steps take together, composed."""
    return sum(composer.parts[s.cost].seconds for s in steps)


def figures(composer: Composer, combination: Combination) -> tuple[float, int] | None:
    """Seconds over all recordings and peak megabytes on the longest, composed; None where it cannot
    go on.
    """
    walks = [trace(composer, combination, i) for i in range(len(composer.charts))]
    found = [w for w in walks if w]
    if len(found) < len(walks):
        return None
    longest = max(range(len(found)), key=lambda i: composer.charts[i].audio_s)
    return sum(seconds_of(composer, walk) for walk in found), max(s.peak for s in found[longest])
