"""What measuring cannot tell apart: the profile started from stays, and what could take a place is
named.
"""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests._support.made_up import option
from tests._support.stages import STAGES
from vsat_core.matrix.composing.compose import Composer, encode
from vsat_core.matrix.composing.recommend import Constraints
from vsat_core.matrix.composing.subsets import _anchor_instead
from vsat_core.matrix.composing.ties import ties
from vsat_core.matrix.exploring.costs import Libraries, StageCost
from vsat_core.matrix.exploring.recording_graph import Edge, Node, RecordingGraph
from vsat_core.matrix.planning.options import Selection

SECONDS, PEAK = 13.0, 33  # of the anchor: thirteen stages of 1 s; 20 MB of every process, 13 held
RATES = {"WER": 0.2, "DER": 0.1, "cpWER": 0.25}


@pytest.fixture
def composer():
    """One combination of one variant a stage."""
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


def first(composer: Composer) -> int:
    return encode(composer.selection, {s: o[0] for s, o in composer.selection.options.items()})


@pytest.mark.parametrize(
    ("seconds", "peak", "constraints", "stays"),
    [
        (SECONDS, PEAK, Constraints(), True),
        (SECONDS / 1.005, PEAK - 9, Constraints(), True),
        (SECONDS / 1.02, PEAK, Constraints(), False),
        (SECONDS, PEAK - 11, Constraints(), False),
        (SECONDS, PEAK, Constraints(max_memory_mb=PEAK - 1), False),
        (SECONDS, PEAK, Constraints(max_memory_mb=PEAK), True),
        (SECONDS, PEAK, Constraints(realtime=0.6), False),
        (SECONDS, PEAK, Constraints(realtime=0.7), True),
        (SECONDS, PEAK, Constraints(max_wer=0.19), False),
        (SECONDS, PEAK, Constraints(max_wer=0.2), True),
    ],
)
def test_the_anchor_stays_only_within_limits_and_noise(composer, seconds, peak, constraints, stays):
    selection = composer.selection
    anchor = SimpleNamespace(stages={s: o[0].choice for s, o in selection.options.items()})
    request = SimpleNamespace(constraints=constraints)
    ready = SimpleNamespace(anchor=anchor, selection=selection, request=request)
    subset = SimpleNamespace(composer=composer, anchor_rates=RATES, audio_s=20.0)
    kept = _anchor_instead(ready, subset, seconds, peak)
    assert kept == (first(composer) if stays else None)


@pytest.mark.parametrize(
    ("rival", "gives", "same"),
    [
        (StageCost(1.0, 1, 0, 0, 0), "of embed", True),
        (StageCost(1.1, 1, 0, 0, 0), "of embed", True),
        (StageCost(0.9, 11, 0, 0, 0), "of embed", True),
        (StageCost(1.2, 1, 0, 0, 0), "of embed", False),
        (StageCost(1.0, 12, 0, 0, 0), "of embed", False),
        (StageCost(1.0, 1, 0, 40, 0), "of embed", False),
        (StageCost(1.0, 1, 0, 0, 0), "others", False),
    ],
)
def test_ties_are_named_by_stage(composer, rival, gives, same):
    """A second variant of `embed`: 1 % of thirteen seconds and 10 MB are the limits, and what it
    gives must lead to the same transcript.
    """
    composer.selection.options["embed"] += (option("embed", "m.numba", "embed"),)
    composer.costs["rival"] = rival
    (recording,) = composer.recordings
    recording.nodes["others"] = Node("embed", 0, 1, 1)
    for edges in recording.edges["embed"].values():
        edges["m.numba"] = Edge(gives, "rival")
    subset = SimpleNamespace(composer=composer, best=first(composer))
    assert ties(subset) == ({"embed": ["m.numba"]} if same else {})
