"""An ONNX model written node by node around trained arrays, without a library.

The formats of onnxruntime are the only ones it loads, and PyTorch's exporter would import PyTorch.
A graph takes milliseconds to write, so none is kept on disk. Field numbers are those of ONNX's
onnx.proto (IR version 9, operator set 20); `onnx_file` explains the encoding.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

IR_VERSION, OPERATORS = 9, 20
TYPES = {"float32": 1, "int64": 7}
FLOAT, INT, TEXT, INTS = 1, 2, 3, 7  # kinds of attributes
Attribute = int | float | str | Sequence[int]
Extents = Mapping[str, Sequence[int | str]]  # of inputs or outputs by name
SHARED_BYTES = 64  # constants up to this size, such as axes, are written once


def varint(value: int) -> bytes:
    """Seven bits a byte from the lowest up; negative numbers as 64 bits.

    >>> varint(300).hex(), len(varint(-1))
    ('ac02', 10)
    """
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field: int, value: int) -> bytes:
    """A field that holds an integer."""
    return varint(field << 3) + varint(value)


def nested(field: int, *parts: bytes | memoryview) -> bytes:
    """A field that holds a message, a text or bytes: the parts one after the other."""
    return b"".join((varint(field << 3 | 2), varint(sum(map(len, parts))), *parts))


def text(field: int, value: str) -> bytes:
    """A field that holds a text."""
    return nested(field, value.encode())


class Graph:
    """Nodes, each named by its result, and the arrays they use."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._arrays: list[bytes] = []
        self._shared: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def array(self, values: ArrayLike) -> str:
        """The name of a constant, float32 or int64."""
        values = np.ascontiguousarray(values) if np.ndim(values) else np.asarray(values)
        raw = values.reshape(-1).view(np.uint8).data
        key = (values.dtype.str, values.shape, raw.tobytes() if len(raw) <= SHARED_BYTES else b"")
        if key[2] and key in self._shared:
            return self._shared[key]
        name = self._shared[key] = f"array {len(self._arrays)}"
        extents = [number(1, n) for n in values.shape]
        kind = number(2, TYPES[values.dtype.name])
        self._arrays.append(nested(5, *extents, kind, text(8, name), nested(9, raw)))
        return name

    def floats(self, values: ArrayLike) -> str:
        """The name of a constant that is made float32."""
        return self.array(np.asarray(values, np.float32))

    def ints(self, *values: int) -> str:
        """The name of a constant int64 (n,)."""
        return self.array(np.array(values, np.int64))

    def node(self, operator: str, *inputs: str, **attributes: Attribute) -> str:
        """Append an operator; the name of its (first) result."""
        return self.named(f"node {len(self._nodes)}", operator, *inputs, **attributes)

    def named(self, result: str, operator: str, *inputs: str, **attributes: Attribute) -> str:
        """The same with a result of this name, such as an output of the model."""
        parts = [text(1, i) for i in inputs]
        parts += [text(2, result), text(4, operator)]
        parts += [nested(5, attribute(key, value)) for key, value in attributes.items()]
        self._nodes.append(nested(1, *parts))
        return result

    def model(self, inputs: Extents, outputs: Extents) -> bytes:
        """The file. Inputs and outputs are float32; an extent given as a text may be any number."""
        values = [nested(11, described(name, extents)) for name, extents in inputs.items()]
        values += [nested(12, described(name, extents)) for name, extents in outputs.items()]
        graph = nested(7, *self._nodes, text(2, "vsat"), *self._arrays, *values)
        return number(1, IR_VERSION) + nested(8, text(1, ""), number(2, OPERATORS)) + graph


def attribute(name: str, value: Attribute) -> bytes:
    """A parameter of an operator, in the field of its kind."""
    match value:
        case float():
            kind, encoded = FLOAT, varint(2 << 3 | 5) + struct.pack("<f", value)
        case int():
            kind, encoded = INT, number(3, value)
        case str():
            kind, encoded = TEXT, text(4, value)
        case _:
            kind, encoded = INTS, b"".join(number(8, v) for v in value)
    return text(1, name) + encoded + number(20, kind)


def described(name: str, extents: Sequence[int | str]) -> bytes:
    """Name and type of an input or output."""
    sizes = [nested(1, text(2, n) if isinstance(n, str) else number(1, n)) for n in extents]
    return text(1, name) + nested(2, nested(1, number(1, TYPES["float32"]), nested(2, *sizes)))
