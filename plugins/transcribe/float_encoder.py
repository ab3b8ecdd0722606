"""Moonshine's encoder in float32: its weights are bytes in the file, but what it computes is not
rounded to bytes.

Jeffries et al., "Moonshine: Speech Recognition for Live Transcription and Voice Commands", arXiv
2410.15608, section 3; rotary positions by Su et al., "RoFormer", arXiv 2104.09864, equation 34, on
the first 32 values of each head.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from vsat_plugins.transcribe.network import HEAD_SIZE, HEADS, LAYERS, MIN_SAMPLES
from vsat_plugins.transcribe.weights import read_weights

SIZE = 288
ROTATED = 32


class FloatEncoder:
    """Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        arrays, matrices = read_weights(path)
        self._arrays = {
            name: torch.from_numpy(a.copy()) for name, a in arrays.items() if a.dtype == np.float32
        }
        self._matrices = {name: torch.from_numpy(m.T.copy()) for name, m in matrices.items()}
        self._rates = 10_000.0 ** -(torch.arange(0, ROTATED, 2) / ROTATED)

    @torch.inference_mode()
    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Hidden states float32 (n_frames, 288) of one utterance, float32 (n_samples,) at 16
        kHz.
        """
        # of the calling thread: batches run in parallel, and sums keep their order
        torch.set_num_threads(1)
        sound = np.zeros((1, 1, max(MIN_SAMPLES, len(samples))), np.float32)
        sound[0, 0, : len(samples)] = samples
        x = self._frames(torch.from_numpy(sound))
        turn = torch.arange(len(x))[:, None] * self._rates
        angles = turn.cos().repeat_interleave(2, 1), turn.sin().repeat_interleave(2, 1)
        for layer in range(LAYERS):
            x = x + self._attention(
                layer, self._norm(x, f"layers.{layer}.input_layernorm.weight"), angles
            )
            x = x + self._perceptron(
                layer, self._norm(x, f"layers.{layer}.post_attention_layernorm.weight")
            )
        return self._norm(x, "layer_norm.weight").numpy()

    def _frames(self, sound: torch.Tensor) -> torch.Tensor:
        """(n_frames, 288) from (1, 1, n_samples): three convolutions, one frame in 384 samples."""
        a = self._arrays
        x = functional.conv1d(sound, a["conv1.weight_add_tensor"], stride=64).tanh()
        x = functional.group_norm(
            x, 1, a["onnx::Mul_2080"].flatten(), a["onnx::Add_2081"].flatten(), eps=1e-5
        )
        x = functional.gelu(
            functional.conv1d(x, a["conv2.weight_add_tensor"], a["conv2.bias"], stride=3)
        )
        x = functional.gelu(
            functional.conv1d(x, a["conv3.weight_add_tensor"], a["conv3.bias"], stride=2)
        )
        return x[0].T.contiguous()

    def _norm(self, x: torch.Tensor, weight: str) -> torch.Tensor:
        return functional.layer_norm(x, (SIZE,), self._arrays[weight])

    def _attention(
        self, layer: int, x: torch.Tensor, angles: tuple[torch.Tensor, torch.Tensor]
    ) -> torch.Tensor:
        query, key, value = (
            functional.linear(
                x, self._matrices[f"/layers.{layer}/self_attn/{part}_proj/MatMul_output_0"]
            )
            .view(-1, HEADS, HEAD_SIZE)
            .transpose(0, 1)
            for part in "qkv"
        )
        query, key = rotated(query, *angles), rotated(key, *angles)
        seen = functional.scaled_dot_product_attention(query[None], key[None], value[None])
        joined = seen[0].transpose(0, 1).reshape(-1, SIZE)
        return functional.linear(
            joined, self._matrices[f"/layers.{layer}/self_attn/o_proj/MatMul_output_0"]
        )

    def _perceptron(self, layer: int, x: torch.Tensor) -> torch.Tensor:
        for part, act in (("fc1", True), ("fc2", False)):
            weight = self._matrices[f"/layers.{layer}/mlp/{part}/Add_output_0"]
            x = functional.linear(x, weight, self._arrays[f"layers.{layer}.mlp.{part}.bias"])
            x = functional.gelu(x) if act else x
        return x


def rotated(x: torch.Tensor, cosines: torch.Tensor, sines: torch.Tensor) -> torch.Tensor:
    """Neighbouring values of (heads, n_frames, 36) turned in pairs by the angle of their frame; the
    last four stay.
    """
    turned, rest = x[..., :ROTATED], x[..., ROTATED:]
    quarter = torch.stack((-turned[..., 1::2], turned[..., ::2]), -1).flatten(-2)
    return torch.cat((turned * cosines + quarter * sines, rest), -1)
