"""d-vectors as compiled loops: one matrix product a step for all windows of a batch, gates in one
pass.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run, Threads
from vsat_plugins.embed import DVECTOR, DvectorParams
from vsat_plugins.embed.batching import Network, prints_of
from vsat_plugins.embed.dvector import DIM, Weights, frames_of, load, scaled
from vsat_plugins.embed.windows import Lengths

BATCH_FRAMES = 5120


@numba.njit(nogil=True, cache=True, error_model="numpy")
def gated(
    again: np.ndarray, enter: np.ndarray, bias: np.ndarray, cell: np.ndarray, state: np.ndarray
) -> None:
    """One step from what the state and the frame say, float32 (n, 4 * dim); changes cell and state
    (n, dim).
    """
    n, dim = cell.shape
    one = np.float32(1)
    for w in range(n):
        for k in range(dim):
            come = one / (one + math.exp(-(again[w, k] + enter[w, k] + bias[k])))
            j = k + dim
            stay = one / (one + math.exp(-(again[w, j] + enter[w, j] + bias[j])))
            j += dim
            new = math.tanh(again[w, j] + enter[w, j] + bias[j])
            j += dim
            leave = one / (one + math.exp(-(again[w, j] + enter[w, j] + bias[j])))
            cell[w, k] = stay * cell[w, k] + come * new
            state[w, k] = leave * math.tanh(cell[w, k])


@numba.njit(nogil=True, cache=True)
def recurrent(x: np.ndarray, enter: np.ndarray, again: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """States of one layer: float32 (frames, windows, n) and weights (n, 4 * dim), (dim, 4 * dim),
    (4 * dim,).
    """
    n_frames, n_windows, n = x.shape
    dim = again.shape[0]
    gates = np.dot(x.reshape(n_frames * n_windows, n), enter).reshape(n_frames, n_windows, 4 * dim)
    cell = np.zeros((n_windows, dim), np.float32)
    state = np.zeros((n_windows, dim), np.float32)
    states = np.empty((n_frames, n_windows, dim), np.float32)
    step = np.empty((n_windows, 4 * dim), np.float32)
    for t in range(n_frames):
        np.dot(state, again, step)
        gated(step, gates[t], bias, cell, state)
        states[t] = state
    return states


class Numba:
    """Batches of windows of one length, a batch on each thread."""

    def __init__(self, params: DvectorParams, tuning: Threads) -> None:
        self.params, self.tuning = params, tuning
        self._weights: Weights | None = None
        self._columns: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def prepare(self) -> None:
        """Load the weights; compile, or load what was compiled before."""
        if self._weights is None:
            weights = load(DVECTOR.path())
            self._columns = [
                (
                    np.ascontiguousarray(layer.enter.T),
                    np.ascontiguousarray(layer.again.T),
                    layer.bias,
                )
                for layer in weights.layers
            ]
            self._prints(weights, np.zeros((1, 1, 40), np.float32))
            self._weights = weights

    def _prints(self, weights: Weights, stack: np.ndarray) -> np.ndarray:
        """float32 (windows, frames, 40) to (windows, DIM)."""
        x = np.ascontiguousarray(stack.transpose(1, 0, 2))
        for layer in self._columns:
            x = recurrent(x, *layer)
        return scaled(x[-1] @ weights.project.T + weights.bias)

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        """One vector a window; it stands in one row for every segment the window has a piece of."""
        self.prepare()
        weights = self._weights
        if weights is None:
            raise RuntimeError("prepare loaded no weights")
        network = Network(DIM, 1, frames_of, lambda stack: self._prints(weights, stack))
        threads = thread_count(self.tuning.threads)
        return prints_of(
            features, speech, Lengths.of(self.params), network, run, BATCH_FRAMES, threads
        )
