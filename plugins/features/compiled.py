"""What `numba` techniques share: eight windows at a time, from samples to frames within the nearest
cache.
"""

from typing import NamedTuple

import numpy as np
from numba import float32

from vsat_plugins._kernels.fft import Plan, plan_of, power_lines, transform
from vsat_plugins._kernels.jit import jit
from vsat_plugins._kernels.parallel import OnThreads
from vsat_plugins._kernels.simd import WIDTH, every, larger, load, log, store, transpose
from vsat_plugins.features.frontend import Compute, Extractor, FrontEnd


class Tables(NamedTuple):
    """A front end as the compiled code takes it."""

    plan: Plan
    shape: np.ndarray  # float32 (window,), halved: a transform gives every line doubled
    emphasis: np.float32
    centred: bool
    floor: np.float32  # 0 for no logarithm
    lowest: np.ndarray  # int64 (n_bins,): first line of each filter
    ends: np.ndarray  # int64 (n_bins + 1,): where the filters lie in `weights`
    weights: np.ndarray  # float32: the filters without their zeros, one after the other


def tables_of(front: FrontEnd) -> Tables:
    """Filters are cut to where they are not zero."""
    lowest, ends, weights = [], [0], []
    for column in front.filters.astype(np.float32).T:
        inside = np.flatnonzero(column)
        lowest.append(inside[0])
        weights.append(column[inside[0] : inside[-1] + 1])
        ends.append(ends[-1] + len(weights[-1]))
    return Tables(
        plan_of(front.n_fft),
        (front.shape / 2).astype(np.float32),
        np.float32(front.emphasis),
        front.centred,
        np.float32(front.floor or 0),
        np.array(lowest, np.int64),
        np.array(ends, np.int64),
        np.concatenate(weights),
    )


@jit
def frames_of(samples, first, tables, out):
    """Fill out float32 (n, n_bins) with the frames of the windows of `samples` that begin at
    `first` int64 (n,).
    """
    n, n_bins, flat = len(first), out.shape[1], out.reshape(-1)
    columns, rows, to = (
        np.arange(WIDTH) * WIDTH,
        np.empty(WIDTH, np.int64),
        np.empty(WIDTH, np.int64),
    )
    z = np.empty(2 * len(tables.plan.order) * WIDTH, np.float32)
    power = np.empty((len(tables.plan.order) + 1) * WIDTH, np.float32)
    frame = np.empty(n_bins * WIDTH, np.float32)
    for begin in range(0, n, WIDTH):
        for i in range(WIDTH):
            row = min(begin + i, n - 1)  # the last window again where there are no eight
            rows[i], to[i] = first[row], row * n_bins
        for k in range(0, len(tables.shape), WIDTH):
            transpose(samples, rows, k, z, columns, k * WIDTH)
        shape_windows(z, tables)
        transform(z, tables.plan)
        power_lines(z, tables.plan, power)
        sum_lines(power, tables, frame)
        for b in range(0, n_bins, WIDTH):
            transpose(frame, columns, b * WIDTH, flat, to, b)


@jit
def shape_windows(z, tables):
    """What happens to eight windows before their transform, in place."""
    n, shape = len(tables.shape), tables.shape
    mean = every(float32(0))
    if tables.centred:
        a = b = c = d = mean
        for k in range(0, n * WIDTH, 4 * WIDTH):
            a, b = a + load(z, k), b + load(z, k + WIDTH)
            c, d = c + load(z, k + 2 * WIDTH), d + load(z, k + 3 * WIDTH)
        mean = ((a + b) + (c + d)) * every(float32(1 / n))
    emphasis = every(tables.emphasis)
    before = load(z, 0) - mean
    for k in range(n):
        x = load(z, k * WIDTH) - mean
        store(z, k * WIDTH, (x - emphasis * before) * every(shape[k]))
        before = x
    z[n * WIDTH :] = 0


@jit
def sum_lines(power, tables, frame):
    """Power through the filters, and its logarithm if there is a floor; `frame` flat float32
    (n_bins, 8).
    """
    floor = every(tables.floor)
    for b in range(len(tables.lowest)):
        line, total = tables.lowest[b] * WIDTH, every(float32(0))
        for k in range(tables.ends[b], tables.ends[b + 1]):
            total = total + load(power, line) * every(tables.weights[k])
            line += WIDTH
        store(frame, b * WIDTH, log(larger(total, floor)) if tables.floor > 0 else total)


class Compiled(OnThreads, Extractor):
    """Blocks of windows on several threads."""

    def prepare(self) -> None:
        """Compile, or load what was compiled before."""
        samples = np.zeros(512, np.float32)
        samples.flags.writeable = False  # as those of an Audio are
        self.compute()(samples, np.zeros(1, np.int64), np.empty((1, self.front.n_bins), np.float32))

    def compute(self) -> Compute:
        tables = tables_of(self.front)
        return lambda samples, first, out: frames_of(samples, first, tables, out)
