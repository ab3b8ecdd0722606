"""Trained numbers in an ONNX file, read without a library: the arrays a graph begins with (its
initializers).

The file is a protocol buffer: a message is a row of fields, each a number and a kind (0: a
variable-length integer, 1: eight bytes, 2: a length and as many bytes, 5: four bytes). Field 7 of
the model is its graph, field 5 of a graph an array, whose fields are 1 (an extent), 2 (type, 1
float32 and 7 int64), 8 (name) and 9 (bytes).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vsat_core.errors import ModelMissing

TYPES = {1: "<f4", 7: "<i8"}
GRAPH, ARRAY, EXTENT, TYPE, NAME, BYTES = 7, 5, 1, 2, 8, 9


def load(path: Path) -> dict[str, np.ndarray]:
    """Read-only arrays by name. Raises ModelMissing when the file is something else."""
    try:
        graph = next(
            value for field, value in _fields(memoryview(path.read_bytes())) if field == GRAPH
        )
        return dict(_array(value) for field, value in _fields(graph) if field == ARRAY)
    except (StopIteration, ValueError, IndexError, KeyError, TypeError) as error:
        raise ModelMissing(f"{path}: not an ONNX file with its numbers inside ({error})") from error


def _integer(data: memoryview, at: int) -> tuple[int, int]:
    """A variable-length integer, seven bits a byte from the lowest up, and where the next field
    begins.
    """
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def _fields(data: memoryview) -> Iterator[tuple[int, Any]]:
    """Number and value of each field of a message."""
    at = 0
    while at < len(data):
        key, at = _integer(data, at)
        kind = key & 7
        value: Any
        if kind == 0:
            value, at = _integer(data, at)
        else:
            size, at = _integer(data, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            value, at = data[at : at + size], at + size
        if at > len(data):
            raise ValueError("cut off")
        yield key >> 3, value


def _array(message: memoryview) -> tuple[str, np.ndarray]:
    fields = list(_fields(message))
    only = dict(fields)
    shape = [value for field, value in fields if field == EXTENT]
    return str(only[NAME], "utf-8"), np.frombuffer(only[BYTES], TYPES[only[TYPE]]).reshape(shape)
