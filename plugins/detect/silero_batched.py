"""silero.batched: the network by torch, the convolutions of all frames of a block in one call."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from vsat_core.artifacts import Audio, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run
from vsat_plugins.detect import SILERO, Device, SileroParams
from vsat_plugins.detect.silero import BINS, HOP, UNITS, Network, speech_from
from vsat_plugins.detect.silero_baseline import STRIDES
from vsat_plugins.detect.silero_weights import load


class Memory:
    """The LSTM over a recording, its state carried from block to block."""

    def __init__(self, lstm: nn.LSTM, w: dict[str, Tensor]) -> None:
        self._lstm, self._w = lstm, w
        self._state: tuple[Tensor, Tensor] | None = None

    def __call__(self, block: np.ndarray) -> np.ndarray:
        """Probabilities (n,) of encoded frames (n, UNITS)."""
        with torch.inference_mode():
            given = torch.from_numpy(block).to(self._w["final"].device)
            hidden, self._state = self._lstm(given, self._state)
            score = functional.linear(hidden.relu(), self._w["final"][None], self._w["final.bias"])
            return score.sigmoid_()[:, 0].cpu().numpy()


class Batched:
    """Blocks of frames; on the CPU, as many at a time as there are threads."""

    def __init__(self, params: SileroParams, tuning: Device) -> None:
        self.params, self.tuning = params, tuning
        self._weights: dict[str, Tensor] = {}
        self._lstm: nn.LSTM | None = None

    def prepare(self) -> None:
        """Load the network."""
        self._loaded()

    def _loaded(self) -> nn.LSTM:
        if self._lstm is None:
            weights = {
                k: torch.tensor(v, device=self.tuning.device)
                for k, v in load(SILERO.path()).items()
            }
            lstm = nn.LSTM(UNITS, UNITS).to(self.tuning.device).eval()
            lstm.load_state_dict(
                {
                    "weight_ih_l0": weights["lstm.in"],
                    "weight_hh_l0": weights["lstm.again"],
                    "bias_ih_l0": weights["lstm.bias"],
                    "bias_hh_l0": torch.zeros_like(weights["lstm.bias"]),
                }
            )
            self._weights, self._lstm = weights, lstm
        return self._lstm

    def _encoded(self, frames: np.ndarray) -> np.ndarray:
        """What the convolutions say of mirrored frames; float32 (n, UNITS)."""
        w = self._weights
        with torch.inference_mode():
            sound = torch.from_numpy(frames[:, None]).to(self.tuning.device)
            spectrum = functional.conv1d(sound, w["spectrum"], stride=HOP)
            x = torch.hypot(spectrum[:, :BINS], spectrum[:, BINS:])
            for k, stride in enumerate(STRIDES, 1):
                x = functional.conv1d(
                    x, w[f"conv{k}"], w[f"conv{k}.bias"], stride=stride, padding=1
                ).relu_()
            return x[:, :, 0].contiguous().cpu().numpy()

    def network(self) -> Network:
        """Both halves, ready for a recording."""
        lstm = self._loaded()
        torch.set_num_threads(1)
        threads = thread_count(self.tuning.threads) if self.tuning.device == "cpu" else 1
        return Network(self._encoded, Memory(lstm, self._weights), threads)

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        """Segments of speech; nobody's voice is known."""
        return speech_from(
            self.network().probabilities(audio, run), len(audio.samples), self.params
        )
