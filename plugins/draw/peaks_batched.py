"""`peaks.batched`: blocks of stretches by torch, on the processor or a graphics card."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from vsat_core.artifacts import Audio, Waveform
from vsat_core.contract.protocols import Run
from vsat_core.contract.threads import map_threads, thread_count
from vsat_plugins.draw.peaks import BLOCK_SAMPLES, level_offsets, waveform


@torch.inference_mode()
def extremes(
    values: np.ndarray, other: np.ndarray, width: int, device: str
) -> tuple[np.ndarray, np.ndarray]:
    """Of every `width` numbers the lowest of `values` and the highest of `other`; the last stretch
    may be short.
    """
    whole = len(values) // width * width
    found = []
    for array, extreme in ((values, torch.amin), (other, torch.amax)):
        numbers = torch.from_numpy(array).to(device)
        parts = [extreme(numbers[:whole].view(-1, width), dim=1)]
        if whole < len(array):
            parts.append(extreme(numbers[whole:], dim=0, keepdim=True))
        found.append(torch.cat(parts).cpu().numpy())
    return found[0], found[1]


class Batched:
    """Blocks of a million samples; on the processor, several at a time."""

    def __init__(self, params: Any, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Wake the device up."""
        torch.zeros(1, device=self.tuning.device)

    def __call__(self, audio: Audio, *, run: Run) -> Waveform:
        """The same pyramid as the baseline's."""
        samples, hop, device = audio.samples, self.params.hop, self.tuning.device
        offsets = level_offsets(len(samples), hop)
        low = run.array((int(offsets[-1]),), "float32")
        high = run.array((int(offsets[-1]),), "float32")
        block = max(1, BLOCK_SAMPLES // hop) * hop
        torch.set_num_threads(1)

        def work(begin: int) -> int:
            part = samples[
                begin : begin + block
            ].copy()  # torch takes no array that must not be written to
            points = slice(begin // hop, begin // hop + -(-len(part) // hop))
            low[points], high[points] = extremes(part, part, hop, device)
            return begin + len(part)

        threads = thread_count(self.tuning.threads) if device == "cpu" else 1
        for end in map_threads(work, range(0, len(samples), block), threads):
            run.progress(end)
        for below, here, end in zip(offsets, offsets[1:], offsets[2:], strict=False):
            low[here:end], high[here:end] = extremes(low[below:here], high[below:here], 2, device)
        return waveform(low, high, offsets, hop, len(samples))
