"""Moonshine's encoder in float32 by onnxruntime: its weights are bytes in the file, but what it
computes is not rounded to bytes.

Jeffries et al., "Moonshine: Speech Recognition for Live Transcription and Voice Commands", arXiv
2410.15608, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from vsat_plugins._weights.onnx_graph import Graph
from vsat_plugins._weights.onnx_session import open_session
from vsat_plugins.transcribe.greedy import (
    EPSILON,
    HEAD_SIZE,
    HEADS,
    LAYERS,
    MIN_SAMPLES,
    ROTATED,
    SIZE,
    joined,
    turning_rates,
)
from vsat_plugins.transcribe.weights import read_weights

Arrays = Mapping[str, np.ndarray]


class FloatEncoder:
    """Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._session = open_session(encoder_graph(*read_weights(path)), keep_memory=False)

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Hidden states float32 (n_frames, 288) of one utterance, float32 (n_samples,) at 16
        kHz.
        """
        sound = np.zeros((1, 1, max(MIN_SAMPLES, len(samples))), np.float32)
        sound[0, 0, : len(samples)] = samples
        return np.asarray(self._session.run(["frames"], {"sound": sound})[0])


def encoder_graph(arrays: Arrays, matrices: Arrays) -> bytes:
    """From `sound` float32 (1, 1, samples) to `frames` float32 (frames, 288), with the weights as
    `read_weights` gives them.
    """
    return _Writer(arrays, matrices).model()


class _Writer:
    """The graph on its way; x is float32 (frames, 288)."""

    def __init__(self, arrays: Arrays, matrices: Arrays) -> None:
        self.arrays, self.matrices, self.graph = arrays, matrices, Graph()

    def model(self) -> bytes:
        """All layers in order."""
        g = self.graph
        x = self.entered()
        cosines, sines = self.angles(x)
        for layer in range(LAYERS):
            normed = self.norm(x, f"layers.{layer}.input_layernorm.weight")
            x = g.node("Add", x, self.attention(layer, normed, cosines, sines))
            normed = self.norm(x, f"layers.{layer}.post_attention_layernorm.weight")
            x = g.node("Add", x, self.perceptron(layer, normed))
        g.named("frames", "Identity", self.norm(x, "layer_norm.weight"))
        return g.model({"sound": [1, 1, "samples"]}, {"frames": ["frames", SIZE]})

    def entered(self) -> str:
        """Three convolutions, one frame in 384 samples."""
        g, a = self.graph, self.arrays
        x = g.node("Conv", "sound", g.array(a["conv1.weight_add_tensor"]), strides=[64])
        x = g.node("Mul", self.whitened(g.node("Tanh", x)), g.array(a["onnx::Mul_2080"]))
        x = g.node("Add", x, g.array(a["onnx::Add_2081"]))
        for k, stride in ((2, 3), (3, 2)):
            weight, bias = g.array(a[f"conv{k}.weight_add_tensor"]), g.array(a[f"conv{k}.bias"])
            x = g.node("Gelu", g.node("Conv", x, weight, bias, strides=[stride]))
        return g.node("Transpose", g.node("Squeeze", x, g.ints(0)), perm=[1, 0])

    def whitened(self, x: str) -> str:
        """All values together at mean 0 and variance 1. Means of means: one sum over a million
        values would cost half the digits.
        """
        g = self.graph

        def mean(of: str) -> str:
            return g.node("ReduceMean", g.node("ReduceMean", of, g.ints(2)), g.ints(1))

        apart = g.node("Sub", x, mean(x))
        variance = g.node("Add", mean(g.node("Mul", apart, apart)), g.floats(EPSILON))
        return g.node("Div", apart, g.node("Sqrt", variance))

    def norm(self, x: str, weight: str) -> str:
        """Each frame at mean 0 and variance 1, then scaled."""
        scale = self.graph.array(self.arrays[weight])
        return self.graph.node("LayerNormalization", x, scale, epsilon=EPSILON)

    def angles(self, x: str) -> tuple[str, str]:
        """Cosine and sine by which each value of a head turns: (frames, HEAD_SIZE); the last four
        stay as they are.
        """
        g = self.graph
        n_frames = g.node("Squeeze", g.node("Shape", x, start=0, end=1))
        numbers = g.node("Range", g.array(np.int64(0)), n_frames, g.array(np.int64(1)))
        frames = g.node("Unsqueeze", g.node("Cast", numbers, to=1), g.ints(1))
        angles = g.node("Mul", frames, g.floats(turning_rates()[None]))
        return g.node("Cos", angles), g.node("Sin", angles)

    def attention(self, layer: int, x: str, cosines: str, sines: str) -> str:
        """Every frame looks at all frames, in HEADS ways."""
        g = self.graph
        query, key, value, leave = (
            self.matrices[f"/layers.{layer}/self_attn/{part}_proj/MatMul_output_0"]
            for part in "qkvo"
        )
        heads = g.node("MatMul", x, g.array(joined(query, key, value)))
        heads = g.node("Reshape", heads, g.ints(0, 3 * HEADS, HEAD_SIZE))
        heads = g.node("Transpose", heads, perm=[1, 0, 2])
        query_, key_, value_ = (
            g.node("Slice", heads, g.ints(k * HEADS), g.ints((k + 1) * HEADS), g.ints(0))
            for k in range(3)
        )
        query_, key_ = (self.rotated(part, cosines, sines) for part in (query_, key_))
        weights = g.node("MatMul", query_, g.node("Transpose", key_, perm=[0, 2, 1]))
        seen = g.node("MatMul", g.node("Softmax", weights, axis=-1), value_)
        flat = g.node("Reshape", g.node("Transpose", seen, perm=[1, 0, 2]), g.ints(0, SIZE))
        return g.node("MatMul", flat, g.array(leave))

    def rotated(self, x: str, cosines: str, sines: str) -> str:
        """Neighbouring values of (heads, frames, HEAD_SIZE) turned in pairs by the angle of their
        frame.
        """
        g, quarter = self.graph, np.zeros((HEAD_SIZE, HEAD_SIZE))
        even = np.arange(0, ROTATED, 2)
        quarter[even + 1, even], quarter[even, even + 1] = -1, 1
        turned = g.node("Mul", g.node("MatMul", x, g.floats(quarter)), sines)
        return g.node("Add", g.node("Mul", x, cosines), turned)

    def perceptron(self, layer: int, x: str) -> str:
        """Two products with a rectifier between."""
        g = self.graph
        for part in ("fc1", "fc2"):
            weight = self.matrices[f"/layers.{layer}/mlp/{part}/Add_output_0"]
            bias = self.arrays[f"layers.{layer}.mlp.{part}.bias"]
            x = g.node("Add", g.node("MatMul", x, g.array(weight)), g.array(bias))
            x = g.node("Gelu", x) if part == "fc1" else x
        return x
