"""Matrix products for small networks, compiled by numba: out += rows of a @ weights.

A library's product of a few rows spends most of its time on preparing itself. Here the weights are
packed once, in panels of COLUMNS outputs, and a tile of six rows by one panel (twelve of sixteen
registers) is summed while the depth is walked (Goto and van de Geijn, "Anatomy of High-Performance
Matrix Multiplication", 2008). Rows of `a` may lie closer together than they are long, so that a
convolution is a product whose rows overlap, and nothing is copied.

An output is the sum over the depth from first to last, whatever rows are computed next to it:
answers do not depend on how windows are batched or on the number of threads.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import types

from vsat_plugins._kernels.jit import jit
from vsat_plugins._kernels.simd import (
    FUSED,
    I64,
    VECTOR,
    WIDTH,
    everywhere,
    flat_data,
    intrinsic,
    vector_at,
)

COLUMNS = 16  # outputs of a panel
ROW_BLOCK = 96  # rows that a panel of weights meets before the next one is fetched
# outputs of a panel for a single row, where more sums at a time hide the time that one takes
WIDE = 64


# untyped: llvmlite has no types, and what numba compiles is called with other arguments
def _emit(builder, rows, vectors, a, lda, w, depth, out, ldo):
    """The tile's loop over the depth; `a`, `w` and `out` point at its first elements, depth is at
    least 1.
    """

    def number(n):
        return ir.Constant(I64, n)

    row_of = [builder.gep(a, [builder.mul(lda, number(r))]) for r in range(rows)]
    target = [
        vector_at(builder, out, builder.add(builder.mul(ldo, number(r)), number(v * WIDTH)))
        for r in range(rows)
        for v in range(vectors)
    ]
    start = [builder.load(t, align=4) for t in target]
    before = builder.block
    loop, after = (builder.append_basic_block(name) for name in ("depth", "after"))
    builder.branch(loop)
    builder.position_at_end(loop)
    k, sums = builder.phi(I64), [builder.phi(VECTOR) for _ in target]
    panel = builder.mul(k, number(vectors * WIDTH))
    weights = [
        builder.load(vector_at(builder, w, builder.add(panel, number(v * WIDTH))), align=4)
        for v in range(vectors)
    ]
    inputs = [everywhere(builder, builder.load(builder.gep(row, [k]))) for row in row_of]
    products = [builder.fmul(x, y, flags=FUSED) for x in inputs for y in weights]
    added = [builder.fadd(s, p, flags=FUSED) for s, p in zip(sums, products, strict=True)]
    following = builder.add(k, number(1))
    for phi, first, again in zip([k, *sums], [number(0), *start], [following, *added], strict=True):
        phi.add_incoming(first, before)
        phi.add_incoming(again, loop)
    builder.cbranch(builder.icmp_signed("<", following, depth), loop, after)
    builder.position_at_end(after)
    for value, t in zip(added, target, strict=True):
        builder.store(value, t, align=4)


def _tile(rows, vectors):
    """tile(a, a0, lda, w, w0, depth, out, out0, ldo): flat float32 arrays, where each begins, and
    from row to row.
    """

    @intrinsic
    def tile(typing, a, a0, lda, w, w0, depth, out, out0, ldo):
        n = types.int64

        def codegen(context, builder, sig, args):
            begin_a, begin_w, begin_out = (
                builder.gep(flat_data(context, builder, sig.args[i], args[i]), [args[i + 1]])
                for i in (0, 3, 6)
            )
            _emit(builder, rows, vectors, begin_a, args[2], begin_w, args[5], begin_out, args[8])
            return context.get_dummy_value()

        return types.void(a, n, n, w, n, n, out, n, n), codegen

    return tile


_six, _two, _one = (_tile(rows, COLUMNS // WIDTH) for rows in (6, 2, 1))
_wide = _tile(1, WIDE // WIDTH)


@jit
def add_product(a, a0, lda, w, depth, out, out0, ldo, rows):
    """out[r, :] += a[r, :depth] @ weights, for flat float32 arrays that begin at a0 and out0, lda
    and ldo apart a row.

    `w` is `packed(weights)`; out has as many columns as that pads to.
    """
    for first in range(0, rows, ROW_BLOCK):
        last = min(rows, first + ROW_BLOCK)
        for panel in range(len(w) // (depth * COLUMNS)):
            w0, o0 = panel * depth * COLUMNS, out0 + panel * COLUMNS
            r = first
            while r + 6 <= last:
                _six(a, a0 + r * lda, lda, w, w0, depth, out, o0 + r * ldo, ldo)
                r += 6
            while r + 2 <= last:
                _two(a, a0 + r * lda, lda, w, w0, depth, out, o0 + r * ldo, ldo)
                r += 2
            if r < last:
                _one(a, a0 + r * lda, lda, w, w0, depth, out, o0 + r * ldo, ldo)


@jit
def add_product_of_row(a, a0, w, depth, out, out0):
    """out += a @ weights for one row of each; `w` is `packed(weights, WIDE)`."""
    for panel in range(len(w) // (depth * WIDE)):
        _wide(a, a0, 0, w, panel * depth * WIDE, depth, out, out0 + panel * WIDE, 0)


@jit
def fill(values, out, out0):
    """Copy values into flat `out` from out0 on. To assign a slice would cost seconds: numba
    compiles its messages.
    """
    place = out[out0 : out0 + len(values)]
    for i in range(len(place)):
        place[i] = values[i]


def linear(values: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """values (rows, width) @ weights + bias: float32 (rows, length of the bias)."""
    out = np.tile(bias, (len(values), 1))
    width = values.shape[1]
    add_product(
        values.reshape(-1), 0, width, weights, width, out.reshape(-1), 0, len(bias), len(values)
    )
    return out


def packed(weights: np.ndarray, columns: int = COLUMNS) -> np.ndarray:
    """Weights (outputs, depth) as `add_product` wants them: float32, panel by panel of `columns`
    outputs, depth first.

    Outputs are padded with zeros to a multiple of `columns`.
    """
    padded = np.pad(weights, ((0, -len(weights) % columns), (0, 0)))
    panels = padded.reshape(-1, columns, weights.shape[1]).transpose(0, 2, 1)
    return np.ascontiguousarray(panels, np.float32).reshape(-1)
