"""Fourier transforms of eight real windows at once, compiled by numba.

A window of n samples is taken for n / 2 complex numbers, transformed in place by decimation in
frequency with butterflies of radix 5, 4 and 2 (Cooley and Tukey 1965; Gentleman and Sande 1966),
and taken apart into its n / 2 + 1 lines (Sorensen, Jones, Heideman and Burrus, "Real-valued fast
Fourier transform algorithms", IEEE Trans. ASSP 35, 1987). Numbers lie as (n / 2, real and
imaginary, 8 windows) in one flat float32 array, so that each step is the same for eight windows at
once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import float32

from vsat_plugins._kernels.jit import jit
from vsat_plugins._kernels.simd import WIDTH, every, load, store

PAIR = 2 * WIDTH  # floats from one complex number to the next
COS_1, COS_2 = (np.float32(np.cos(2 * np.pi * k / 5)) for k in (1, 2))
SIN_1, SIN_2 = (np.float32(np.sin(2 * np.pi * k / 5)) for k in (1, 2))


class Plan(NamedTuple):
    """What a transform of n real numbers needs to know: arrays that do not depend on the sound."""

    radices: np.ndarray  # int64, whose product is n / 2
    turns: np.ndarray  # float32: for each pass its twiddle factors, real and imaginary
    order: np.ndarray  # int64 (n / 2,): where line k ends up, in floats
    lines: np.ndarray  # float32 (n / 2 + 1, 2): exp(-2 pi i k / n)


def plan_of(n: int) -> Plan:
    """For n = 2 times a product of 2, 4 and 5.

    >>> plan_of(400).radices
    array([5, 5, 4, 2])
    """
    rest, radices = n // 2, []
    for radix in (5, 4, 2):
        while rest % radix == 0:
            radices.append(radix)
            rest //= radix
    turns, order, length = [], np.zeros(1, np.int64), n // 2
    for radix in radices:
        angles = np.outer(np.arange(length // radix), np.arange(1, radix)) / length
        turns.append(np.exp(-2j * np.pi * angles).reshape(-1))
        length //= radix
    for radix in reversed(radices):  # number radix * q + j of a transform is number q of its part j
        order = (order[:, None] + np.arange(radix) * len(order)).reshape(-1)
    lines = np.exp(-2j * np.pi * np.arange(n // 2 + 1) / n)
    flat = np.concatenate(turns)
    return Plan(np.array(radices, np.int64), _pairs(flat).reshape(-1), order * PAIR, _pairs(lines))


def _pairs(numbers: np.ndarray) -> np.ndarray:
    return np.stack((numbers.real, numbers.imag), axis=1).astype(np.float32)


@jit
def transform(z, plan):
    """In place; line k of n / 2 complex numbers ends at plan.order[k]."""
    length, turns = len(z) // PAIR, 0
    for radix in plan.radices:
        if radix == 4:
            _fours(z, length, plan.turns, turns)
        elif radix == 5:
            _fives(z, length, plan.turns, turns)
        else:
            _twos(z, length, plan.turns, turns)
        length //= radix
        turns += 2 * length * (radix - 1)


@jit
def pair(z, at):
    """Real and imaginary part of the complex number at this place."""
    return load(z, at), load(z, at + WIDTH)


@jit
def put(z, at, x, y):
    """z[at] = x + iy."""
    store(z, at, x)
    store(z, at + WIDTH, y)


@jit
def _put_turned(z, at, x, y, turns, t):
    """z[at] = (x + iy) times the twiddle factor at t."""
    c, s = every(turns[t]), every(turns[t + 1])
    put(z, at, x * c - y * s, x * s + y * c)


@jit
def _twos(z, length, turns, t):
    half = length // 2 * PAIR
    for k in range(length // 2):
        for a in range(k * PAIR, len(z), length * PAIR):
            (ax, ay), (bx, by) = pair(z, a), pair(z, a + half)
            put(z, a, ax + bx, ay + by)
            _put_turned(z, a + half, ax - bx, ay - by, turns, t + 2 * k)


@jit
def _fours(z, length, turns, t):
    quarter = length // 4 * PAIR
    for k in range(length // 4):
        for a in range(k * PAIR, len(z), length * PAIR):
            b, c, d = a + quarter, a + 2 * quarter, a + 3 * quarter
            (ax, ay), (bx, by), (cx, cy), (dx, dy) = pair(z, a), pair(z, b), pair(z, c), pair(z, d)
            sx, sy, ex, ey = ax + cx, ay + cy, ax - cx, ay - cy
            ux, uy, vx, vy = bx + dx, by + dy, bx - dx, by - dy
            put(z, a, sx + ux, sy + uy)
            _put_turned(z, b, ex + vy, ey - vx, turns, t + 6 * k)
            _put_turned(z, c, sx - ux, sy - uy, turns, t + 6 * k + 2)
            _put_turned(z, d, ex - vy, ey + vx, turns, t + 6 * k + 4)


@jit
def _fives(z, length, turns, t):
    fifth = length // 5 * PAIR
    c1, c2, s1, s2 = every(COS_1), every(COS_2), every(SIN_1), every(SIN_2)
    for k in range(length // 5):
        for a in range(k * PAIR, len(z), length * PAIR):
            b, c, d, e = a + fifth, a + 2 * fifth, a + 3 * fifth, a + 4 * fifth
            x, y = load(z, a), load(z, a + WIDTH)
            px, py = load(z, b) + load(z, e), load(z, b + WIDTH) + load(z, e + WIDTH)
            qx, qy = load(z, b) - load(z, e), load(z, b + WIDTH) - load(z, e + WIDTH)
            rx, ry = load(z, c) + load(z, d), load(z, c + WIDTH) + load(z, d + WIDTH)
            ux, uy = load(z, c) - load(z, d), load(z, c + WIDTH) - load(z, d + WIDTH)
            fx, fy = x + c1 * px + c2 * rx, y + c1 * py + c2 * ry
            gx, gy = s1 * qx + s2 * ux, s1 * qy + s2 * uy
            hx, hy = x + c2 * px + c1 * rx, y + c2 * py + c1 * ry
            ix, iy = s2 * qx - s1 * ux, s2 * qy - s1 * uy
            put(z, a, x + px + rx, y + py + ry)
            _put_turned(z, b, fx + gy, fy - gx, turns, t + 8 * k)
            _put_turned(z, c, hx + iy, hy - ix, turns, t + 8 * k + 2)
            _put_turned(z, d, hx - iy, hy + ix, turns, t + 8 * k + 4)
            _put_turned(z, e, fx - gy, fy + gx, turns, t + 8 * k + 6)


@jit
def power_lines(z, plan, power):
    """Squared magnitudes, times 4, of the lines of `z`; flat float32 (n / 2 + 1, 8)."""
    n, two = len(plan.order), every(float32(2))
    x, y = pair(z, 0)
    first, last = two * (x + y), two * (x - y)
    store(power, 0, first * first)
    store(power, n * WIDTH, last * last)
    for k in range(1, n // 2 + 1):
        ax, ay, bx, by = unpacked(z, plan, k)
        store(power, k * WIDTH, ax * ax + ay * ay)
        store(power, (n - k) * WIDTH, bx * bx + by * by)


@jit
def unpacked(z, plan, k):
    """Twice line k and line n / 2 - k of the real window, of a transformed `z`."""
    ax, ay = pair(z, plan.order[k])
    bx, by = pair(z, plan.order[len(plan.order) - k])
    ex, ey, ox, oy = ax + bx, ay - by, ay + by, bx - ax  # of the even samples, and of the odd
    c, s = every(plan.lines[k, 0]), every(plan.lines[k, 1])
    tx, ty = ox * c - oy * s, ox * s + oy * c
    return ex + tx, ey + ty, ex - tx, ty - ey
