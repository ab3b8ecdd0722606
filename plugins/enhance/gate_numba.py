"""`gate.numba`: the gate compiled, eight strips of the recording side by side, blocks of them on
several threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from vsat_core.artifacts import Audio
from vsat_core.contract.protocols import Run
from vsat_core.contract.threads import map_threads, thread_count
from vsat_plugins._kernels.simd import WIDTH
from vsat_plugins.enhance.environment import N_BINS, WINDOW, compile_measuring
from vsat_plugins.enhance.gate import (
    HOP,
    NEAR_FRAMES,
    between,
    enhance,
    first_frame_start,
    frame_count,
)
from vsat_plugins.enhance.gate_jit import EARLY, gate_strips, tables_of

LONGEST_STRIP = 256  # hops of 8 ms: a block of eight strips is 16 s long


class Numba:
    """Every sample from the same four frames in the same order, whatever the number of threads."""

    def __init__(self, params: Any, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Compile, or load what was compiled before."""
        compile_measuring()
        tables = tables_of(np.ones(N_BINS), 1.0, self.params.reduction_db, self.params.open_db)
        sound, out = (
            np.zeros((EARLY + WIDTH) * HOP + WINDOW, np.float32),
            np.empty(WIDTH * HOP, np.float32),
        )
        gate_strips(sound, 0, 4, 1, tables, out)

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
        tables = tables_of(noise_squares, gain, self.params.reduction_db, self.params.open_db)
        n, n_frames = len(samples), frame_count(len(samples))
        strip = min(LONGEST_STRIP, -(-n // (HOP * WIDTH)))
        block = strip * HOP * WIDTH

        def work(begin: int) -> int:
            before = -first_frame_start() + NEAR_FRAMES * HOP
            sound = between(
                samples, begin - before, begin + block + (EARLY + 1) * HOP + WINDOW - before
            )
            gated = np.empty(block, np.float32)
            gate_strips(sound, begin // HOP, n_frames, strip, tables, gated)
            end = min(begin + block, n)
            out[begin:end] = gated[: end - begin]
            return end

        for end in map_threads(work, range(0, n, block), thread_count(self.tuning.threads)):
            progress(end)
