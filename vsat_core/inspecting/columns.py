"""Artifacts of any length gathered into the columns of a picture."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Features
from vsat_core.artifacts.speech import union_of

COLUMNS = 1200  # of a picture over time
MOST_EMBEDDINGS = 1500  # rows of a matrix of similarities
BLOCK = 1 << 22  # samples read together
BLOCK_ROWS = 1 << 16  # frames
FRAME, FRAMES = 512, 4  # samples of a short-time spectrum, and how many of them make a column
FLOOR_DB = -100.0


def bounds_of(total: int, n: int) -> np.ndarray:
    """Where `n` columns begin and the last one ends, int64 (n + 1,)."""
    return (np.arange(n + 1, dtype=np.int64) * total) // n


def envelope(samples: np.ndarray, n: int = COLUMNS) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lowest and highest sample and root mean square of each column, float32 (at most n,)."""
    n = min(n, len(samples))
    low, high, rms = np.zeros((3, n), np.float32)
    bounds = bounds_of(len(samples), max(n, 1))
    step = max(1, BLOCK * n // max(1, len(samples)))
    for first in range(0, n, step):
        last = min(n, first + step)
        block = samples[bounds[first] : bounds[last]]
        starts, widths = bounds[first:last] - bounds[first], np.diff(bounds[first : last + 1])
        low[first:last] = np.minimum.reduceat(block, starts)
        high[first:last] = np.maximum.reduceat(block, starts)
        rms[first:last] = np.sqrt(np.add.reduceat(np.square(block), starts) / widths)
    return low, high, rms


def spectrogram(audio: Audio, n: int = COLUMNS) -> np.ndarray:
    """Mean power of up to four short spectra, evenly spaced in each column: float32 (257, at most
    n), dB of full scale; empty for sound that is shorter than one of them.
    """
    samples = audio.samples
    n = min(n, len(samples) // FRAME)
    if n == 0:
        return np.zeros((FRAME // 2 + 1, 0), np.float32)
    places = np.linspace(0, len(samples) - FRAME, n * FRAMES).astype(np.int64).reshape(n, FRAMES)
    window = np.hanning(FRAME).astype(np.float32)
    power = np.zeros((n, FRAME // 2 + 1), np.float32)
    for k in range(FRAMES):
        for first in range(0, n, 256):
            rows = places[first : first + 256, k]
            frames = np.stack([samples[a : a + FRAME] for a in rows.tolist()]) * window
            power[first : first + 256] += np.abs(np.fft.rfft(frames)) ** 2
    scale = FRAMES * float(window.sum() / 2) ** 2
    return np.maximum(10 * np.log10(power.T / scale + 1e-12), FLOOR_DB).astype(np.float32)


def coverage(start: np.ndarray, end: np.ndarray, total: int, n: int = COLUMNS) -> np.ndarray:
    """The share of each column that lies within any of these segments: float32 (n,)."""
    first, last = union_of(np.asarray(start), np.asarray(end))
    if len(first) == 0 or total <= 0:
        return np.zeros(n, np.float32)
    covered = np.r_[0, np.cumsum(last - first)]
    places = np.stack([first, last], 1).ravel()
    amounts = np.stack([covered[:-1], covered[1:]], 1).ravel()
    bounds = np.linspace(0, total, n + 1)
    inside = np.diff(np.interp(bounds, places, amounts, left=0)) / np.diff(bounds)
    return inside.astype(np.float32)


def means(place: np.ndarray, value: np.ndarray, total: int, n: int = COLUMNS) -> np.ndarray:
    """The mean of the values whose places (0 to `total`) lie in each column: float32 (n,), NaN
    where there is none.
    """
    known = ~np.isnan(value)
    column = np.clip(place[known] * n // max(1, total), 0, n - 1).astype(np.int64)
    number = np.bincount(column, minlength=n)
    sums = np.bincount(column, value[known], n)
    return np.where(number > 0, sums / np.maximum(number, 1), np.nan).astype(np.float32)


def frame_columns(features: Features, total: int, n: int = COLUMNS) -> np.ndarray:
    """The mean frame of each column: float32 (n_bins, n), NaN where there is no frame."""
    frames, n_bins = features.frames, features.frames.shape[1]
    sums, number = np.zeros((n, n_bins)), np.zeros(n)
    for first in range(0, len(frames), BLOCK_ROWS):
        row = np.arange(first, min(first + BLOCK_ROWS, len(frames)))
        span = np.searchsorted(features.offsets, row, "right") - 1
        place = features.start[span] + (row - features.offsets[span]) * features.hop
        column = np.clip(place * n // max(1, total), 0, n - 1)
        runs = np.flatnonzero(np.r_[True, np.diff(column) != 0])
        block = frames[first : first + BLOCK_ROWS]
        np.add.at(sums, column[runs], np.add.reduceat(block, runs, axis=0, dtype=np.float64))
        np.add.at(number, column[runs], np.diff(np.r_[runs, len(row)]))
    found = np.full((n, n_bins), np.nan)
    np.divide(sums, number[:, None], out=found, where=number[:, None] > 0)
    return found.T.astype(np.float32)


def similarities(vectors: np.ndarray, most: int = MOST_EMBEDDINGS) -> tuple[np.ndarray, int]:
    """The cosine similarity of each two embeddings, float32 (n, n); of more than `most`, the mean
    similarity of each two groups of neighbours, and how many are in a group.

    The mean over all pairs of two groups is the product of the groups' mean unit vectors.
    """
    size = max(1, -(-len(vectors) // most))
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.maximum(length, 1e-12)
    starts = np.arange(0, len(vectors), size)
    if size > 1:
        counts = np.diff(np.r_[starts, len(vectors)])[:, None]
        unit = np.add.reduceat(unit, starts, axis=0) / counts
    return (unit @ unit.T).astype(np.float32), size


def seconds_of(n_samples: int) -> float:
    """Samples as seconds."""
    return n_samples / SAMPLE_RATE
