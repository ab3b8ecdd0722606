"""The compiled gate: eight strips of a recording at a time, each frame by frame, as
`gate.baseline` goes.

A strip begins a few frames early, so that it needs nothing of its neighbours: every sample is the
sum of the same four frames in the same order, however the recording is cut into strips.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import float32

from vsat_plugins._kernels.fft import PAIR, Plan, pair, plan_of, put, transform, unpacked
from vsat_plugins._kernels.jit import jit
from vsat_plugins._kernels.simd import WIDTH, every, larger, load, log, smaller, store, transpose
from vsat_plugins.enhance.gate import HOP, NEAR_BINS, NEAR_FRAMES, OVERLAP_SUM, SHUT_DB, TINY
from vsat_plugins.enhance.levels import N_BINS, WINDOW, sqrt_hann

FRAMES = WINDOW // HOP  # that a sample lies in
MEAN_OVER = 2 * NEAR_FRAMES + 1
EARLY = 2 * NEAR_FRAMES + FRAMES - 1  # steps before the first sample of a strip is complete
ROW = N_BINS * WIDTH
# of one bin in the mean of its neighbourhood
SHARE = np.float32(1 / (MEAN_OVER * (2 * NEAR_BINS + 1)))


class Tables(NamedTuple):
    """A gate as the compiled code takes it."""

    plan: Plan
    window: np.ndarray  # float32 (WINDOW,), halved: a transform gives every line doubled
    # float32 (WINDOW,), for what the transform back gives: 512 times the sound, odd negated
    synthesis: np.ndarray
    slope: np.float32  # openings are slope * ln(power) + offset, between 0 and 1
    offset: np.ndarray  # float32 (N_BINS,)
    floor: np.float32


def tables_of(
    noise_squares: np.ndarray, gain: float, reduction_db: float, open_db: float
) -> Tables:
    """`noise_squares` as in `gate.Noisy`."""
    synthesis = sqrt_hann() * gain / OVERLAP_SUM / WINDOW
    synthesis[1::2] *= -1
    ramp_db, noise_db = open_db - SHUT_DB, 10 * np.log10(noise_squares + TINY)
    return Tables(
        plan_of(WINDOW),
        (sqrt_hann() / 2).astype(np.float32),
        synthesis.astype(np.float32),
        np.float32(10 / np.log(10) / ramp_db),
        (-(noise_db + SHUT_DB) / ramp_db).astype(np.float32),
        np.float32(10 ** (-reduction_db / 20)),
    )


@jit
def gate_strips(sound, first, n_frames, hops, tables, out):
    """Gate eight strips of `hops` HOPs each, into out float32 (8 * hops * HOP,).

    Of the `n_frames` of the recording, frame `first` is that in which the first sample of the first
    strip comes last; `sound` float32 begins with the frame NEAR_FRAMES before it.
    """
    lanes, rows = np.arange(WIDTH), np.empty(WIDTH, np.int64)
    columns, strips = lanes * WIDTH, lanes * (hops * HOP)
    z, emitted = np.empty(WINDOW * WIDTH, np.float32), np.empty(HOP * WIDTH, np.float32)
    sums = np.zeros(WINDOW * WIDTH, np.float32)
    mask = np.empty((N_BINS + 2 * NEAR_BINS) * WIDTH, np.float32)
    spectra = np.empty((NEAR_FRAMES + 1, 2 * ROW), np.float32)
    openings = np.empty((MEAN_OVER, ROW), np.float32)
    for step in range(hops + EARLY):
        for i in range(WIDTH):
            frame = first - NEAR_FRAMES + i * hops + step  # the ends repeat
            rows[i] = (min(max(frame, 0), n_frames - 1) - first + NEAR_FRAMES) * HOP
        for k in range(0, WINDOW, WIDTH):
            transpose(sound, rows, k, z, columns, k * WIDTH)
        for k in range(WINDOW):
            store(z, k * WIDTH, load(z, k * WIDTH) * every(tables.window[k]))
        transform(z, tables.plan)
        take_apart(z, tables, spectra[step % (NEAR_FRAMES + 1)], openings[step % MEAN_OVER])
        if step >= 2 * NEAR_FRAMES:
            middle = spectra[(step - NEAR_FRAMES) % (NEAR_FRAMES + 1)]
            shut(middle, openings, (step + 1) % MEAN_OVER, mask, tables)
            pack(middle, tables, z)
            transform(z, tables.plan)
            add(z, tables, sums, emitted)
        if step >= EARLY:
            for k in range(0, HOP, WIDTH):
                transpose(emitted, columns, k * WIDTH, out, strips, (step - EARLY) * HOP + k)


@jit
def take_apart(z, tables, spectrum, opening):
    """Lines, flat float32 (N_BINS, real and imaginary, 8), and openings, (N_BINS, 8), of a
    transformed `z`.
    """
    n, two, none = N_BINS - 1, every(float32(2)), every(float32(0))
    x, y = pair(z, 0)
    keep(0, two * (x + y), none, tables, spectrum, opening)
    keep(n, two * (x - y), none, tables, spectrum, opening)
    for k in range(1, n // 2 + 1):
        ax, ay, bx, by = unpacked(z, tables.plan, k)
        keep(k, ax, ay, tables, spectrum, opening)
        keep(n - k, bx, by, tables, spectrum, opening)


@jit
def keep(k, x, y, tables, spectrum, opening):
    """Line k and how far it opens the gate: not where it is noise, wholly `open_db` above, between
    on a ramp.
    """
    put(spectrum, k * PAIR, x, y)
    power = x * x + y * y + every(float32(TINY))
    above = log(power) * every(tables.slope) + every(tables.offset[k])
    store(opening, k * WIDTH, smaller(larger(above, every(float32(0))), every(float32(1))))


@jit
def shut(spectrum, openings, oldest, mask, tables):
    """Multiply lines by the mask: between the floor and 1, by the mean opening of the neighbours in
    time and pitch.
    """
    for k in range(N_BINS):
        total = load(openings[oldest], k * WIDTH)
        for later in range(1, MEAN_OVER):
            total = total + load(openings[(oldest + later) % MEAN_OVER], k * WIDTH)
        store(mask, (k + NEAR_BINS) * WIDTH, total)
    for k in range(NEAR_BINS):  # the ends repeat
        store(mask, k * WIDTH, load(mask, NEAR_BINS * WIDTH))
        store(mask, (N_BINS + NEAR_BINS + k) * WIDTH, load(mask, (N_BINS + NEAR_BINS - 1) * WIDTH))
    floor, rest = every(tables.floor), every((float32(1) - tables.floor) * SHARE)
    for k in range(N_BINS):
        total = load(mask, k * WIDTH)
        for near in range(1, 2 * NEAR_BINS + 1):
            total = total + load(mask, (k + near) * WIDTH)
        passes = floor + rest * total
        x, y = pair(spectrum, k * PAIR)
        put(spectrum, k * PAIR, x * passes, y * passes)


@jit
def pack(spectrum, tables, z):
    """The lines of eight real windows as N_BINS - 1 complex numbers, conjugated, so that
    `transform` goes back.

    The reverse of `unpacked`: twice Z = E + iO, where E and O are the lines of the even and the odd
    samples.
    """
    n = N_BINS - 1
    first, last = load(spectrum, 0), load(spectrum, n * PAIR)
    put(z, 0, first + last, last - first)
    for k in range(1, n // 2 + 1):
        a, b = k * PAIR, (n - k) * PAIR
        (ax, ay), (bx, by) = pair(spectrum, a), pair(spectrum, b)
        ex, ey, dx, dy = ax + bx, ay - by, ax - bx, ay + by
        c, s = every(tables.plan.lines[k, 0]), every(tables.plan.lines[k, 1])
        ox, oy = dx * c + dy * s, dy * c - dx * s
        put(z, a, ex - oy, every(float32(0)) - ey - ox)
        put(z, b, ex + oy, ey - ox)


@jit
def add(z, tables, sums, emitted):
    """Add a frame that was transformed back to `sums`, and move its first HOP samples, now
    complete, to `emitted`.
    """
    for m in range(WINDOW // 2):
        at = tables.plan.order[m]
        for part in range(2):
            k = 2 * m + part
            total = load(sums, k * WIDTH) + load(z, at + part * WIDTH) * every(tables.synthesis[k])
            if k < HOP:
                store(emitted, k * WIDTH, total)
            else:
                store(sums, (k - HOP) * WIDTH, total)
    sums[(WINDOW - HOP) * WIDTH :] = 0
