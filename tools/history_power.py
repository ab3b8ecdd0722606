"""How often `vsat history` finds a planted slowdown, and how often it sees one that is not there.

python -m tools.history_power            the table in docs/history.md
python -m tools.history_power --choose   other seeds, several penalties: how PENALTY was chosen

Each history has one value a commit with log-normal noise. A commit at random, at least MARGIN
from either end, makes all that follow slower by STEP. It is found if `vsat history` says "slower"
since that commit or one of its neighbours. The same noise without the slowdown gives the false
alarms: any verdict but "tie" and "inconclusive".
"""

import argparse
from collections.abc import Iterator

import attrs
import numpy as np

from vsat_core.history import steps
from vsat_core.history.series import MetricSeries, Point, SeriesKey
from vsat_core.history.verdicts import Judgement, judge

COMMITS, STEP, MARGIN = 30, 0.05, 6
SIGMAS = (0.01, 0.02, 0.025, 0.04)
REPORT_SEED, CHOICE_SEED = 20_261_201, 7  # never the same: the penalty was chosen on the second
KEY = SeriesKey("machine", 2, "default", "whole", "talk.wav", "elapsed_seconds", "s")


@attrs.frozen
class Power:
    """Counts over `histories` of each kind; `misplaced` are slowdowns found at another commit."""

    histories: int
    found: int
    misplaced: int
    false_alarms: int


def power(seed: int, histories: int, sigma: float, outliers: float = 0.0) -> Power:
    """Plant and look; `outliers` is the share of commits measured on a busy machine."""
    rng = np.random.default_rng([seed, round(1e4 * sigma)])
    found = misplaced = false_alarms = 0
    for _ in range(histories):
        noise = rng.normal(0, sigma, COMMITS)
        noise += (rng.random(COMMITS) < outliers) * rng.exponential(0.3, COMMITS)
        at = int(rng.integers(MARGIN, COMMITS - MARGIN + 1))
        slowdown = np.where(np.arange(COMMITS) >= at, np.log1p(STEP), 0.0)
        place = _place(judge(_series(np.exp(noise + slowdown))))
        found += place is not None and abs(place - at) <= 1
        misplaced += place is not None and abs(place - at) > 1
        false_alarms += judge(_series(np.exp(noise))).since is not None
    return Power(histories, found, misplaced, false_alarms)


def table(seed: int, histories: int) -> Iterator[str]:
    """Lines of Markdown."""
    yield "| sigma of the noise | outliers | found within one commit | elsewhere | false alarms |"
    yield "| --- | --- | --- | --- | --- |"
    for outliers in (0.0, 0.03):
        for sigma in SIGMAS:
            p = power(seed, histories, sigma, outliers)
            shares = (100 * n / histories for n in (p.found, p.misplaced, p.false_alarms))
            cells = " | ".join(f"{share:.1f} %" for share in shares)
            yield f"| {100 * sigma:g} % | {100 * outliers:g} % | {cells} |"


def _series(values: np.ndarray) -> MetricSeries:
    points = (Point(f"{i:040x}", "", float(v), None, None, 1, {}) for i, v in enumerate(values))
    return MetricSeries(KEY, tuple(points))


def _place(judgement: Judgement) -> int | None:
    """The commit since which it is slower, counted from 0."""
    if judgement.verdict != "slower" or judgement.since is None:
        return None
    return int(judgement.since.commit, 16)


def main() -> None:
    """Print the table, or those of several penalties."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--histories", type=int, default=1000, metavar="N")
    parser.add_argument("--seed", type=int, default=REPORT_SEED)
    parser.add_argument("--choose", action="store_true", help="try penalties on other seeds")
    args = parser.parse_args()
    if not args.choose:
        print(*table(args.seed, args.histories), sep="\n")
        return
    for penalty in (9.0, 9.5, 10.0, 10.5, 11.0, 12.0):
        steps.PENALTY = penalty
        print(f"\npenalty {penalty:g}\n", *table(CHOICE_SEED, args.histories), sep="\n")


if __name__ == "__main__":
    main()
