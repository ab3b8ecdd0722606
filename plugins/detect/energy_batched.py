"""energy.batched: whole blocks by torch, on the CPU or a graphics card."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vsat_core.artifacts import Audio, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run
from vsat_plugins.detect import Device, EnergyParams
from vsat_plugins.detect.energy import QUANTUM, SMOOTH, Plan, levels_of, onsets_of, speech_at

HALF = SMOOTH // 2


class Batched:
    """Cumulative sums for the levels, sorted windows for the floor; integers, so that no device
    decides otherwise.
    """

    def __init__(self, params: EnergyParams, tuning: Device) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        """Segments of speech; nobody's voice is known."""
        torch.set_num_threads(thread_count(self.tuning.threads))
        plan = Plan.of(self.params)
        levels = levels_of(audio, plan, run, self._squares)
        return speech_at(levels, onsets_of(levels, plan, self._ranked), plan, len(audio.samples))

    def _there(self, values: np.ndarray) -> Tensor:
        return torch.tensor(values, device=self.tuning.device)

    def _squares(self, samples: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        """As `energy.squares_of`."""
        first, last = int(begin[0]), int(end[-1])
        low, high = max(first - HALF, 0), min(last + HALF, len(samples))
        inside = self._there(samples[low:high]).clamp_(-1, 1)[None]
        x = functional.pad(inside, (low - first + HALF, last + HALF - high), mode="replicate")[0]
        x = (x * (1 / QUANTUM)).round_().long()
        total = x.cumsum(0)
        rough = x[HALF:-HALF] - torch.div(
            total[SMOOTH:] - total[:-SMOOTH], SMOOTH, rounding_mode="floor"
        )
        squares = functional.pad((rough * rough).cumsum(0), (1, 0))
        return (
            (squares[self._there(end - first)] - squares[self._there(begin - first)]).cpu().numpy()
        )

    def _ranked(
        self, levels: np.ndarray, width: int, first: np.ndarray, ranks: list[int]
    ) -> np.ndarray:
        """As `energy.ranked`."""
        lowest, highest = int(first[0]), int(first[-1]) + width
        around = self._there(levels[lowest:highest]).unfold(0, width, 1)[
            self._there(first - lowest)
        ]
        return around.sort(dim=1).values[:, ranks].long().cpu().numpy()
