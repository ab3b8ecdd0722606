"""The network of segmentation-3.0 as an ONNX graph; `segmentation_baseline` says what it is."""

from __future__ import annotations

import numpy as np

from vsat_plugins._weights.onnx_graph import Graph

UNITS = 128  # of an LSTM, one way
SLOPE = 0.01  # of the leaky rectifiers

Arrays = dict[str, np.ndarray]


def segmentation_graph(w: Arrays) -> bytes:
    """From `sound` float32 (windows, samples) to `scores` float32 (windows, frames, 7), before
    their softmax. `w` are the arrays by the names of `segmentation_weights`.
    """
    g = Graph()
    x = normalised(g, w, g.node("Unsqueeze", "sound", g.ints(1)), "wave_norm")
    x = g.node("Abs", g.node("Conv", x, g.array(w["filters"]), strides=[10]))
    x = rectified(g, normalised(g, w, pooled(g, x), "norm.0"))
    for k in range(2):
        weight, bias = (g.array(w[f"conv.{k}.{part}"]) for part in ("weight", "bias"))
        x = pooled(g, g.node("Conv", x, weight, bias))
        x = rectified(g, normalised(g, w, x, f"norm.{k + 1}"))
    x = g.node("Transpose", x, perm=[2, 0, 1])
    for layer in range(4):
        x = both_ways(g, w, x, layer)
    for k in range(2):
        x = rectified(g, dense(g, w, x, f"linear.{k}"))
    g.named("scores", "Transpose", dense(g, w, x, "classifier"), perm=[1, 0, 2])
    return g.model({"sound": ["windows", "samples"]}, {"scores": ["windows", "frames", 7]})


def normalised(g: Graph, w: Arrays, x: str, name: str) -> str:
    """Every channel of a window at mean 0 and variance 1, scaled and shifted."""
    scale, shift = g.array(w[f"{name}.weight"]), g.array(w[f"{name}.bias"])
    return g.node("InstanceNormalization", x, scale, shift, epsilon=1e-5)


def pooled(g: Graph, x: str) -> str:
    """The largest of every three values along time."""
    return g.node("MaxPool", x, kernel_shape=[3], strides=[3])


def rectified(g: Graph, x: str) -> str:
    """Leaky ReLU."""
    return g.node("LeakyRelu", x, alpha=SLOPE)


def dense(g: Graph, w: Arrays, x: str, name: str) -> str:
    """A product with trained weights and bias."""
    product = g.node("MatMul", x, g.array(w[f"{name}.weight"].T))
    return g.node("Add", product, g.array(w[f"{name}.bias"]))


def both_ways(g: Graph, w: Arrays, x: str, layer: int) -> str:
    """A bidirectional LSTM over (frames, windows, width): (frames, windows, 2 UNITS)."""

    def stacked(kind: str) -> np.ndarray:
        return np.stack([by_gate(w[f"lstm.{kind}_l{layer}{way}"]) for way in ("", "_reverse")])

    bias = np.concatenate([stacked("bias_ih"), stacked("bias_hh")], 1)
    weights = [g.array(a) for a in (stacked("weight_ih"), stacked("weight_hh"), bias)]
    y = g.node("LSTM", x, *weights, hidden_size=UNITS, direction="bidirectional")
    return g.node("Reshape", g.node("Transpose", y, perm=[0, 2, 1, 3]), g.ints(0, 0, 2 * UNITS))


def by_gate(rows: np.ndarray) -> np.ndarray:
    """PyTorch stacks input, forget, cell and output gate; ONNX input, output, forget and cell."""
    enter, forget, cell, leave = np.split(rows, 4)
    return np.concatenate([enter, leave, forget, cell])
