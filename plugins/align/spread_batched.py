"""spread.batched: the voiced frames of several utterances together, by torch."""

from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor

from vsat_core.artifacts import Audio
from vsat_core.plugin import Batches, Run
from vsat_plugins._kernels.devices import OnOneThread
from vsat_plugins.align import SpreadParams
from vsat_plugins.align.spread import FRAME, LOUD_PERCENT, QUIET_PERCENT, limits, longest_bridge
from vsat_plugins.align.spread_vectorized import spread
from vsat_plugins.align.timed import ByUtterance, Job, Times

NOT_THERE = torch.iinfo(torch.int64).max


def energies_of(sounds: list[np.ndarray], device: str) -> tuple[Tensor, Tensor]:
    """Energy of each frame, NOT_THERE after the last, int64 (n_sounds, most frames); frames of
    each, int64.
    """
    frames = torch.tensor([-(-len(s) // FRAME) for s in sounds])
    samples = torch.zeros(len(sounds), int(frames.max()) * FRAME)
    for row, sound in zip(samples, sounds, strict=True):
        row[: len(sound)] = torch.from_numpy(np.array(sound))
    values = (samples.to(device) * 32768.0).round_().to(torch.int64)
    energies = values.square_().view(len(sounds), -1, FRAME).sum(2)
    frames = frames.to(device)
    return energies.masked_fill(~_within(energies, frames), NOT_THERE), frames


def _within(energies: Tensor, frames: Tensor) -> Tensor:
    return torch.arange(energies.shape[1], device=energies.device) < frames[:, None]


def voiced_of(energies: Tensor, frames: Tensor, params: SpreadParams) -> Tensor:
    """Which frames are voiced, bool (n_sounds, most frames)."""
    over_floor, in_range = limits(params)
    ranked = energies.sort(1).values
    quiet, loud = (
        ranked.gather(1, ((frames - 1) * p // 100)[:, None]).double()
        for p in (QUIET_PERCENT, LOUD_PERCENT)
    )
    limit = (
        torch.minimum(torch.maximum(quiet * over_floor, loud * in_range), loud / 2)
        .long()
        .clamp_(min=1)
    )
    within = _within(energies, frames)
    voiced = (energies >= limit) & within
    at = torch.arange(energies.shape[1], device=energies.device).expand_as(energies)
    before = at.masked_fill(~voiced, -1).cummax(1).values
    after = at.masked_fill(~voiced, NOT_THERE).flip(1).cummin(1).values.flip(1)
    bridged = (before >= 0) & (after < NOT_THERE) & (after - before - 1 <= longest_bridge(params))
    return torch.where(voiced.any(1, keepdim=True), voiced | bridged, within)


class Batched(OnOneThread, ByUtterance):
    """Energies are integers, so their sums are exact in any order."""

    tuning: Batches

    def times(self, audio: Audio, jobs: list[Job], run: Run) -> Generator[Times, None, None]:
        """Times of the words of each utterance, a batch of them at a time."""
        for at in range(0, len(jobs), self.tuning.batch):
            batch = jobs[at : at + self.tuning.batch]
            energies, frames = energies_of(
                [audio.samples[start:end] for start, end, _ in batch], self.tuning.device
            )
            voiced = voiced_of(energies, frames, self.params).cpu().numpy()
            for (start, end, words), row in zip(batch, voiced, strict=True):
                yield spread(words, start, end, np.flatnonzero(row))
