"""`energy.batched`: blocks by torch, on the CPU or a graphics card."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vsat_core.artifacts import Audio, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run, ThreadsOrDevice
from vsat_plugins._kernels.devices import OnDevice
from vsat_plugins.detect.energy import QUANTUM, SMOOTH, Energy

HALF = SMOOTH // 2


class Batched(OnDevice, Energy):
    """Cumulative sums for the levels, sorted windows for the floor; integers, so that no device
    decides otherwise.
    """

    tuning: ThreadsOrDevice

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        torch.set_num_threads(thread_count(self.tuning.threads))
        return super().__call__(audio, run=run)

    def _on_device(self, values: np.ndarray) -> Tensor:
        return torch.tensor(values, device=self.tuning.device)

    def squares(self, samples: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        first, last = int(begin[0]), int(end[-1])
        low, high = max(first - HALF, 0), min(last + HALF, len(samples))
        inside = self._on_device(samples[low:high]).clamp_(-1, 1)[None]
        x = functional.pad(inside, (low - first + HALF, last + HALF - high), mode="replicate")[0]
        x = (x * (1 / QUANTUM)).round_().long()
        total = x.cumsum(0)
        rough = x[HALF:-HALF] - torch.div(
            total[SMOOTH:] - total[:-SMOOTH], SMOOTH, rounding_mode="floor"
        )
        squares = functional.pad((rough * rough).cumsum(0), (1, 0))
        upper, lower = (squares[self._on_device(bound - first)] for bound in (end, begin))
        return np.asarray((upper - lower).cpu())

    def ranked(
        self, levels: np.ndarray, width: int, first: np.ndarray, ranks: list[int]
    ) -> np.ndarray:
        lowest, highest = int(first[0]), int(first[-1]) + width
        around = self._on_device(levels[lowest:highest]).unfold(0, width, 1)[
            self._on_device(first - lowest)
        ]
        return around.sort(dim=1).values[:, ranks].long().cpu().numpy()
