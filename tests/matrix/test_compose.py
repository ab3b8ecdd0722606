"""Composed combinations against walking each of them, and pruning against not pruning."""

import itertools
from pathlib import Path

import attrs
import numpy as np
import pytest

from tests._support.made_up import one_of_each, option
from tests._support.stages import STAGES
from vsat_core.matrix.composing.compose import Composer, decode, encode
from vsat_core.matrix.composing.recommend import pareto
from vsat_core.matrix.composing.trace import figures, seconds_of, trace_all, transcripts
from vsat_core.matrix.exploring.costs import Libraries, StageCost
from vsat_core.matrix.exploring.recording_graph import Edge, Inputs, Node, RecordingGraph, reachable
from vsat_core.matrix.planning.options import Option, Selection
from vsat_core.matrix.validation.runs import draw

WIDTHS = dict.fromkeys(("decode", "enhance", "features", "embed", "cut"), 2)
WIDTHS |= dict.fromkeys(("detect", "cluster", "transcribe"), 3)


def variant(stage: str, i: int) -> Option:
    """Those of one parity agree with each other; embed's first takes half the features."""
    accepts = {"features": "features0"} if (stage, i) == ("embed", 0) else {}
    return option(stage, f"m{i % 2}.t{i}", f"{stage}{i % 2}", accepts)


@attrs.define
class World:
    """A selection, recordings of two recordings made at random, and costs."""

    selection: Selection
    rng: np.random.Generator
    costs: dict[str, StageCost] = attrs.field(factory=dict)

    def recording(self, name: str, audio_s: float) -> RecordingGraph:
        recording = RecordingGraph(Path(name), f"source {name}", STAGES, audio_s)
        for stage in STAGES:
            inputs = sorted(
                {recording.inputs(stage, state) for state in reachable(recording, stage)}
            )
            for number, one in enumerate(inputs[:1] if stage not in STAGES.scored else inputs):
                for o in self.selection.options[stage]:
                    if recording.fits(o, one):
                        self._edge(recording, o, one, f"{name} {stage} {number}")
        return recording

    def _edge(self, recording: RecordingGraph, o: Option, inputs: Inputs, name: str) -> None:
        gives = f"{name} {o.tag}"
        size = int(self.rng.integers(0, 50)) * 1_000_000
        recording.nodes.setdefault(gives, Node(o.tag, size, 1, 1))
        held, kept, taken = (int(x) for x in self.rng.integers(0, 40, 3))
        cost = f"{name} {o.digest}"
        libraries = int(self.rng.integers(0, 8))
        self.costs[cost] = StageCost(float(self.rng.random()), held, kept, taken, libraries)
        recording.edges[o.stage].setdefault(inputs, {})[o.name] = Edge(gives, cost)


@pytest.fixture(scope="module")
def composer():
    options = {s: tuple(variant(s, i) for i in range(WIDTHS.get(s, 1))) for s in STAGES}
    world = World(Selection(options, STAGES), np.random.default_rng(1))
    recordings = [world.recording("a", 10.0), world.recording("b", 30.0)]
    return Composer(world.selection, recordings, world.costs, Libraries(20, (5, 7, 11)))


def everything(composer: Composer) -> list[dict[str, Option]]:
    """Every combination that fits, found by trying all."""
    options = composer.selection.options
    combinations = itertools.product(*(options[s] for s in STAGES))
    found = (dict(zip(STAGES, c, strict=True)) for c in combinations)
    return [c for c in found if trace_all(composer, c)]


def test_every_combination_as_walking_it(composer):
    composed, all_of_them = composer.compose(), everything(composer)
    assert (
        composed.complete
        and composed.total == len(all_of_them) == composer.selection.count() == composer.count()
    )
    rows = {int(code): i for i, code in enumerate(composed.code)}
    for one in all_of_them:
        i = rows[encode(composer.selection, one)]
        walks = trace_all(composer, one)
        assert (composed.seconds[i], composed.peak[i]) == pytest.approx(figures(composer, walks))
        assert composed.chains[composed.chain[i]] == transcripts(composer, walks)


def test_pruning_loses_nothing_of_any_front(composer):
    every, pruned = composer.compose(), composer.compose(most=10)
    assert pruned.total == every.total and len(pruned.code) < len(every.code)
    for number, chain in enumerate(every.chains):
        fronts = []
        for composed, of in ((every, number), (pruned, pruned.chains.index(chain))):
            rows = np.flatnonzero(composed.chain == of)
            front = rows[pareto(composed.seconds[rows], composed.peak[rows])]
            fronts.append(np.c_[composed.seconds[front], composed.peak[front]])
        np.testing.assert_allclose(*fronts)


def test_codes_there_and_back(composer):
    for one in draw(composer.selection, composer, 50, 3):
        assert decode(composer.selection, encode(composer.selection, one)) == one


def test_sample_is_without_repeats_and_seeded(composer):
    first, again, other = (draw(composer.selection, composer, 30, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert len({encode(composer.selection, c) for c in first}) == 30


def test_sample_of_what_is_quick(composer):
    def seconds(*most: float) -> list[float]:
        drawn = draw(composer.selection, composer, 40, 1, *most)
        return [seconds_of(composer, trace_all(composer, c)[0]) for c in drawn]

    most = float(np.median(seconds()))
    quick = seconds(most)
    assert len(quick) == 40 and max(quick) <= most < max(seconds())


def test_sample_of_more_than_there_is():
    options = {s: (variant(s, 0),) for s in STAGES}
    world = World(Selection(options, STAGES), np.random.default_rng(2))
    composer = Composer(
        world.selection, [world.recording("a", 1.0)], world.costs, Libraries(0, (0, 0, 0))
    )
    assert len(draw(world.selection, composer, 5, 1)) == 1


def test_what_a_run_takes_besides_its_stages_is_added_once_a_recording():
    plain = one_of_each()
    composer = Composer(
        plain.selection, plain.recordings, plain.costs, plain.libraries, between_s=0.5
    )
    (walk,) = trace_all(composer, {s: o[0] for s, o in plain.selection.options.items()}) or []
    assert composer.compose().seconds.tolist() == [13.5]
    assert seconds_of(composer, walk) == 13.5
