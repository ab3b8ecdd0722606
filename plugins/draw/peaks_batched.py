"""`peaks.batched`: blocks of stretches by torch, on the CPU or a graphics card."""

from collections.abc import Callable

import numpy as np
import torch

from vsat_plugins._kernels.parallel import ByTorch
from vsat_plugins.draw.peaks import Peaks


class Batched(ByTorch, Peaks):
    """Blocks of a million samples; on the CPU, several at a time."""

    @torch.inference_mode()
    def extremes(
        self, values: np.ndarray, other: np.ndarray, width: int
    ) -> tuple[np.ndarray, np.ndarray]:
        # torch takes no array that must not be written to
        values, other = (values.copy(),) * 2 if values is other else (values, other)
        full = len(values) // width * width

        def each(array: np.ndarray, extreme: Callable[..., torch.Tensor]) -> np.ndarray:
            numbers = torch.from_numpy(array).to(self.tuning.device)
            points = [extreme(numbers[:full].view(-1, width), dim=1)]
            if full < len(array):
                points.append(extreme(numbers[full:], dim=0, keepdim=True))
            return np.asarray(torch.cat(points).cpu())

        return each(values, torch.amin), each(other, torch.amax)
