"""A variant is exchanged only where that alone gains more than the noise and 1 % of the run."""

import attrs
import pytest

from tests._support.made_up import one_of_each, option
from vsat_core.matrix.composing.drawn import Drawn
from vsat_core.matrix.composing.exchanges import Exchanger
from vsat_core.matrix.composing.recommend import Constraints
from vsat_core.matrix.exploring.costs import StageCost
from vsat_core.matrix.exploring.recording_graph import Edge, Node
from vsat_core.measure.measured import Measured

RATES = {"WER": 0.2}
AUDIO_S = 20.0
STEADY, UNSTEADY = (0.99, 1.0, 1.01), (0.1, 1.0, 4.0)  # times of three processes


@attrs.define
class Bench:
    """Composed stages of 1 s, and rivals of them: "embed" and "cluster" may be exchanged."""

    composer = attrs.field(factory=one_of_each)
    measured: dict[str, Measured] = attrs.field(factory=dict)

    def cell(self, name: str, cost: StageCost, spread=STEADY) -> None:
        seconds = [[s * cost.seconds] for s in spread]
        self.measured[name] = Measured(name, seconds=seconds)
        self.composer.costs[name] = cost

    def rival(self, stage: str, cost: StageCost, gives: str = "", spread=STEADY):
        new = option(stage, "m.numba", stage)
        self.composer.selection.options[stage] += (new,)
        (recording,) = self.composer.recordings
        recording.nodes[gives or f"of {stage}"] = Node(stage, 0, 1, 1)
        for edges in recording.edges[stage].values():
            edges["m.numba"] = Edge(gives or f"of {stage}", f"{stage} rival")
        self.cell(f"{stage} rival", cost, spread)
        return new

    def settled(self, constraints=Constraints(), rates=RATES, better=False) -> set[str]:  # noqa: B008
        """The stages that are exchanged when the best combination takes every rival."""
        options = self.composer.selection.options
        for stage in options:
            if stage not in self.measured:
                self.cell(stage, self.composer.costs[stage])
        exchanger = Exchanger(
            Drawn(self.composer, self.measured),
            lambda walks: rates,
            lambda one, other: better,
            RATES,
            constraints,
            AUDIO_S,
        )
        anchor = {s: o[0] for s, o in options.items()}
        best = exchanger.worthwhile({s: o[-1] for s, o in options.items()}, anchor)
        left = {s for s in options if best[s] is not anchor[s]}
        assert {e.stage for e in exchanger.exchanges(best, anchor)} == left
        return left


def cost(seconds: float = 1.0, held: int = 1, start: float = 0.0) -> StageCost:
    return StageCost(seconds, held, 0, 0, 0, start)


@pytest.mark.parametrize(
    ("rival", "spread", "exchanged"),
    [
        (cost(0.95), STEADY, False),  # 0.4 % of thirteen seconds
        (cost(0.5), STEADY, True),
        (cost(0.5), UNSTEADY, False),
        (cost(1.5), STEADY, False),
        (cost(0.5, start=200.0), STEADY, False),  # an hour is 180 times as long: 1.1 s each
        (cost(0.5, start=20.0), STEADY, True),
    ],
)
def test_what_a_single_exchange_must_gain(rival, spread, exchanged):
    bench = Bench()
    bench.rival("embed", rival, spread=spread)
    assert bench.settled() == ({"embed"} if exchanged else set())


def test_memory_counts_like_time():
    """A quarter less memory is worth a tenth more time; 9 MB are nothing."""
    for held, exchanged in ((-40, {"embed"}), (-8, set())):
        bench = Bench()
        for stage in bench.composer.selection.options:
            bench.cell(stage, cost(held=10))
        bench.rival("embed", cost(1.5, held=10 + held))
        assert bench.settled() == exchanged


def test_each_exchange_is_judged_by_itself():
    bench = Bench()
    bench.rival("embed", cost(0.2))
    bench.rival("cluster", cost(0.999))
    assert bench.settled() == {"embed"}


def test_an_exchange_that_a_limit_needs_stays():
    bench = Bench()
    bench.rival("embed", cost(0.95))
    assert bench.settled(Constraints(realtime=12.96 / AUDIO_S)) == {"embed"}
    assert bench.settled(Constraints(realtime=13.5 / AUDIO_S)) == set()


def test_fewer_errors_are_worth_time():
    bench = Bench()
    bench.rival("embed", cost(1.2), gives="others")
    (recording,) = bench.composer.recordings
    for stage in ("cluster", "attribute", "index", "write"):
        _follow(recording, stage)
    assert bench.settled(better=True) == {"embed"}
    assert bench.settled(better=False) == set()


def _follow(recording, stage):
    """Let what comes after another answer of `embed` give other answers in turn."""
    other = {"of embed": "others"} | {
        f"of {s}": f"other {s}" for s in ("cluster", "attribute", "index")
    }
    for inputs, edges in list(recording.edges[stage].items()):
        new = tuple(other.get(i, i) for i in inputs)
        recording.nodes[f"other {stage}"] = Node(stage, 0, 1, 1)
        recording.edges[stage][new] = {
            n: attrs.evolve(e, gives=f"other {stage}") for n, e in edges.items()
        }
