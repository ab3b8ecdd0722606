"""Layers of transformers in plain NumPy; float32 throughout."""

from __future__ import annotations

import numpy as np

from vsat_plugins.transcribe.greedy import EPSILON, turning_rates

Turn = tuple[np.ndarray, np.ndarray]

# the probability that a normal variable is above x >= 0: (a1 t + .. + a5 t^5) exp(-x x / 2) for
# t = 1 / (1 + p x), within 1e-7: Abramowitz and Stegun, "Handbook of mathematical functions",
# 26.2.17
P = np.float32(0.2316419)
SERIES = [
    np.float32(a) / np.float32(np.sqrt(2 * np.pi))
    for a in (1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.319381530)
]


def normed(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Each row at mean 0 and variance 1, then scaled."""
    apart = x - x.mean(-1, keepdims=True)
    variance = np.square(apart).mean(-1, keepdims=True)
    apart /= np.sqrt(variance + np.float32(EPSILON))
    apart *= weight
    return apart


def gelu(x: np.ndarray) -> np.ndarray:
    """x times the probability that a normal variable is below it."""
    size = np.abs(x)
    t = 1 / (1 + P * size)
    above = SERIES[0] * t
    for a in SERIES[1:]:
        above += a
        above *= t
    above *= np.exp(np.square(size) * np.float32(-0.5))
    above *= size
    return np.maximum(x, 0) - above


def turn_at(places: np.ndarray) -> Turn:
    """Cosine and sine by which the values of a head turn at these places (n,), frames or tokens:
    each (n, HEAD_SIZE).
    """
    angles = (places[:, None] * turning_rates()).astype(np.float32)
    return np.cos(angles), np.sin(angles)


def turned(x: np.ndarray, turn: Turn) -> np.ndarray:
    """Neighbouring values of x (..., n, HEAD_SIZE) turned in pairs."""
    across = np.stack([-x[..., 1::2], x[..., ::2]], -1).reshape(x.shape)
    return x * turn[0] + across * turn[1]


def attended(
    query: np.ndarray, key: np.ndarray, value: np.ndarray, hide: np.ndarray | None = None
) -> np.ndarray:
    """What queries (..., n, size) take from values (..., m, size) by their keys; `hide` is added to
    the scores (..., n, m).
    """
    scores = query @ key.swapaxes(-1, -2)
    if hide is not None:
        scores += hide
    scores -= scores.max(-1, keepdims=True)
    weights = np.exp(scores, out=scores)
    return (weights @ value) / weights.sum(-1, keepdims=True)
