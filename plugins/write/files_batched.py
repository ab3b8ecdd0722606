"""files.batched: bytes gathered by torch, those of many rows at once."""

from __future__ import annotations

import numpy as np
import torch

from vsat_core.plugin import Device
from vsat_plugins._kernels.devices import OnOneThread
from vsat_plugins.write.places import PlacesWriter

BLOCK = {"cpu": 1 << 16, "cuda": 1 << 22}  # places whose bytes are gathered at once


class Batched(OnOneThread, PlacesWriter):
    """The place of every byte, then all of them by one gather, on a processor or a CUDA device."""

    tuning: Device

    @torch.inference_mode()
    def joined(self, text: np.ndarray, begin: np.ndarray, length: np.ndarray) -> np.ndarray:
        """The bytes of all rows."""
        device, block = self.tuning.device, BLOCK[self.tuning.device]
        source = torch.from_numpy(text).to(device)
        parts = zip(*(torch.from_numpy(a).split(block) for a in (begin, length)), strict=True)
        out = [gathered(source, *(column.to(device) for column in part)).cpu() for part in parts]
        return np.asarray(torch.cat(out))


def gathered(text: torch.Tensor, begin: torch.Tensor, length: torch.Tensor) -> torch.Tensor:
    """text[begin[i]:begin[i] + length[i]] for every i, one after the other."""
    end = length.cumsum(0)
    moves = (begin - (end - length)).repeat_interleave(length, output_size=int(length.sum()))
    return text[torch.arange(len(moves), device=text.device) + moves]
