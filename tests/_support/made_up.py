"""Options of a matrix that are never run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests._support.stages import STAGES
from vsat_core.config.profile import Choice
from vsat_core.config.variants import Variant
from vsat_core.matrix.composing.compose import Composer
from vsat_core.matrix.exploring.costs import Libraries, StageCost
from vsat_core.matrix.exploring.recording_graph import Edge, Node, RecordingGraph
from vsat_core.matrix.planning.options import Option, Selection
from vsat_core.plugin import Card


def option(stage: str, name: str, gives: str, accepts: Mapping[str, str] | None = None) -> Option:
    """A variant of this name and kind of output."""
    card = Card(name, "made up", gives=gives, accepts=accepts or {}, target="nowhere:Nothing")
    choice = Choice(Variant(stage, card, "made up"), card.params(), card.tuning())
    return Option(choice, f"{stage} {name}")


def one_of_each() -> Composer:
    """One variant "m.baseline" a stage on 20 s of sound: thirteen stages of 1 s, 20 MB of every
    process and 13 held.
    """
    selection = Selection({s: (option(s, "m.baseline", s),) for s in STAGES}, STAGES)
    recording = RecordingGraph(Path("a.wav"), "source", STAGES, 20.0)
    state = {"source": "source"}
    for stage in STAGES:
        state[stage] = f"of {stage}"
        recording.nodes[state[stage]] = Node(stage, 0, 1, 1)
        inputs = tuple(state[t] for t in STAGES[stage].takes)
        recording.edges[stage][inputs] = {"m.baseline": Edge(state[stage], stage)}
    costs = dict.fromkeys(STAGES, StageCost(1.0, 1, 0, 0, 0))
    return Composer(selection, [recording], costs, Libraries(20, (0,)))
