"""Record how the times of one variant vary against itself: the noise that
tests/measure/test_noise.py replays.

    python -m tools.benchmarks.timing_noise tests/measure/noise.npy

about 20 minutes on a machine left alone.

Each comparison starts two fresh processes, since two processes of the same code differ by more than
two calls of one.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from rich.progress import track

from vsat_core.artifacts import Source
from vsat_core.config.prepare import prepare
from vsat_core.engine.pipeline import Pipeline
from vsat_core.measure.cells import Cell, Limits, measure

RECORDING = Path(__file__).parents[2] / "test_data" / "short_conversation.wav"


def features(name: str, folder: Path) -> Cell:
    """A real stage of some 30 ms: the log-mel features of the speech found in a recording."""
    opening = {"stage": "features", "variant": "fbank80.vectorized"}
    return Cell.of_stage(
        name, opening, [{"stage": s, "folder": str(folder / s)} for s in ("enhance", "detect")]
    )


def main() -> None:
    """Write float32[comparisons, 2, rounds] seconds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("output", type=Path)
    parser.add_argument("--comparisons", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=8)
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="vsat-noise-"))
    made = Pipeline(prepare("baseline")).run(Source(RECORDING), ("enhance", "detect"))
    for stage, artifact in made.artifacts.items():
        (folder / stage).mkdir()
        artifact.save(folder / stage)
    recorded = np.empty((args.comparisons, 2, args.rounds), np.float32)
    for i in track(range(args.comparisons), "recording"):
        cells = [features("a", folder), features("b", folder)]
        for j, measured in enumerate(measure(cells, Limits(rounds=args.rounds, seed=i)).values()):
            recorded[i, j] = measured.seconds[0]
    np.save(args.output, recorded)


if __name__ == "__main__":
    main()
