"""moonshine.numba: as batched; the likeliest token and its probability in one compiled pass over
the decoder's scores.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from vsat_plugins.transcribe.moonshine_batched import Batched
from vsat_plugins.transcribe.network import Batch


@numba.njit(cache=True, nogil=True)
def choose(logits: np.ndarray, best: np.ndarray, score: np.ndarray) -> None:
    """The highest of each row of float32 (n_rows, n_tokens), the first of equals, and its natural
    log-probability.

    Values 20 below the highest are left out of the sum: all 32,768 together would add less than
    1e-4 to it.
    """
    for row in range(logits.shape[0]):
        top = 0
        for k in range(1, logits.shape[1]):
            if logits[row, k] > logits[row, top]:
                top = k
        highest, total = logits[row, top], 0.0
        for k in range(logits.shape[1]):
            above = logits[row, k] - highest
            if above > -20.0:
                total += math.exp(above)
        best[row], score[row] = top, -math.log(total)


class CompiledBatch(Batch):
    """A batch whose tokens are chosen by compiled code."""

    def choose(self, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        best, score = np.empty(len(logits), np.int64), np.empty(len(logits))
        choose(np.ascontiguousarray(logits), best, score)
        return best, score


class Numba(Batched):
    """Compiled choice of tokens."""

    batch = CompiledBatch

    def prepare(self) -> None:
        """Open both networks, read the vocabulary, compile."""
        super().prepare()
        choose(np.zeros((1, 2), np.float32), np.zeros(1, np.int64), np.zeros(1))
