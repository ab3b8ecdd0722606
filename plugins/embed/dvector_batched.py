"""d-vectors in torch: windows of one length go through the library's recurrent layers together."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run
from vsat_plugins.embed import DVECTOR, DvectorParams, NetworkTuning
from vsat_plugins.embed.batching import Network, prints_of
from vsat_plugins.embed.dvector import DIM, LAYERS, frames_of, scaled
from vsat_plugins.embed.windows import Lengths

BATCH_FRAMES = 5120  # 32 windows of 1.6 s: each step is a product that fills a core
CUDA_BATCH_FRAMES = 163_840


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


class Batched:
    """Batches of windows of one length; on a processor one batch on each thread."""

    def __init__(self, params: DvectorParams, tuning: NetworkTuning) -> None:
        self.params, self.tuning = params, tuning
        self._net: Encoder | None = None

    def prepare(self) -> None:
        """Load the network."""
        self._loaded()

    def _loaded(self) -> Encoder:
        if self._net is None:
            saved = torch.load(DVECTOR.path(), map_location="cpu", weights_only=True)
            self._net = Encoder(saved["model_state"]).eval().to(self.tuning.device)
        return self._net

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        """One vector a window; it stands in one row for every segment the window has a piece of."""
        net, device = self._loaded(), self.tuning.device
        torch.set_num_threads(1)

        def prints(stack: np.ndarray) -> np.ndarray:
            with torch.inference_mode():
                return scaled(net(torch.from_numpy(stack).to(device)).cpu().numpy())

        at_once, threads = BATCH_FRAMES, thread_count(self.tuning.threads)
        if device == "cuda":
            at_once, threads = CUDA_BATCH_FRAMES, 1
        network = Network(DIM, 1, frames_of, prints)
        return prints_of(features, speech, Lengths.of(self.params), network, run, at_once, threads)
