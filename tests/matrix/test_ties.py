"""What measuring cannot tell apart: the profile started from stays, and what could take a place is
named.
"""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests._support.stages import STAGES
from vsat_core.config.profile import Choice
from vsat_core.config.variants import Variant
from vsat_core.matrix.composing.compose import Composer, encode
from vsat_core.matrix.composing.groups import _anchor_instead
from vsat_core.matrix.composing.recommend import Gate
from vsat_core.matrix.composing.ties import ties
from vsat_core.matrix.exploring.costs import Libraries, Parts
from vsat_core.matrix.exploring.graph import Chart, Edge, Node
from vsat_core.matrix.planning.options import Option, Selection
from vsat_core.plugin import Card

SECONDS, PEAK = 13.0, 33  # of the anchor: thirteen stages of 1 s; 20 MB of every process, 13 held
RATES = {"WER": 0.2, "DER": 0.1, "cpWER": 0.25}


def option(stage: str, technique: str = "baseline") -> Option:
    card = Card(f"m.{technique}", "for tests", gives=stage, target="nowhere:Nothing")
    return Option(Choice(Variant(stage, card, "tests"), card.params(), card.tuning()), stage)


@pytest.fixture
def world() -> tuple[SimpleNamespace, SimpleNamespace]:
    """One combination of one variant a stage, which is the anchor."""
    options = {s: (option(s),) for s in STAGES}
    selection, chart = Selection(options, STAGES), Chart(Path("a.wav"), "source", STAGES, 20.0)
    state = {"source": "source"}
    for stage in STAGES:
        state[stage] = f"of {stage}"
        chart.nodes[state[stage]] = Node(options[stage][0].tag, 0, 1, 1)
        inputs = tuple(state[t] for t in STAGES[stage].takes)
        chart.edges[stage][inputs] = {options[stage][0].name: Edge(state[stage], stage, "measured")}
    parts = {s: Parts(1.0, 1, 0, 0, 0) for s in STAGES}
    composer = Composer(selection, [chart], parts, Libraries(20, (0,)))
    anchor = SimpleNamespace(name="mine", stages={s: o[0].choice for s, o in options.items()})
    ready = SimpleNamespace(
        anchor=anchor, selection=selection, request=SimpleNamespace(gate=Gate())
    )
    return ready, SimpleNamespace(composer=composer, anchor_rates=RATES, audio_s=20.0)


@pytest.mark.parametrize(
    ("seconds", "peak", "gate", "stays"),
    [
        (SECONDS, PEAK, Gate(), True),
        (SECONDS / 1.005, PEAK - 9, Gate(), True),
        (SECONDS / 1.02, PEAK, Gate(), False),
        (SECONDS, PEAK - 11, Gate(), False),
        (SECONDS, PEAK, Gate(max_memory_mb=PEAK - 1), False),
        (SECONDS, PEAK, Gate(max_memory_mb=PEAK), True),
        (SECONDS, PEAK, Gate(realtime=0.6), False),
        (SECONDS, PEAK, Gate(realtime=0.7), True),
        (SECONDS, PEAK, Gate(max_wer=0.19), False),
        (SECONDS, PEAK, Gate(max_wer=0.2), True),
    ],
)
def test_the_anchor_stays_only_within_limits_and_noise(world, seconds, peak, gate, stays) -> None:
    ready, part = world
    ready.request.gate = gate
    kept = _anchor_instead(ready, part, seconds, peak)
    assert kept == (
        encode(ready.selection, {s: o[0] for s, o in ready.selection.options.items()})
        if stays
        else None
    )


@pytest.mark.parametrize(
    ("rival", "same"),
    [
        (Parts(1.0, 1, 0, 0, 0), True),
        (Parts(1.1, 1, 0, 0, 0), True),
        (Parts(0.9, 11, 0, 0, 0), True),
        (Parts(1.2, 1, 0, 0, 0), False),
        (Parts(1.0, 12, 0, 0, 0), False),
        (Parts(1.0, 1, 0, 40, 0), False),
    ],
)
def test_ties_are_named_by_stage(world, rival: Parts, same: bool) -> None:
    """A second variant of `embed`: 1 % of thirteen seconds and 10 MB are the limits."""
    composer, second = world[1].composer, option("embed", "numba")
    composer.selection.options["embed"] += (second,)
    composer.parts["rival"] = rival
    for edges in composer.charts[0].edges["embed"].values():
        edges[second.name] = Edge(edges["m.baseline"].gives, "rival", "measured")
    best = encode(composer.selection, {s: o[0] for s, o in composer.selection.options.items()})
    assert ties(SimpleNamespace(composer=composer, best=best)) == (
        {"embed": ["m.numba"]} if same else {}
    )


def test_another_transcript_is_no_tie(world) -> None:
    composer, second = world[1].composer, option("embed", "numba")
    composer.selection.options["embed"] += (second,)
    chart = composer.charts[0]
    chart.nodes["other"] = Node(second.tag, 0, 1, 1)
    for edges in chart.edges["embed"].values():
        edges[second.name] = Edge("other", "embed", "measured")
    best = encode(composer.selection, {s: o[0] for s, o in composer.selection.options.items()})
    assert ties(SimpleNamespace(composer=composer, best=best)) == {}
