"""`silero.batched`: the network by torch, the convolutions of all frames of a block in one call."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from vsat_plugins._kernels.parallel import ByTorch
from vsat_plugins.detect import SILERO
from vsat_plugins.detect.silero import BINS, HOP, UNITS, BlockwiseSilero
from vsat_plugins.detect.silero_baseline import STRIDES
from vsat_plugins.detect.silero_weights import load


class Batched(ByTorch, BlockwiseSilero):
    """Blocks of frames; on the CPU, one on each thread."""

    @cached_property
    def weights(self) -> dict[str, Tensor]:
        """The trained network."""
        arrays = load(SILERO.path())
        return {k: torch.tensor(v, device=self.tuning.device) for k, v in arrays.items()}

    @cached_property
    def lstm(self) -> nn.LSTM:
        """Its recurrent layer."""
        w, lstm = self.weights, nn.LSTM(UNITS, UNITS).to(self.tuning.device).eval()
        lstm.load_state_dict(
            {
                "weight_ih_l0": w["lstm.in"],
                "weight_hh_l0": w["lstm.again"],
                "bias_ih_l0": w["lstm.bias"],
                "bias_hh_l0": torch.zeros_like(w["lstm.bias"]),
            }
        )
        return lstm

    def prepare(self) -> None:
        """Initialise the device and load the network."""
        super().prepare()
        _ = self.lstm

    @torch.inference_mode()
    def encode(self, frames: np.ndarray) -> np.ndarray:
        """float32 (n, UNITS)."""
        w = self.weights
        sound = torch.from_numpy(frames[:, None]).to(self.tuning.device)
        spectrum = functional.conv1d(sound, w["spectrum"], stride=HOP)
        x = torch.hypot(spectrum[:, :BINS], spectrum[:, BINS:])
        for k, stride in enumerate(STRIDES, 1):
            bias = w[f"conv{k}.bias"]
            x = functional.conv1d(x, w[f"conv{k}"], bias, stride=stride, padding=1).relu_()
        return np.asarray(x[:, :, 0].contiguous().cpu())

    def memory(self) -> Callable[[np.ndarray], np.ndarray]:
        state: tuple[Tensor, Tensor] | None = None
        lstm, w = self.lstm, self.weights

        @torch.inference_mode()
        def remember(block: np.ndarray) -> np.ndarray:
            nonlocal state
            hidden, state = lstm(torch.from_numpy(block).to(self.tuning.device), state)
            score = functional.linear(hidden.relu(), w["final"][None], w["final.bias"])
            return np.asarray(score.sigmoid_()[:, 0].cpu())

        return remember
