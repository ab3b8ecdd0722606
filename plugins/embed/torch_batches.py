"""Networks of torch: batches of windows of one length; on a processor one batch on each thread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Embed, Run, ThreadsOrDevice
from vsat_plugins._kernels.devices import OnDevice
from vsat_plugins.embed import WindowParams
from vsat_plugins.embed.batching import Network, in_batches

Forward = Callable[[Tensor], Tensor]  # (windows, frames, n_bins) to (windows, dim)


class TorchBatches(OnDevice, Embed):
    """`batch_frames` on a processor, `cuda_batch_frames` on a graphics card go together; see
    `Network`.
    """

    params: WindowParams
    tuning: ThreadsOrDevice
    dim: int
    step = 1
    batch_frames: int
    cuda_batch_frames: int
    _loaded: nn.Module | None = None

    def load(self) -> nn.Module:
        """The trained network."""
        raise NotImplementedError

    def network(self) -> nn.Module:
        """The trained network on its device, loaded once."""
        if self._loaded is None:
            self._loaded = self.load().eval().to(self.tuning.device)
        return self._loaded

    def prepare(self) -> None:
        """Initialise the device and load the network."""
        super().prepare()
        self.network()

    def forward(self, features: Features, speech: Speech) -> Forward:
        """What the windows of a recording go through."""
        return self.network()

    def filled(self, rows: np.ndarray) -> np.ndarray:
        """A multiple of `step` frames."""
        return rows

    def finished(self, vectors: np.ndarray) -> np.ndarray:
        """Embeddings of what the network gives."""
        return vectors

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        torch.set_num_threads(1)
        device, forward = self.tuning.device, self.forward(features, speech)

        def embed(stack: np.ndarray) -> np.ndarray:
            with torch.inference_mode():
                return self.finished(forward(torch.from_numpy(stack).to(device)).cpu().numpy())

        frames, threads = self.batch_frames, thread_count(self.tuning.threads)
        if device == "cuda":
            frames, threads = self.cuda_batch_frames, 1
        network = Network(self.dim, self.step, frames, self.filled, embed)
        return in_batches(features, speech, self.params, network, threads, run)
