"""Composed combinations against walking each of them, and pruning against not pruning."""

import itertools
from pathlib import Path

import attrs
import numpy as np
import pytest

from tests._support.stages import STAGES
from vsat_core.config.profile import Choice
from vsat_core.config.variants import Variant
from vsat_core.matrix.composing.compose import Composer, decode, encode
from vsat_core.matrix.composing.recommend import pareto
from vsat_core.matrix.composing.trace import seconds_of, trace
from vsat_core.matrix.exploring.costs import Libraries, Parts
from vsat_core.matrix.exploring.graph import Chart, Edge, Inputs, Node, reachable
from vsat_core.matrix.planning.options import Option, Selection
from vsat_core.matrix.validation.validate import draw
from vsat_core.plugin import Card

WIDTHS = {
    "decode": 2,
    "enhance": 2,
    "detect": 3,
    "features": 2,
    "embed": 2,
    "cluster": 3,
    "cut": 2,
    "transcribe": 3,
}


def option(stage: str, i: int) -> Option:
    """A variant that is never run: those of one parity agree with each other; embed's first takes
    half the features.
    """
    accepts = {"features": "features0"} if (stage, i) == ("embed", 0) else {}
    card = Card(
        f"m{i % 2}.t{i}",
        "for tests",
        gives=f"{stage}{i % 2}",
        accepts=accepts,
        target="nowhere:Nothing",
    )
    return Option(
        Choice(Variant(stage, card, "tests"), card.params(), card.tuning()), f"{stage}{i}"
    )


@attrs.define
class World:
    """A selection, charts of two recordings made at random, and costs."""

    selection: Selection
    rng: np.random.Generator
    parts: dict[str, Parts] = attrs.field(factory=dict)

    def chart(self, name: str, audio_s: float) -> Chart:
        chart = Chart(Path(name), f"source {name}", STAGES, audio_s)
        for stage in STAGES:
            inputs = sorted({chart.inputs(stage, state) for state in reachable(chart, stage)})
            for number, one in enumerate(inputs[:1] if stage not in STAGES.scored else inputs):
                for o in self.selection.options[stage]:
                    if chart.fits(o, one):
                        self._edge(chart, o, one, f"{name} {stage} {number}")
        return chart

    def _edge(self, chart: Chart, o: Option, inputs: Inputs, name: str) -> None:
        gives = f"{name} {o.tag}"
        size = int(self.rng.integers(0, 50)) * 1_000_000
        chart.nodes.setdefault(gives, Node(o.tag, size, 1, 1))
        held, kept, taken = (int(x) for x in self.rng.integers(0, 40, 3))
        cost = f"{name} {o.digest}"
        self.parts[cost] = Parts(
            float(self.rng.random()), held, kept, taken, int(self.rng.integers(0, 8))
        )
        edge = Edge(gives, cost, "measured")
        chart.edges[o.stage].setdefault(inputs, {})[o.name] = edge


@pytest.fixture(scope="module")
def composer() -> Composer:
    options = {s: tuple(option(s, i) for i in range(WIDTHS.get(s, 1))) for s in STAGES}
    world = World(Selection(options, STAGES), np.random.default_rng(1))
    charts = [world.chart("a", 10.0), world.chart("b", 30.0)]
    return Composer(world.selection, charts, world.parts, Libraries(20, (5, 7, 11)))


def everything(composer: Composer) -> list[dict[str, Option]]:
    """Every combination that fits, found by trying all."""
    options = composer.selection.options
    found = (
        dict(zip(STAGES, c, strict=True)) for c in itertools.product(*(options[s] for s in STAGES))
    )
    return [c for c in found if all(trace(composer, c, i) for i in range(2))]


def walked(
    composer: Composer, combination: dict[str, Option]
) -> tuple[float, int, tuple[str, ...]]:
    """Seconds over both recordings, peak on the longer one, and the transcripts."""
    walks = [trace(composer, combination, i) or [] for i in range(2)]
    seconds = sum(composer.parts[s.cost].seconds for w in walks for s in w)
    chain = tuple(next(s.gives for s in w if s.stage == "attribute") for w in walks)
    return seconds, max(s.peak for s in walks[1]), chain


def test_every_combination_as_walking_it(composer: Composer) -> None:
    composed, all_of_them = composer.compose(), everything(composer)
    assert (
        composed.complete
        and composed.total == len(all_of_them) == composer.selection.count() == composer.count()
    )
    rows = {int(code): i for i, code in enumerate(composed.code)}
    for one in all_of_them:
        i = rows[encode(composer.selection, one)]
        seconds, peak, chain = walked(composer, one)
        assert composed.seconds[i] == pytest.approx(seconds)
        assert (composed.peak[i], composed.chains[composed.chain[i]]) == (peak, chain)


def test_pruning_loses_nothing_of_any_front(composer: Composer) -> None:
    whole, pruned = composer.compose(), composer.compose(most=10)
    assert pruned.total == whole.total and len(pruned.code) < len(whole.code)
    for number, chain in enumerate(whole.chains):
        fronts = []
        for composed, of in ((whole, number), (pruned, pruned.chains.index(chain))):
            rows = np.flatnonzero(composed.chain == of)
            front = rows[pareto(composed.seconds[rows], composed.peak[rows])]
            fronts.append(np.c_[composed.seconds[front], composed.peak[front]])
        np.testing.assert_allclose(*fronts)


def test_codes_there_and_back(composer: Composer) -> None:
    for one in draw(composer.selection, composer, 50, 3):
        assert decode(composer.selection, encode(composer.selection, one)) == one


def test_sample_is_without_repeats_and_seeded(composer: Composer) -> None:
    first, again, other = (draw(composer.selection, composer, 30, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert len({encode(composer.selection, c) for c in first}) == 30


def test_sample_of_what_is_quick(composer: Composer) -> None:
    seconds = [
        seconds_of(composer, trace(composer, c, 0) or [])
        for c in draw(composer.selection, composer, 40, 1)
    ]
    most = float(np.median(seconds))
    quick = draw(composer.selection, composer, 40, 1, most)
    assert all(seconds_of(composer, trace(composer, c, 0) or []) <= most for c in quick)
    assert len(quick) == 40 and max(seconds) > most


def test_sample_of_more_than_there_is() -> None:
    options = {s: (option(s, 0),) for s in STAGES}
    world = World(Selection(options, STAGES), np.random.default_rng(2))
    composer = Composer(
        world.selection, [world.chart("a", 1.0)], world.parts, Libraries(0, (0, 0, 0))
    )
    assert len(draw(world.selection, composer, 5, 1)) == 1
