"""The gates of an LSTM and the logistic function they need, compiled by numba, several units at a
time.
"""

import numpy as np
from llvmlite import ir
from numba import float32, int32, types

from vsat_plugins._kernels.jit import fused
from vsat_plugins._kernels.simd import intrinsic

LOG2_E = np.float32(1.4426950408889634)
# ln 2 in two parts: the first has few digits, so that its multiples are exact
LN2_HIGH, LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
LARGEST = np.float32(87.0)  # e to this power still is a number
# of e**x: off by 5e-9 at ln(2) / 2
SERIES = tuple(np.float32(1 / f) for f in (5040, 720, 120, 24, 6, 2, 1, 1))


@intrinsic
def _float_of_bits(typing, bits):
    """The float32 that 32 bits mean."""

    def codegen(context, builder, sig, args):
        return builder.bitcast(args[0], ir.FloatType())

    return types.float32(types.int32), codegen


@fused
def logistic(x):
    """1 / (1 + exp(-x)) of a float32, within 1.2e-7."""
    y = min(max(-x, -LARGEST), LARGEST)
    halvings = np.floor(y * LOG2_E + float32(0.5))
    r = y - halvings * LN2_HIGH - halvings * LN2_LOW
    e = SERIES[0]
    for k in range(1, len(SERIES)):
        e = e * r + SERIES[k]
    return float32(1) / (
        float32(1) + e * _float_of_bits((int32(halvings) + int32(127)) << int32(23))
    )


@fused
def tanh(x):
    """Of a float32, by the logistic function."""
    return float32(2) * logistic(float32(2) * x) - float32(1)


@fused
def step(sums, cell, out):
    """One step of an LSTM (Hochreiter and Schmidhuber 1997, with forget gates): changes `cell`,
    writes `out`.

    `sums` float32 (4 units,): what enters the gates input, forget, candidate, output, in this
    order.
    """
    n = len(cell)
    enter, forget, candidate, leave = sums[:n], sums[n:], sums[2 * n :], sums[3 * n :]
    for u in range(n):
        kept = logistic(forget[u]) * cell[u] + logistic(enter[u]) * tanh(candidate[u])
        cell[u] = kept
        out[u] = logistic(leave[u]) * tanh(kept)
