"""Native techniques against numba's, calls interleaved in one process.

    OMP_NUM_THREADS=1 python native/benchmark.py
    OMP_NUM_THREADS=2 python native/benchmark.py --recording hour.flac --embeddings 2000

OMP_NUM_THREADS is the number of threads of both sides: of NumPy's matrix products, and of batches
of windows. `stage` is a call as a run makes it, `kernel` what the techniques do not share: the tree
of merges, the scores of six windows. A ratio is that of two neighbouring calls, numba to native:
its median, and the fifth and ninety-fifth percentile of all rounds.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from tools.benchmarks.stages.hour import embeddings
from vsat_core.artifacts import Artifact, Audio, Source
from vsat_core.config.prepare import prepare
from vsat_core.config.registry import load
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.pipeline import Pipeline
from vsat_core.formats import markdown
from vsat_native import _core
from vsat_plugins.cluster.speakers import anchors
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units
from vsat_plugins.detect.segmentation import FRAME_HOP, WINDOW, gain_of

Call = Callable[[], object]
WINDOWS, STEP_S = 6, 2.5  # of the kernel of segmentation
RECORDING = Path(__file__).parents[1] / "test_data" / "medium_meeting.flac"


def made(stage: str, name: str, **params: Any) -> Any:
    """A prepared variant."""
    variant = load().variants[stage][name]
    found = variant.make(variant.card.params(**params), variant.card.tuning())
    found.prepare()
    return found


def called(stage: Any, *inputs: Artifact) -> None:
    """One call as in a run."""
    with Workspace() as run:
        stage(*inputs, run=run)


def clustering(artifacts: dict[str, Artifact], most: int) -> dict[str, dict[str, Call]]:
    """The calls of `ahc` by part and technique, on `embed` and `detect`."""
    inputs = artifacts["embed"], artifacts["detect"]
    units = Units.of(*inputs)
    units = untied(units.take(anchors(units, 0.9, 1, most)))

    def tree(stage: Any) -> None:
        with Workspace() as run:
            stage.tree(attrs.evolve(units, vectors=units.vectors.copy()), run)

    stages = {t: made("cluster", f"ahc.{t}", max_embeddings=most) for t in ("numba", "native")}
    return {
        f"{len(units):,} embeddings, stage": {
            t: lambda s=s: called(s, *inputs) for t, s in stages.items()
        },
        f"{len(units):,} embeddings, kernel": {t: lambda s=s: tree(s) for t, s in stages.items()},
    }


def detection(audio: Audio) -> dict[str, dict[str, Call]]:
    """The calls of `segmentation` by part and technique."""
    step = round(STEP_S * 16_000 / FRAME_HOP) * FRAME_HOP
    starts = np.arange(WINDOWS) * step
    sound = np.zeros(starts[-1] + WINDOW, np.float32)
    part = audio.samples[: len(sound)]
    sound[: len(part)] = part * gain_of(audio)
    stages = {t: made("detect", f"segmentation.{t}") for t in ("numba", "native", "onnx")}
    kernels = {t: lambda s=s: s.activity(sound, starts) for t, s in stages.items() if t != "onnx"}
    return {
        f"{len(audio.samples) / 16_000:.0f} s of sound, stage": {
            t: lambda s=s: called(s, audio) for t, s in stages.items()
        },
        f"{WINDOWS} windows, kernel": kernels,
    }


def measured(calls: dict[str, Call], rounds: int, budget_s: float) -> dict[str, list[float]]:
    """Seconds of each call, in rounds; at least three, and no more than fit the budget."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    begin = time.perf_counter()
    while len(times["numba"]) < rounds:
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
        if len(times["numba"]) >= 3 and time.perf_counter() - begin > budget_s:
            break
    return times


def row(name: str, times: dict[str, list[float]]) -> tuple[str, ...]:
    """Medians of both, and their ratio."""
    ratios = np.divide(times["numba"], times["native"])
    low, middle, high = np.percentile(ratios, (5, 50, 95))
    onnx = np.median(np.divide(times["onnx"], times["native"])) if "onnx" in times else None
    medians = [f"{np.median(times[t]) * 1e3:.2f}" for t in ("numba", "native")]
    against = f"{onnx:.2f}" if onnx else ""
    return name, *medians, f"{middle:.2f} ({low:.2f} to {high:.2f})", against, str(len(ratios))


def parsed() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recording", type=Path, default=RECORDING)
    parser.add_argument("--embeddings", type=int, nargs="*", default=[500, 2000, 8000])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--budget", type=float, default=20, help="seconds for all calls of a row")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    args = parsed()
    recording = Pipeline(prepare()).run(Source(args.recording), ("enhance", "detect", "embed"))
    audio = recording.artifacts["enhance"]
    assert isinstance(audio, Audio)
    parts = [
        *(clustering(embeddings(n), 50_000) for n in args.embeddings),
        clustering(dict(recording.artifacts), 3000),
        detection(audio),
    ]
    rows = [
        row(name, measured(calls, args.rounds, args.budget))
        for part in parts
        for name, calls in part.items()
    ]
    print(
        f"level {_core.levels()[0]}, OMP_NUM_THREADS {os.environ.get('OMP_NUM_THREADS', 'not set')}"
    )
    heads = ("work", "numba ms", "native ms", "times as fast as numba", "as onnx", "rounds")
    print(markdown.table(heads, rows))


if __name__ == "__main__":
    main()
