"""A decode variant with known cost, for measuring the measurer."""

import os
import signal
import time

import attrs
import numpy as np

from vsat_core.artifacts import Audio, Source
from vsat_core.plugin import EXACT, Card, Decode, Run, hookimpl, param

NOISE = np.random.default_rng(1).standard_normal((60, 512)).astype(np.float32)


@attrs.frozen
class PlantedParams:
    sleep_s: float = param(0.0, "time to sleep")
    work: int = param(0, "how many spectra to compute")
    burst_mb: int = param(0, "memory to hold for a moment")
    read: str = param("", "a .npy file to read block by block through a memory map")
    end: str = param("", "how to fail", choices=("", "segfault", "hang", "raise"))


class Baseline(Decode):
    """Does what its params say."""

    params: PlantedParams

    def __call__(self, source: Source, *, run: Run) -> Audio:
        plan = self.params
        if plan.end == "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        if plan.end == "hang":
            time.sleep(600)
        if plan.end == "raise":
            raise ValueError("planted")
        if plan.burst_mb:
            burst = np.ones(plan.burst_mb * 1_000_000, np.uint8)
            time.sleep(0.05)
            del burst
        if plan.read:
            mapped = np.load(plan.read, mmap_mode="r")
            for start in range(0, len(mapped), 1 << 20):
                float(mapped[start : start + (1 << 20)].sum())
        for _ in range(plan.work):
            np.abs(np.fft.rfft(NOISE, axis=1)).sum()
        time.sleep(plan.sleep_s)
        return Audio(np.zeros(10, np.float32))


@hookimpl
def vsat_decode() -> list[Card]:
    target = f"{__name__}:Baseline"
    known = {"params": PlantedParams, "agreement": EXACT, "target": target}
    return [Card("planted.baseline", "known cost", **known)]
