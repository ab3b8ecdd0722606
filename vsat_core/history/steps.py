"""Where a series steps from one level to another.

A penalised least-squares fit of constant pieces, found exactly by dynamic programming (ruptures:
Truong, Oudre and Vayatis 2020, "Selective review of offline change point detection methods"). As in
asv (asv/step_detect.py) the number of pieces minimises the logarithm of the residuals plus a
penalty for each step, so that the noise need not be known, and outliers do not count in full: asv
fits medians; here values are clipped to a running median first, which keeps the accuracy of means.
Each step is then placed where it most likely lies within one point.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import attrs
import numpy as np

from vsat_core.measure.statistics import MAD_TO_SIGMA

MIN_POINTS = 3  # of a piece: a change is seen with the third point after it
MAX_STEPS = 8
PENALTY = 12.0  # for each step, in units of n log(RSS / n): see tools/history_power.py
NEAR = 1  # points: how far from its commit a step may be placed to be of use
RESOLUTION = 0.002  # no noise is taken to be smaller than this share of a value
CLIP, WINDOW = 5.0, 5  # deviations from a running median of so many points


@attrs.frozen
class Fit:
    """Pieces of constant level: piece i is `[bounds[i], bounds[i + 1])` with level `levels[i]`.
    `noise` is the standard deviation around them as a share of the level.
    """

    bounds: tuple[int, ...]
    levels: tuple[float, ...]
    noise: float

    @property
    def pieces(self) -> list[tuple[tuple[int, int], float]]:
        """Begin, end and level of each."""
        return list(zip(itertools.pairwise(self.bounds), self.levels, strict=True))


def fit(values: Sequence[float]) -> Fit:
    """The pieces of a series of at least one value."""
    x = np.asarray(values, np.float64)
    positive = bool(np.all(x > 0))  # rates can be 0
    scale = 1.0 if positive else float(np.mean(np.abs(x))) or 1.0
    y = _clipped(np.log(x) if positive else x / scale)
    bounds = _bounds(y)
    means = [float(y[a:b].mean()) for a, b in itertools.pairwise(bounds)]
    levels = [math.exp(m) if positive else m * scale for m in means]
    free = max(len(y) - len(means), 1)
    return Fit(tuple(bounds), tuple(levels), math.sqrt(_rss(y, bounds) / free))


def smallest_step(n: int, noise: float) -> float:
    """The smallest step, as a share of the level, that a fit of n values with this noise finds if
    it is in their middle; infinite for fewer values than two pieces need.
    """
    if n < 2 * MIN_POINTS:
        return math.inf
    return 2 * max(noise, RESOLUTION) * math.sqrt(math.expm1(PENALTY / n))


def _bounds(y: np.ndarray) -> list[int]:
    """Begin of each piece, and the end of the last."""
    from ruptures import KernelCPD  # is in the extra `history`

    n = len(y)
    most = min(MAX_STEPS, n // MIN_POINTS - 1)
    candidates = [[0, n]]
    if most > 0:
        search = KernelCPD(kernel="linear", min_size=MIN_POINTS).fit(y.reshape(-1, 1))
        search.predict(n_bkps=most)  # finds the best pieces for each smaller number too
        candidates += [[0, *map(int, search.predict(n_bkps=k))] for k in range(1, most + 1)]
    costs = [n * math.log(max(_rss(y, c) / n, RESOLUTION**2)) for c in candidates]
    return _placed(y, candidates[int(np.argmin([c + PENALTY * k for k, c in enumerate(costs)]))])


def _placed(y: np.ndarray, bounds: list[int]) -> list[int]:
    """The same steps, each moved to the place that it most likely is within NEAR of. The most
    likely place alone may be a spike beside many places that are almost as likely.

    The likelihood of a place between the neighbouring steps is (RSS / n) ** (-n / 2), that of
    normal noise whose variance is not known.
    """
    placed = list(bounds)
    for i in range(1, len(placed) - 1):
        low, high = placed[i - 1] + MIN_POINTS, placed[i + 1] - MIN_POINTS
        costs = np.array(
            [
                max(_rss(y, [*placed[:i], at, *placed[i + 1 :]]) / len(y), RESOLUTION**2)
                for at in range(low, high + 1)
            ]
        )
        likelihoods = (costs / costs.min()) ** (-len(y) / 2)
        within = np.convolve(np.pad(likelihoods, NEAR), np.ones(2 * NEAR + 1), "valid")
        best = np.flatnonzero(within >= within.max() * (1 - 1e-9))
        placed[i] = low + int(best[np.argmax(likelihoods[best])])
    return placed


def _rss(y: np.ndarray, bounds: Sequence[int]) -> float:
    """Squared distances to the means of the pieces."""
    pieces = (y[a:b] for a, b in itertools.pairwise(bounds))
    return float(sum(((piece - piece.mean()) ** 2).sum() for piece in pieces))


def _clipped(y: np.ndarray) -> np.ndarray:
    """Outliers brought to CLIP deviations from the running median."""
    if len(y) < WINDOW:
        return y
    around = np.pad(y, WINDOW // 2, mode="reflect")
    middle = np.median(np.lib.stride_tricks.sliding_window_view(around, WINDOW), axis=1)
    away = y - middle
    most = CLIP * max(MAD_TO_SIGMA * float(np.median(np.abs(away))), RESOLUTION)
    return np.asarray(middle + np.clip(away, -most, most))
