"""What tools/calibrate_confidence.py computes: a logistic model, and how good its probabilities
are.
"""

from __future__ import annotations

import attrs
import numpy as np

from vsat_core.artifacts.words import DOUBTFUL
from vsat_plugins.transcribe.word_confidence import probabilities

RIDGE = 1.0  # of the slopes, features at unit variance
STEPS = 50  # of Newton's method, which needs about eight
BINS = 10
LEAST_SURE = 0.1  # of the words


def fitted(features: np.ndarray, right: np.ndarray) -> list[float]:
    """The weights of the most probable logistic model for features float64 (n, k) of words of which
    `right` (bool) are right: bias first. Newton's method (Hastie, Tibshirani and Friedman, "The
    elements of statistical learning", section 4.4.1) with a small ridge.
    """
    mean, spread = features.mean(0), features.std(0)
    spread[spread == 0] = 1.0
    rows = np.column_stack([np.ones(len(features)), (features - mean) / spread])
    penalty = RIDGE * np.eye(rows.shape[1])
    penalty[0, 0] = 0.0
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        p = probabilities(rows[:, 1:], weights)
        gradient = rows.T @ (p - right) + penalty @ weights
        step = np.linalg.solve((rows.T * (p * (1 - p))) @ rows + penalty, gradient)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    slopes = weights[1:] / spread
    return [float(w) for w in (weights[0] - slopes @ mean, *slopes)]


def held_out(features: np.ndarray, right: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The probability of each word by a model fitted to the words of all other groups."""
    out = np.zeros(len(right))
    for name in np.unique(group):
        own = group == name
        out[own] = probabilities(features[own], fitted(features[~own], right[~own]))
    return out


def area(confidence: np.ndarray, right: np.ndarray) -> float:
    """Area under the ROC curve: how often a right word has more confidence than a wrong one."""
    _, place, count = np.unique(confidence, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    n, wrong = int(right.sum()), int((~right).sum())
    return float((rank[right].sum() - n * (n + 1) / 2) / (n * wrong)) if n and wrong else np.nan


def found(confidence: np.ndarray, right: np.ndarray) -> float:
    """The share of wrong words that are among the 10 % least sure."""
    least = np.argsort(confidence, kind="stable")[: round(LEAST_SURE * len(right))]
    return float((~right[least]).sum() / max(1, (~right).sum()))


@attrs.frozen
class Bin:
    """Words of like confidence: how many, their mean confidence, and the share that is right."""

    words: int
    confidence: float
    right: float


def reliability(confidence: np.ndarray, right: np.ndarray) -> list[Bin]:
    """Ten bins of equal width; those without words are left out."""
    which = np.minimum((confidence * BINS).astype(int), BINS - 1)
    own = [which == k for k in range(BINS)]
    return [Bin(int(o.sum()), confidence[o].mean(), right[o].mean()) for o in own if o.any()]


def calibration_error(bins: list[Bin]) -> float:
    """Expected calibration error: the mean distance of confidence and share of right words,
    weighted by words (Guo et al., "On calibration of modern neural networks", ICML 2017, eq. 3).
    """
    total = sum(b.words for b in bins)
    return sum(b.words * abs(b.confidence - b.right) for b in bins) / total


def doubtful(confidence: np.ndarray, right: np.ndarray) -> tuple[float, float, float]:
    """Of the words less sure than DOUBTFUL: their share of all words, the share of them that is
    wrong, and the share of all wrong words among them.
    """
    doubted = confidence < DOUBTFUL
    wrong = int((doubted & ~right).sum())
    return (
        float(doubted.mean()),
        wrong / max(1, int(doubted.sum())),
        wrong / max(1, int((~right).sum())),
    )
