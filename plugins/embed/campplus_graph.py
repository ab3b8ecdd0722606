"""The network of `campplus` as an ONNX graph; `campplus_baseline` says what it is.

As in `campplus_net`, batch norms are part of a neighbour's weights, and frames are rows and
channels columns from the first dense layer on.
"""

from __future__ import annotations

import numpy as np

from vsat_plugins._weights.onnx_graph import Graph
from vsat_plugins.embed.campplus import BLOCKS, CONTEXT, DIM, N_BINS
from vsat_plugins.embed.campplus_weights import State, folded, rectified


def campplus_graph(state: State, long: bool) -> bytes:
    """From `frames` float32 (windows, frames, 80), each window's mean already taken out, to
    `vectors` float32 (windows, 192).

    Windows of more than 2 CONTEXT frames need the `long` graph.
    """
    return _Writer(state, long).model()


class _Writer:
    """The graph on its way."""

    def __init__(self, state: State, long: bool) -> None:
        self.state, self.long, self.graph = state, long, Graph()

    def model(self) -> bytes:
        """All layers in order."""
        g = self.graph
        x = self.front(
            g.node("Unsqueeze", g.node("Transpose", "frames", perm=[0, 2, 1]), g.ints(1))
        )
        x = g.node("Reshape", x, g.ints(0, 320, -1))
        norm = "xvector.tdnn.nonlinear.batchnorm"
        x = self.relu(self.conv(x, "xvector.tdnn.linear", norm, strides=[2], pads=[2, 2]))
        x = g.node("Transpose", x, perm=[0, 2, 1])
        then = ("", "", "xvector.out_nonlinear.batchnorm")
        for b, (n_layers, dilation) in enumerate(BLOCKS):
            for i in range(1, n_layers + 1):
                name = f"xvector.block{b + 1}.tdnnd{i}"
                x = g.node("Concat", x, self.masked(x, name, dilation), axis=2)
            leave = f"xvector.transit{b + 1}"
            x = self.product(x, f"{leave}.nonlinear.batchnorm", f"{leave}.linear", then[b])
        self.vectors(self.relu(x))
        given, made = ("windows", "frames", N_BINS), ("windows", DIM)
        return g.model({"frames": given}, {"vectors": made})

    def relu(self, x: str) -> str:
        """Rectified."""
        return self.graph.node("Relu", x)

    def conv(self, x: str, conv: str, norm: str, **how: list[int]) -> str:
        """A convolution with the batch norm that follows it folded into weight and bias."""
        layer = folded(self.state, conv, norm)
        return self.graph.node("Conv", x, *map(self.graph.array, layer), **how)

    def front(self, x: str) -> str:
        """(windows, 1, bins, frames) to (windows, channels, bins / 8, frames)."""
        x = self.relu(self.conv(x, "head.conv1", "head.bn1", pads=[1, 1, 1, 1]))
        for name in ("layer1.0", "layer1.1", "layer2.0", "layer2.1"):
            x = self.residual(x, f"head.{name}")
        how = {"strides": [2, 1], "pads": [1, 1, 1, 1]}
        return self.relu(self.conv(x, "head.conv2", "head.bn2", **how))

    def residual(self, x: str, name: str) -> str:
        """Two 3x3 convolutions next to a shortcut; the stride goes down the bins only."""
        narrows = f"{name}.shortcut.0.weight" in self.state
        strides, pads = [2, 1] if narrows else [1, 1], [1, 1, 1, 1]
        y = self.conv(x, f"{name}.conv1", f"{name}.bn1", strides=strides, pads=pads)
        y = self.conv(self.relu(y), f"{name}.conv2", f"{name}.bn2", pads=pads)
        if narrows:
            x = self.conv(x, f"{name}.shortcut.0", f"{name}.shortcut.1", strides=strides)
        return self.relu(self.graph.node("Add", y, x))

    def product(self, x: str, norm: str, layer: str, then: str) -> str:
        """Batch norm, rectifier, and a layer of width 1 with the batch norm that follows it (if
        any): a clamp and one product.
        """
        g, (low, high, made) = self.graph, rectified(self.state, norm, layer, then)
        x = g.node("Max", x, g.array(low))
        if np.isfinite(high).any():
            x = g.node("Min", x, g.array(high))
        x = g.node("MatMul", x, g.array(made.weight.T))
        # no matrix product: threads of BLAS would wait for one another on a busy machine
        return g.node("Add", x, g.array(made.bias))

    def masked(self, x: str, name: str, dilation: int) -> str:
        """The new channels of one dense layer, scaled by the context-aware mask (eq. 1 to 5)."""
        g, cam = self.graph, f"{name}.cam_layer"
        norms = [f"{name}.nonlinear{k}.batchnorm" for k in (1, 2)]
        x = self.relu(self.product(x, norms[0], f"{name}.linear1", norms[1]))
        taps = g.array(self.state[f"{cam}.linear_local.weight"])
        turned = g.node("Transpose", x, perm=[0, 2, 1])
        local = g.node("Conv", turned, taps, pads=[dilation] * 2, dilations=[dilation])
        return g.node("Mul", g.node("Transpose", local, perm=[0, 2, 1]), self.mask(x, cam))

    def mask(self, x: str, cam: str) -> str:
        """The share of each new channel to keep, from the mean of all frames and of every CONTEXT
        of them: (windows, frames or 1, new).
        """
        g = self.graph
        mean = g.node("ReduceMean", x, g.ints(1))
        if self.long:
            turned = g.node("Transpose", x, perm=[0, 2, 1])
            by = [CONTEXT]
            pooled = g.node("AveragePool", turned, kernel_shape=by, strides=by, ceil_mode=1)
            local = g.node("Transpose", pooled, perm=[0, 2, 1])
        else:
            local = mean
        context = g.node("Add", mean, local)
        for layer, activation in (("linear1", "Relu"), ("linear2", "Sigmoid")):
            weight, bias = (self.state[f"{cam}.{layer}.{part}"] for part in ("weight", "bias"))
            product = g.node("MatMul", context, g.array(weight[..., 0].T))
            context = g.node(activation, g.node("Add", product, g.array(bias)))
        return self.repeated(context, x, len(bias)) if self.long else context

    def repeated(self, rows: str, x: str, n_new: int) -> str:
        """Each row for the CONTEXT frames that share it, as many rows as x has."""
        g = self.graph
        many = g.node("Expand", g.node("Unsqueeze", rows, g.ints(2)), g.ints(1, 1, CONTEXT, 1))
        flat = g.node("Reshape", many, g.ints(0, -1, n_new))
        n_frames = g.node("Shape", x, start=1, end=2)
        return g.node("Slice", flat, g.ints(0), n_frames, g.ints(1))

    def vectors(self, x: str) -> None:
        """From mean and deviation over the frames."""
        g = self.graph
        mean = g.node("ReduceMean", x, g.ints(1))
        apart = g.node("Sub", x, mean)
        squares = g.node("ReduceSumSquare", apart, g.ints(1))
        n = g.node("Cast", g.node("Shape", x, start=1, end=2), to=1)
        variance = g.node("Div", squares, g.node("Sub", n, g.floats(np.ones(1))))
        both = g.node("Concat", mean, g.node("Sqrt", variance), axis=2)
        last = folded(self.state, "xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")
        flat = g.node("Reshape", both, g.ints(0, last.weight.shape[1]))
        g.named("vectors", "Gemm", flat, g.array(last.weight[..., 0].T), g.array(last.bias))
