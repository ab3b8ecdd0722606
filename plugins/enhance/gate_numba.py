"""`gate.numba`: the gate compiled, eight strips of the recording at a time, blocks of them on
several threads.
"""

from __future__ import annotations

import numpy as np

from vsat_core.contract.threads import map_threads
from vsat_plugins._kernels.parallel import OnThreads
from vsat_plugins._kernels.simd import WIDTH
from vsat_plugins.enhance import levels_jit
from vsat_plugins.enhance.gate import (
    FIRST_FRAME,
    HOP,
    NEAR_FRAMES,
    Gate,
    Noisy,
    between,
    frame_count,
)
from vsat_plugins.enhance.gate_jit import EARLY, Tables, gate_strips, tables_of
from vsat_plugins.enhance.levels import N_BINS, WINDOW, AddFrames

LONGEST_STRIP = 256  # hops of 8 ms: a block of eight strips is 16 s long


class Numba(OnThreads, Gate):
    """Every sample from the same four frames in the same order, whatever the number of threads."""

    @property
    def add_frames(self) -> AddFrames:
        return levels_jit.add_frames

    def prepare(self) -> None:
        """Compile, or load what was compiled before."""
        levels_jit.compile_levels()
        sound = np.zeros((EARLY + WIDTH) * HOP + WINDOW, np.float32)
        out = np.empty(WIDTH * HOP, np.float32)
        gate_strips(sound, 0, 4, 1, self._tables(np.ones(N_BINS), 1.0), out)

    def _tables(self, noise: np.ndarray, gain: float) -> Tables:
        return tables_of(noise, gain, self.params.reduction_db, self.params.open_db)

    def gate(self, noisy: Noisy, out: np.ndarray) -> None:
        samples, tables = noisy.samples, self._tables(noisy.noise, noisy.gain)
        n, n_frames = len(samples), frame_count(len(samples))
        strip = min(LONGEST_STRIP, -(-n // (HOP * WIDTH)))
        block = strip * HOP * WIDTH

        def work(begin: int) -> int:
            before = NEAR_FRAMES * HOP - FIRST_FRAME
            after = block + (EARLY + 1) * HOP + WINDOW - before
            sound = between(samples, begin - before, begin + after)
            gated = np.empty(block, np.float32)
            gate_strips(sound, begin // HOP, n_frames, strip, tables, gated)
            end = min(begin + block, n)
            out[begin:end] = gated[: end - begin]
            return end

        for end in map_threads(work, range(0, n, block), self.threads()):
            noisy.progress(end)
