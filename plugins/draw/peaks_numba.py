"""`peaks.numba`: lowest and highest sample in one pass over the sound, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from vsat_core.artifacts import Audio, Waveform
from vsat_core.contract.protocols import Run
from vsat_core.contract.threads import map_threads, thread_count
from vsat_plugins._kernels.fft import jit
from vsat_plugins._kernels.simd import WIDTH, larger, load, smaller, store
from vsat_plugins.draw.peaks import BLOCK_SAMPLES, level_offsets, waveform


@jit
def extremes(samples, hop, low, high):
    """Of every `hop` samples the lowest and the highest; the last stretch may be short."""
    lows, highs = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32)
    for i in range(len(low)):
        at, end = i * hop, min((i + 1) * hop, len(samples))
        lowest = highest = samples[at]
        if at + WIDTH <= end:
            a = b = load(samples, at)
            for k in range(at + WIDTH, end - WIDTH + 1, WIDTH):
                x = load(samples, k)
                a, b = smaller(a, x), larger(b, x)
            last = load(
                samples, end - WIDTH
            )  # some of them again where eight do not divide the stretch
            store(lows, 0, smaller(a, last))
            store(highs, 0, larger(b, last))
            lowest, highest = lows.min(), highs.max()
        else:
            for k in range(at + 1, end):
                lowest, highest = min(lowest, samples[k]), max(highest, samples[k])
        low[i], high[i] = lowest, highest


@jit
def climb(low, high, offsets):
    """Fill every level from the one below: of every two points the lower and the higher."""
    for level in range(1, len(offsets) - 1):
        below, here = offsets[level - 1], offsets[level]
        for i in range(here, offsets[level + 1]):
            first = below + 2 * (i - here)
            second = min(first + 1, here - 1)
            low[i], high[i] = min(low[first], low[second]), max(high[first], high[second])


class Numba:
    """Blocks on several threads, each read once."""

    def __init__(self, params: Any, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Compile, or load what was compiled before."""
        samples, points = np.zeros(2 * WIDTH, np.float32), np.zeros(3, np.float32)
        samples.flags.writeable = False  # as those of an Audio are
        extremes(samples, WIDTH, points[:2], points[:2])
        climb(points, points, level_offsets(len(samples), WIDTH))

    def __call__(self, audio: Audio, *, run: Run) -> Waveform:
        """The same pyramid as the baseline's."""
        samples, hop = audio.samples, self.params.hop
        offsets = level_offsets(len(samples), hop)
        low = run.array((int(offsets[-1]),), "float32")
        high = run.array((int(offsets[-1]),), "float32")
        block = max(1, BLOCK_SAMPLES // hop) * hop

        def work(begin: int) -> int:
            part = samples[begin : begin + block]
            points = slice(begin // hop, begin // hop + -(-len(part) // hop))
            extremes(part, hop, low[points], high[points])
            return begin + len(part)

        for end in map_threads(
            work, range(0, len(samples), block), thread_count(self.tuning.threads)
        ):
            run.progress(end)
        climb(low, high, offsets)
        return waveform(low, high, offsets, hop, len(samples))
