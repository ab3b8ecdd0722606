"""Two live comparisons, as the tests replay them: the same code, and 5 % more work.

python tools/benchmarks/live_comparison.py
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.progress import Progress

from vsat_core.measure.cells import Cell, Limits, measure
from vsat_core.measure.statistics import compare

PLANTED = Path(__file__).parents[1] / "measure" / "planted.py"
SPECTRA = 200  # some 30 ms


def planted(name: str, work: int) -> Cell:
    """A variant that computes `work` spectra and nothing else."""
    opening = {"stage": "decode", "variant": "planted.baseline"}
    opening |= {"params": {"work": work}, "plugins": [str(PLANTED)]}
    return Cell.of_stage(name, opening, [{"source": str(PLANTED)}])


def main() -> None:
    """Measure the three against each other and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=8)
    args = parser.parse_args()
    cells = [
        planted("base", SPECTRA),
        planted("same", SPECTRA),
        planted("slower", SPECTRA * 105 // 100),
    ]
    with Progress() as progress:
        task = progress.add_task("measuring", total=len(cells) * args.processes * (args.rounds + 1))
        limits = Limits(rounds=args.rounds, processes=args.processes)
        found = measure(cells, limits, lambda name: progress.advance(task))
    for name in ("same", "slower"):
        c = compare(found["base"].seconds, found[name].seconds)
        interval = f"{c.low:.3f} to {c.high:.3f}, {c.n} pairs, p {c.p_value:.4f}"
        print(f"{name}: {c.ratio:.3f} of base ({interval}): {c.verdict}")


if __name__ == "__main__":
    main()
