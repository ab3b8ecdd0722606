"""`gate.batched`: the gate on blocks of frames by torch, on the processor or a graphics card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, pad

from vsat_core.artifacts import Audio
from vsat_core.contract.protocols import Run
from vsat_core.contract.threads import map_threads, thread_count
from vsat_plugins.enhance.environment import WINDOW, compile_measuring, sqrt_hann
from vsat_plugins.enhance.gate import (
    HOP,
    NEAR_BINS,
    NEAR_FRAMES,
    OVERLAP_SUM,
    SHUT_DB,
    TINY,
    between,
    enhance,
    first_frame_start,
    frame_count,
)

BLOCK_HOPS = {"cpu": 512, "cuda": 16_384}  # 4 s, and 2 minutes
FRAMES = WINDOW // HOP  # that a sample lies in


class Batched:
    """Blocks that need nothing of each other; on the processor, several at a time."""

    def __init__(self, params: Any, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Compile what measures the environment, and wake the device up."""
        compile_measuring()
        torch.zeros(1, device=self.tuning.device)

    def __call__(self, audio: Audio, *, run: Run) -> Audio:
        """The recording with its Environment, at the target level, with less noise where there was
        much.
        """
        return enhance(audio, self.params, self._gate, run)

    def _gate(
        self,
        samples: np.ndarray,
        noise_squares: np.ndarray,
        out: np.ndarray,
        gain: float,
        progress: Callable[[int], None],
    ) -> None:
        device, n = self.tuning.device, len(samples)
        torch.set_num_threads(1)
        block = BLOCK_HOPS[device]
        noise = torch.from_numpy(noise_squares.astype(np.float32)).to(device) + TINY
        window = torch.from_numpy(sqrt_hann().astype(np.float32)).to(device)

        def work(first: int) -> int:
            begin, end = first * HOP, min((first + block) * HOP, n)
            out[begin:end] = self._block(
                samples, first, -(-(end - begin) // HOP), window, noise, gain
            )[: end - begin]
            return end

        threads = thread_count(self.tuning.threads) if device == "cpu" else 1
        for end in map_threads(work, range(0, -(-n // HOP), block), threads):
            progress(end)

    @torch.inference_mode()
    def _block(
        self,
        samples: np.ndarray,
        first: int,
        hops: int,
        window: torch.Tensor,
        noise: torch.Tensor,
        gain: float,
    ) -> np.ndarray:
        """float32 (hops * HOP,) from hop `first` on: sample by sample the sum of FRAMES frames."""
        last = first + hops + FRAMES - 1
        a, b = max(0, first - NEAR_FRAMES), min(frame_count(len(samples)), last + NEAR_FRAMES)
        begin = first_frame_start() + a * HOP
        sound = torch.from_numpy(between(samples, begin, begin + (b - a - 1) * HOP + WINDOW)).to(
            window.device
        )
        spectra = torch.fft.rfft(sound.unfold(0, WINDOW, HOP) * window)
        opening = (
            torch.view_as_real(spectra)
            .square()
            .sum(dim=2)
            .add_(TINY)
            .div_(noise)
            .log10_()
            .mul_(10)
            .sub_(SHUT_DB)
        )
        opening = opening.div_(self.params.open_db - SHUT_DB).clamp_(0, 1)
        missing = NEAR_FRAMES - (first - a), NEAR_FRAMES - (b - last)
        near = pad(opening[None, None], (NEAR_BINS, NEAR_BINS, *missing), "replicate")
        mask = avg_pool2d(near, (2 * NEAR_FRAMES + 1, 2 * NEAR_BINS + 1), stride=1)[0, 0]
        floor = 10 ** (-self.params.reduction_db / 20)
        passed = spectra[first - a : last - a] * mask.mul_(1 - floor).add_(floor)
        frames = torch.fft.irfft(passed, WINDOW).mul_(window * (gain / OVERLAP_SUM))
        quarters = frames.reshape(-1, FRAMES, HOP)
        total = quarters[:hops, FRAMES - 1]
        for k in range(1, FRAMES):
            total = total + quarters[k : k + hops, FRAMES - 1 - k]
        return np.asarray(total.reshape(-1).cpu())
