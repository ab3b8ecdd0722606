"""`levels.add_frames` compiled."""

from __future__ import annotations

import numpy as np
from numba import float32

from vsat_plugins._kernels.fft import plan_of, power_lines, transform
from vsat_plugins._kernels.jit import jit
from vsat_plugins._kernels.simd import WIDTH, every, load, store, transpose
from vsat_plugins.enhance.levels import (
    HANN,
    HUM_BINS,
    LOWEST_DBFS,
    MEAN_SQUARE,
    MEASURE_HOP,
    N_BINS,
    STEP_DB,
    WINDOW,
    Levels,
)

PADDED = -(-N_BINS // WIDTH) * WIDTH
HALF_HANN = (HANN / 2).astype(np.float32)  # a transform gives every line doubled
PLAN = plan_of(WINDOW)


def add_frames(samples: np.ndarray, first: int, last: int, levels: Levels) -> None:
    """As `levels.add_frames`, in float32."""
    sum_frames(samples, first, last, PLAN, HALF_HANN, levels.counts, levels.power, levels.spectra)


def compile_levels() -> None:
    """Compile, or load what was compiled before."""
    samples = np.zeros(WINDOW, np.float32)
    samples.flags.writeable = False
    add_frames(samples, 0, 1, Levels.empty())


@jit
def sum_frames(samples, first, last, plan, window, counts, power, spectra):
    """Frames are added one after the other: how they are cut into blocks changes nothing."""
    lanes, rows = np.arange(WIDTH), np.empty(WIDTH, np.int64)
    columns, of_window = lanes * WIDTH, lanes * PADDED
    z, lines = np.empty(WINDOW * WIDTH, np.float32), np.zeros(PADDED * WIDTH, np.float32)
    squares = np.empty(PADDED * WIDTH, np.float32)
    sums = np.empty(WIDTH, np.float32)
    for begin in range(first, last, WIDTH):
        for i in range(WIDTH):
            rows[i] = min(begin + i, last - 1) * MEASURE_HOP
        for k in range(0, WINDOW, WIDTH):
            transpose(samples, rows, k, z, columns, k * WIDTH)
        centre(z, window)
        transform(z, plan)
        power_lines(z, plan, lines)
        store(sums, 0, sum_above_hum(lines))
        for k in range(0, PADDED, WIDTH):
            transpose(lines, columns, k * WIDTH, squares, of_window, k)
        for i in range(min(WIDTH, last - begin)):
            mean_square = np.float64(sums[i]) * MEAN_SQUARE
            place = (10 * np.log10(max(mean_square, 1e-30)) - LOWEST_DBFS) / STEP_DB
            row = int(min(max(place, 0.0), len(counts) - 1.0))
            counts[row] += 1
            power[row] += mean_square
            for k in range(N_BINS):
                spectra[row, k] += np.float64(squares[i * PADDED + k])


@jit
def centre(z, window):
    """Take its mean from each of eight windows and shape it, in place."""
    a = b = every(float32(0))
    for k in range(0, WINDOW * WIDTH, 2 * WIDTH):
        a, b = a + load(z, k), b + load(z, k + WIDTH)
    mean = (a + b) * every(float32(1 / WINDOW))
    for k in range(WINDOW):
        store(z, k * WIDTH, (load(z, k * WIDTH) - mean) * every(window[k]))


@jit
def sum_above_hum(lines):
    """Of the lines of eight windows, each window's sum from HUM_BINS on."""
    a = b = c = every(float32(0))
    d = load(lines, (N_BINS - 2) * WIDTH) + load(lines, (N_BINS - 1) * WIDTH)
    for k in range(HUM_BINS * WIDTH, (N_BINS - 2) * WIDTH, 4 * WIDTH):
        a, b = a + load(lines, k), b + load(lines, k + WIDTH)
        c, d = c + load(lines, k + 2 * WIDTH), d + load(lines, k + 3 * WIDTH)
    return (a + b) + (c + d)
