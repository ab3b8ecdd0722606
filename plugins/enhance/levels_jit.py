"""The compiled pass behind `environment.measure`: short-time spectra summed by the level of their
frame.
"""

from __future__ import annotations

import numpy as np
from numba import float32

from vsat_plugins._kernels.fft import jit, power_lines, transform
from vsat_plugins._kernels.simd import WIDTH, every, larger, load, store, turn

WINDOW = 512  # samples, 32 ms
MEASURE_HOP = WINDOW // 2
N_BINS = WINDOW // 2 + 1
LOWEST_DBFS, HIGHEST_DBFS, STEP_DB = -200.0, 60.0, 0.5  # of the table of levels
HUM_BINS = 3  # bins below 94 Hz (hum, rumble) do not count as level
PADDED = -(-N_BINS // WIDTH) * WIDTH


@jit
def sum_frames(samples, first, last, plan, window, scale, counts, power, spectra):
    """Add frames first..last of `samples` to the rows of their levels, as `environment.Levels`
    describes them.

    `window` float32 (WINDOW,) is halved, `scale` makes a mean square of a sum of squared lines.
    Returns the largest absolute sample. Frames are added one after the other: how they are cut into
    blocks does not show.
    """
    rows, spaced, apart = (
        np.empty(WIDTH, np.int64),
        np.arange(WIDTH) * WIDTH,
        np.arange(WIDTH) * PADDED,
    )
    z, lines = np.empty(WINDOW * WIDTH, np.float32), np.zeros(PADDED * WIDTH, np.float32)
    squares = np.empty(PADDED * WIDTH, np.float32)
    loudest, extremes, sums = (
        every(float32(0)),
        np.empty(WIDTH, np.float32),
        np.empty(WIDTH, np.float32),
    )
    for begin in range(first, last, WIDTH):
        for i in range(WIDTH):
            rows[i] = min(begin + i, last - 1) * MEASURE_HOP
        for k in range(0, WINDOW, WIDTH):
            turn(samples, rows, k, z, spaced, k * WIDTH)
        loudest = larger(loudest, centre(z, window))
        transform(z, plan)
        power_lines(z, plan, lines)
        store(sums, 0, sum_above_hum(lines))
        for k in range(0, PADDED, WIDTH):
            turn(lines, spaced, k * WIDTH, squares, apart, k)
        for i in range(min(WIDTH, last - begin)):
            mean_square = np.float64(sums[i]) * scale
            place = (10 * np.log10(max(mean_square, 1e-30)) - LOWEST_DBFS) / STEP_DB
            row = int(min(max(place, 0.0), len(counts) - 1.0))
            counts[row] += 1
            power[row] += mean_square
            for k in range(N_BINS):
                spectra[row, k] += np.float64(squares[i * PADDED + k])
    store(extremes, 0, loudest)
    return extremes.max()


@jit
def centre(z, window):
    """Take its mean from each of eight windows and shape it, in place; the largest absolute sample
    of each.
    """
    zero = every(float32(0))
    a, b, high, low = zero, zero, zero, zero
    for k in range(0, WINDOW * WIDTH, 2 * WIDTH):
        x, y = load(z, k), load(z, k + WIDTH)
        a, b = a + x, b + y
        high, low = larger(high, larger(x, y)), larger(low, larger(zero - x, zero - y))
    mean = (a + b) * every(float32(1 / WINDOW))
    for k in range(WINDOW):
        store(z, k * WIDTH, (load(z, k * WIDTH) - mean) * every(window[k]))
    return larger(high, low)


@jit
def sum_above_hum(lines):
    """Of the lines of eight windows, each window's sum from HUM_BINS on."""
    a = b = c = every(float32(0))
    d = load(lines, (N_BINS - 2) * WIDTH) + load(lines, (N_BINS - 1) * WIDTH)
    for k in range(HUM_BINS * WIDTH, (N_BINS - 2) * WIDTH, 4 * WIDTH):
        a, b = a + load(lines, k), b + load(lines, k + WIDTH)
        c, d = c + load(lines, k + 2 * WIDTH), d + load(lines, k + 3 * WIDTH)
    return (a + b) + (c + d)
