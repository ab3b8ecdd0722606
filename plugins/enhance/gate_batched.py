"""`gate.batched`: the gate on blocks of frames by torch, on the CPU or a graphics card."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, pad

from vsat_core.contract.threads import map_threads
from vsat_plugins._kernels.parallel import ByTorch
from vsat_plugins.enhance import levels_jit
from vsat_plugins.enhance.gate import (
    FIRST_FRAME,
    HOP,
    NEAR_BINS,
    NEAR_FRAMES,
    OVERLAP_SUM,
    SHUT_DB,
    TINY,
    Gate,
    Noisy,
    between,
    frame_count,
)
from vsat_plugins.enhance.levels import WINDOW, AddFrames, sqrt_hann

BLOCK_HOPS = {"cpu": 512, "cuda": 16_384}  # 4 s, and 2 minutes
FRAMES = WINDOW // HOP  # that a sample lies in


class Batched(ByTorch, Gate):
    """Blocks that need nothing of each other; on the CPU, several at a time."""

    @property
    def add_frames(self) -> AddFrames:
        return levels_jit.add_frames

    def prepare(self) -> None:
        """Initialise the device, and compile what measures the environment."""
        super().prepare()
        levels_jit.compile_levels()

    def gate(self, noisy: Noisy, out: np.ndarray) -> None:
        device, n = self.tuning.device, len(out)
        block = BLOCK_HOPS[device]
        noise = torch.from_numpy(noisy.noise.astype(np.float32)).to(device) + TINY
        window = torch.from_numpy(sqrt_hann().astype(np.float32)).to(device)

        def work(first: int) -> int:
            begin, end = first * HOP, min((first + block) * HOP, n)
            hops = -(-(end - begin) // HOP)
            gated = self._block(noisy, first, hops, window, noise)
            out[begin:end] = gated[: end - begin]
            return end

        blocks = range(0, -(-n // HOP), block)
        for end in map_threads(work, blocks, self.threads()):
            noisy.progress(end)

    @torch.inference_mode()
    def _block(
        self, noisy: Noisy, first: int, hops: int, window: torch.Tensor, noise: torch.Tensor
    ) -> np.ndarray:
        """float32 (hops * HOP,) from hop `first` on: sample by sample the sum of FRAMES frames."""
        samples, last = noisy.samples, first + hops + FRAMES - 1
        a, b = max(0, first - NEAR_FRAMES), min(frame_count(len(samples)), last + NEAR_FRAMES)
        begin = FIRST_FRAME + a * HOP
        sound = torch.from_numpy(between(samples, begin, begin + (b - a - 1) * HOP + WINDOW))
        spectra = torch.fft.rfft(sound.to(window.device).unfold(0, WINDOW, HOP) * window)
        squares = torch.view_as_real(spectra).square().sum(dim=2)
        above_db = squares.add_(TINY).div_(noise).log10_().mul_(10)
        opening = above_db.sub_(SHUT_DB).div_(self.params.open_db - SHUT_DB).clamp_(0, 1)
        missing = NEAR_FRAMES - (first - a), NEAR_FRAMES - (b - last)
        near = pad(opening[None, None], (NEAR_BINS, NEAR_BINS, *missing), "replicate")
        mask = avg_pool2d(near, (2 * NEAR_FRAMES + 1, 2 * NEAR_BINS + 1), stride=1)[0, 0]
        passed = spectra[first - a : last - a] * mask.mul_(1 - self.floor).add_(self.floor)
        frames = torch.fft.irfft(passed, WINDOW).mul_(window * (noisy.gain / OVERLAP_SUM))
        quarters = frames.reshape(-1, FRAMES, HOP)
        total = quarters[:hops, FRAMES - 1]
        for k in range(1, FRAMES):
            total = total + quarters[k : k + hops, FRAMES - 1 - k]
        return np.asarray(total.reshape(-1).cpu())
