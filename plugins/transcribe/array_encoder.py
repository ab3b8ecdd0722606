"""Moonshine's encoder in NumPy; `float_encoder` computes the same by onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from vsat_plugins._kernels.numpy_layers import as_rows, convolved_rows
from vsat_plugins.transcribe.array_layers import attended, gelu, normed, turn_at, turned
from vsat_plugins.transcribe.greedy import (
    EPSILON,
    HEAD_SIZE,
    HEADS,
    LAYERS,
    MIN_SAMPLES,
    SIZE,
    joined,
)
from vsat_plugins.transcribe.weights import read_weights


class Layer(NamedTuple):
    """Matrices (n_in, n_out), norms and biases (n,)."""

    norm: np.ndarray
    heads: np.ndarray
    leave: np.ndarray
    second_norm: np.ndarray
    wide: np.ndarray
    wide_bias: np.ndarray
    narrow: np.ndarray
    narrow_bias: np.ndarray


class ArrayEncoder:
    """Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._arrays, matrices = read_weights(path)
        self._layers = [_layer(self._arrays, matrices, k) for k in range(LAYERS)]

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Hidden states float32 (n_frames, SIZE) of one utterance, float32 (n_samples,) at 16
        kHz.
        """
        x = self.entered(samples)
        turn = turn_at(np.arange(len(x)))
        for layer in self._layers:
            heads = (normed(x, layer.norm) @ layer.heads).reshape(-1, 3, HEADS, HEAD_SIZE)
            query, key, value = heads.transpose(1, 2, 0, 3)
            seen = attended(turned(query, turn), turned(key, turn), value)
            x += seen.transpose(1, 0, 2).reshape(-1, SIZE) @ layer.leave
            wide = normed(x, layer.second_norm) @ layer.wide
            wide += layer.wide_bias
            x += gelu(wide) @ layer.narrow
            x += layer.narrow_bias
        return normed(x, self._arrays["layer_norm.weight"])

    def entered(self, samples: np.ndarray) -> np.ndarray:
        """Three convolutions, one frame in 384 samples; all values of the first one together are
        brought to mean 0 and variance 1.
        """
        sound, a = np.zeros((max(MIN_SAMPLES, len(samples)), 1), np.float32), self._arrays
        sound[: len(samples), 0] = samples
        x = self.convolved(1, sound, 64)
        np.tanh(x, out=x)
        x -= x.mean(dtype=np.float64)
        x /= np.sqrt(np.square(x).mean(dtype=np.float64) + EPSILON)
        x *= a["onnx::Mul_2080"][:, 0]
        x += a["onnx::Add_2081"][:, 0]
        for number, stride in ((2, 3), (3, 2)):
            x = self.convolved(number, x, stride)
            x += a[f"conv{number}.bias"]
            x = gelu(x)
        return x

    def convolved(self, number: int, x: np.ndarray, stride: int) -> np.ndarray:
        """One of them, on rows."""
        weight = self._arrays[f"conv{number}.weight_add_tensor"]
        return convolved_rows(x, as_rows(weight), weight.shape[2], stride)


def _layer(arrays: dict[str, np.ndarray], matrices: dict[str, np.ndarray], number: int) -> Layer:
    name = f"layers.{number}"
    query, key, value, leave = (
        matrices[f"/{name}/self_attn/{part}_proj/MatMul_output_0"] for part in "qkvo"
    )
    wide, narrow = (matrices[f"/{name}/mlp/fc{k}/Add_output_0"] for k in (1, 2))
    return Layer(
        arrays[f"{name}.input_layernorm.weight"],
        joined(query, key, value),
        leave,
        arrays[f"{name}.post_attention_layernorm.weight"],
        wide,
        arrays[f"{name}.mlp.fc1.bias"],
        narrow,
        arrays[f"{name}.mlp.fc2.bias"],
    )
