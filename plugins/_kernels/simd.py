"""Eight float32 numbers that numba computes with at once: the same step for eight windows of sound.

A compiler makes such vectors of a plain loop only where it can prove that nothing overlaps, which
it seldom can inside a Fourier transform. Here a vector is a value of its own: `load` makes one, + -
* work lane by lane, `store` writes it. Whatever a lane holds, its neighbours do not change: answers
do not depend on which windows go together.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic as numba_intrinsic, models, register_model

WIDTH = 8

# Any: intrinsics are called from compiled code only, with other arguments
intrinsic: Any = numba_intrinsic

I32, I64, F32 = ir.IntType(32), ir.IntType(64), ir.FloatType()
VECTOR, WHOLE = ir.VectorType(F32, WIDTH), ir.VectorType(I32, WIDTH)
ANYTHING = ir.Constant(VECTOR, ir.Undefined)
FUSED = ("contract",)  # a product and a sum may become one instruction
LN_2 = 0.6931471805599453
ROOT_HALF_BITS = 0x3F3504F3  # of the float32 next to the root of a half
# one step of a transposition each, for two rows
PAIRS = ((0, 8, 1, 9, 4, 12, 5, 13), (2, 10, 3, 11, 6, 14, 7, 15))
FOURS = ((0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15))
COLUMNS = (0, 2, 1, 3, 4, 6, 5, 7)  # where they end up
HALVES = ((0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15))


class Lanes(types.Type):
    """The type of a vector inside compiled code; it never leaves it."""

    def __init__(self):
        super().__init__(name="Lanes")


lanes = Lanes()


@register_model(Lanes)
class _Model(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, VECTOR)


def _operator(function, emit):
    """Teach numba what an operator does to two vectors."""

    @infer_global(function)
    class _Template(AbstractTemplate):
        def generic(self, args, kws):
            return signature(lanes, lanes, lanes) if args == (lanes, lanes) else None

    @lower_builtin(function, Lanes, Lanes)
    def _lower(context, builder, sig, args):
        return emit(builder, *args)


_operator(operator.add, lambda builder, a, b: builder.fadd(a, b, flags=FUSED))
_operator(operator.sub, lambda builder, a, b: builder.fsub(a, b, flags=FUSED))
_operator(operator.mul, lambda builder, a, b: builder.fmul(a, b, flags=FUSED))
_operator(operator.truediv, lambda builder, a, b: builder.fdiv(a, b))


def flat_data(context, builder, kind, array):
    """Pointer to the first number of a flat array."""
    return context.make_array(kind)(context, builder, array).data


def vector_at(builder, data, index):
    """Pointer to a vector in flat float32 data."""
    return builder.bitcast(builder.gep(data, [index]), VECTOR.as_pointer())


def everywhere(builder, value):
    """A vector that holds `value` in every lane."""
    one = builder.insert_element(ANYTHING, value, ir.Constant(I32, 0))
    return builder.shuffle_vector(one, ANYTHING, ir.Constant(WHOLE, None))


def _constant(value):
    return ir.Constant(VECTOR, [ir.Constant(F32, value)] * WIDTH)


def _whole(value):
    return ir.Constant(WHOLE, [ir.Constant(I32, value)] * WIDTH)


@intrinsic
def load(typing, array, index):
    """Eight neighbours from array[index]."""

    def codegen(context, builder, sig, args):
        data = flat_data(context, builder, sig.args[0], args[0])
        return builder.load(vector_at(builder, data, args[1]), align=4)

    return lanes(array, types.int64), codegen


@intrinsic
def store(typing, array, index, value):
    """Write eight neighbours to array[index]."""

    def codegen(context, builder, sig, args):
        data = flat_data(context, builder, sig.args[0], args[0])
        builder.store(args[2], vector_at(builder, data, args[1]), align=4)
        return context.get_dummy_value()

    return types.void(array, types.int64, lanes), codegen


@intrinsic
def every(typing, value):
    """One float32 in every lane."""

    def codegen(context, builder, sig, args):
        return everywhere(builder, args[0])

    return lanes(types.float32), codegen


def _extreme(sign):
    @intrinsic
    def extreme(typing, a, b):
        def codegen(context, builder, sig, args):
            return builder.select(builder.fcmp_ordered(sign, *args), *args)

        return lanes(lanes, lanes), codegen

    return extreme


larger, smaller = _extreme(">"), _extreme("<")


@intrinsic
def log(typing, x):
    """Natural logarithm of positive normal numbers, within 1.2e-7 of the larger of 1 and its value.

    x = m * 2**k with m within a factor of root 2 of 1; ln m = 2 atanh(s) for s = (m - 1) / (m + 1),
    by its series, of which |s| < 0.172 leaves out less than 1e-9.
    """

    def codegen(context, builder, sig, args):
        bits = builder.sub(builder.bitcast(args[0], WHOLE), _whole(ROOT_HALF_BITS))
        power = builder.sitofp(builder.ashr(bits, _whole(23)), VECTOR)
        rest = builder.add(builder.and_(bits, _whole(0x007FFFFF)), _whole(ROOT_HALF_BITS))
        m, one = builder.bitcast(rest, VECTOR), _constant(1.0)
        s = builder.fdiv(builder.fsub(m, one), builder.fadd(m, one))
        square, series = builder.fmul(s, s), _constant(2 / 9)
        for term in (2 / 7, 2 / 5, 2 / 3, 2.0):
            series = builder.fadd(
                builder.fmul(series, square, flags=FUSED), _constant(term), flags=FUSED
            )
        scaled = builder.fmul(power, _constant(LN_2), flags=FUSED)
        return builder.fadd(builder.fmul(s, series, flags=FUSED), scaled, flags=FUSED)

    return lanes(lanes), codegen


@intrinsic
def transpose(typing, given, rows, at, out, columns, to):
    """Eight numbers from given[rows[i] + at] for eight i; number c of them all goes to
    out[columns[c] + to].

    `rows` and `columns` are int64 (8,); `given` and `out` flat float32.
    """

    def codegen(context, builder, sig, args):
        def places(array, starts, offset):
            first, data = (
                flat_data(context, builder, sig.args[i], args[i]) for i in (starts, array)
            )
            begins = [builder.load(builder.gep(first, [ir.Constant(I64, i)])) for i in range(WIDTH)]
            return [vector_at(builder, data, builder.add(b, args[offset])) for b in begins]

        vectors = [builder.load(p, align=4) for p in places(0, 1, 2)]
        for apart, masks in ((1, PAIRS), (2, FOURS), (4, HALVES)):
            vectors = _crossed(builder, vectors, apart, masks)
        for place, column in zip(places(3, 4, 5), COLUMNS, strict=True):
            builder.store(vectors[column], place, align=4)
        return context.get_dummy_value()

    n, starts = types.int64, types.Array(types.int64, 1, "C")
    return types.void(given, starts, n, out, starts, n), codegen


def _crossed(builder, vectors, apart, masks):
    """One step of the transposition: pairs of vectors so far apart exchange half of their lanes."""
    out = list(vectors)
    for i in range(WIDTH):
        if not i & apart:
            for k, mask in ((i, masks[0]), (i + apart, masks[1])):
                order = ir.Constant(WHOLE, [ir.Constant(I32, m) for m in mask])
                out[k] = builder.shuffle_vector(vectors[i], vectors[i + apart], order)
    return out
