"""dvector.batched: windows of one length go through torch's recurrent layers together."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from vsat_plugins.embed import DVECTOR, DvectorParams
from vsat_plugins.embed.dvector import DIM, LAYERS, scaled
from vsat_plugins.embed.torch_batches import TorchBatches


class Encoder(nn.Module):
    """(windows, frames, 40) to the projected last state (windows, DIM)."""

    def __init__(self, state: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.lstm = nn.LSTM(40, DIM, LAYERS, batch_first=True)
        self.linear = nn.Linear(DIM, DIM)
        self.load_state_dict(
            {name: w for name, w in state.items() if name.partition(".")[0] in ("lstm", "linear")}
        )

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """See the class."""
        return self.linear(self.lstm(frames)[1][0][-1])


class Batched(TorchBatches):
    """The library's LSTM."""

    params: DvectorParams
    dim = DIM
    batch_frames = 5120  # 32 windows of 1.6 s: each step is a product that fills a core
    cuda_batch_frames = 163_840

    def load(self) -> nn.Module:
        """The network with its trained weights."""
        saved = torch.load(DVECTOR.path(), map_location="cpu", weights_only=True)
        return Encoder(saved["model_state"])

    def finished(self, vectors: np.ndarray) -> np.ndarray:
        """Rectified and scaled."""
        return scaled(vectors)
