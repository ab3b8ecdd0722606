"""How long tens of millions of combinations take to compose and rank, and in how much memory.

python tools/benchmarks/ranking.py [WIDTH]: a made-up matrix with WIDTH variants (4) of each stage
but decode, some with two answers: 4 gives 4 to the 12th (about 17 million) combinations of 64
chains. Only the ranking is measured.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from tests._support.stages import STAGES
from vsat_core.config.profile import Choice
from vsat_core.config.variants import Variant
from vsat_core.engine.memory import PeakSampler
from vsat_core.matrix.composing.compose import Composer
from vsat_core.matrix.composing.recommend import (
    Constraints,
    errors_of,
    front_with_errors,
    recommend,
)
from vsat_core.matrix.exploring.costs import Libraries, StageCost
from vsat_core.matrix.exploring.recording_graph import Edge, Node, RecordingGraph, reachable
from vsat_core.matrix.planning.options import Option, Selection
from vsat_core.plugin import Card

AUDIO_S, MOST = 60.0, 10**12
TWO_ANSWERS = ("detect", "embed", "cluster", "cut", "transcribe", "align")


def option(stage: str, i: int) -> Option:
    """A variant that is never run."""
    card = Card(f"m.t{i}", "made up", gives=stage, target="nowhere:Nothing")
    return Option(
        Choice(Variant(stage, card, "made up"), card.params(), card.tuning()), f"{stage}{i}"
    )


def made_up(width: int) -> Composer:
    """One recording, times between 1 ms and 3 s, memory up to 200 MB."""
    options = {s: tuple(option(s, i) for i in range(1 if s == "decode" else width)) for s in STAGES}
    rng, parts = np.random.default_rng(1), dict[str, StageCost]()
    recording = RecordingGraph(Path("made-up.wav"), "source", STAGES, AUDIO_S)
    for stage in STAGES:
        for number, inputs in enumerate(
            sorted({recording.inputs(stage, s) for s in reachable(recording, stage)})
        ):
            if number and stage not in STAGES.scored:
                break
            for i, o in enumerate(options[stage]):
                cost, gives = (
                    f"{stage} {i}",
                    f"{stage} {number} {i % 2 if stage in TWO_ANSWERS else 0}",
                )
                recording.nodes.setdefault(gives, Node(o.tag, 1_000_000, 1, 1))
                if cost not in parts:
                    held, kept, taken = (int(x) for x in rng.integers(0, (50, 20, 200)))
                    parts[cost] = StageCost(
                        float(10 ** rng.uniform(-3, 0.5)),
                        held,
                        kept,
                        taken,
                        int(rng.integers(0, 8)),
                    )
                recording.edges[stage].setdefault(inputs, {})[o.name] = Edge(gives, cost)
    return Composer(Selection(options, STAGES), [recording], parts, Libraries(25, (40, 130, 8)))


def main() -> None:
    """Print counts, seconds and memory."""
    composer = made_up(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
    with PeakSampler() as memory:
        begin = time.perf_counter()
        composed = composer.compose(most=MOST)
        done = time.perf_counter()
        rng = np.random.default_rng(2)
        rates = [
            {"WER": r, "DER": r, "cpWER": r} for r in rng.uniform(0.1, 0.12, len(composed.chains))
        ]
        best, _ = recommend(composed, rates, rates[0], Constraints(), AUDIO_S)
        front = front_with_errors(composed, errors_of(rates))
        ranked = time.perf_counter()
        peak = memory.peak_bytes()
    print(
        f"{len(composed.code):,} combinations, {len(composed.chains)} chains: composed in "
        f"{done - begin:.1f} s, "
        f"ranked in {ranked - done:.1f} s, peak memory {peak / 1e9:.2f} GB; {len(front)} on the "
        "front, "
        f"recommended {composed.seconds[best]:.3f} s and {composed.peak[best]} MB"
    )
    began = time.perf_counter()
    pruned = composer.compose(most=0)
    print(
        f"with early dropping: {len(pruned.code):,} rows left in {time.perf_counter() - began:.2f} "
        "s"
    )


if __name__ == "__main__":
    main()
