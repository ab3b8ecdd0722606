"""The weights inside Moonshine's files, for computing with them elsewhere than in onnxruntime.

The files are flatbuffers in onnxruntime's own format, whose reader comes with it. Matrices are
stored as bytes with one scale and one zero for all of a matrix; a matrix has no telling name, but
the result of its multiplication has.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

DTYPES = {1: "<f4", 2: "u1", 3: "i1", 6: "<i4", 7: "<i8"}  # by the number of the type in ONNX
# which inputs of an operator are its matrix, the scale and the zero of it
OPERANDS = {"MatMulIntegerToFloat": (1, 3, 5), "DynamicQuantizeMatMul": (1, 2, 3)}


def read_weights(
    path: Path, branch: str = ""
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """(arrays by their own name, float32 matrices (n_in, n_out) by the name of what they give) of a
    model's main graph. With a `branch` (then_branch, else_branch) the matrices are those that this
    part of its condition uses.

    Raises ValueError for a file of another format.
    """
    data, session = bytearray(path.read_bytes()), _reader()
    if not session.InferenceSessionBufferHasIdentifier(data, 0):
        raise ValueError(f"{path}: must be a model in onnxruntime's format (.ort)")
    graph = session.GetRootAs(data, 0).Model().Graph()
    arrays = dict(_array(graph.Initializers(i)) for i in range(graph.InitializersLength()))
    return arrays, dict(_matrices(_part(graph, branch) if branch else graph, arrays))


def _part(graph: Any, branch: str) -> Any:
    """The graph of a branch of the last node, which is a condition."""
    condition = graph.Nodes(graph.NodesLength() - 1)
    attributes = map(condition.Attributes, range(condition.AttributesLength()))
    return next(a.G() for a in attributes if a.Name().decode() == branch)


def _reader() -> Any:
    """The class that reads the format, from the bindings that lie inside onnxruntime. Its
    own `onnxruntime.tools`, which makes them importable, would import PyTorch first.
    """
    spec = importlib.util.find_spec("onnxruntime")
    roots = list(spec.submodule_search_locations or ()) if spec else []
    places = [str(Path(root, "tools", "ort_format_model")) for root in roots]
    sys.path += places
    try:
        module = importlib.import_module("ort_flatbuffers_py.fbs.InferenceSession")
    finally:
        for place in places:
            sys.path.remove(place)
    return module.InferenceSession


def _array(tensor: Any) -> tuple[str, np.ndarray]:
    shape = [tensor.Dims(k) for k in range(tensor.DimsLength())]
    raw = tensor.RawDataAsNumpy() if tensor.RawDataLength() else np.zeros(0, np.uint8)
    return tensor.Name().decode(), np.frombuffer(raw.tobytes(), DTYPES[tensor.DataType()]).reshape(
        shape
    )


def _matrices(graph: Any, arrays: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    for i in range(graph.NodesLength()):
        node = graph.Nodes(i)
        where = OPERANDS.get(node.OpType().decode())
        if where:
            values, scale, zero = (arrays[node.Inputs(k).decode()] for k in where)
            yield (
                node.Outputs(0).decode(),
                (values.astype(np.float32) - np.float32(zero)) * np.float32(scale),
            )
