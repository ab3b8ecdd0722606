"""dvector.numba: one matrix product a step for all windows of a batch, gates in one pass."""

from __future__ import annotations

import math

import numba
import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Embed, Run, Threads
from vsat_plugins.embed import DVECTOR, DvectorParams
from vsat_plugins.embed.batching import Network, in_batches
from vsat_plugins.embed.dvector import DIM, Weights, load, scaled

BATCH_FRAMES = 5120


@numba.njit(nogil=True, cache=True, error_model="numpy")
def gated(
    again: np.ndarray, enter: np.ndarray, bias: np.ndarray, cell: np.ndarray, state: np.ndarray
) -> None:
    """One step from the products of state and frame, float32 (n, 4 * dim); changes cell and state
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


class Numba(Embed):
    """Batches of windows of one length, a batch on each thread."""

    params: DvectorParams
    tuning: Threads
    _weights: Weights | None = None

    def prepare(self) -> None:
        """Load the weights; compile, or load what was compiled before."""
        if self._weights is None:
            self._weights = load(DVECTOR.path())
            embedded(self._weights, np.zeros((1, 1, 40), np.float32))

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        self.prepare()
        weights = self._weights
        assert weights is not None
        network = Network(
            DIM, 1, BATCH_FRAMES, lambda rows: rows, lambda stack: embedded(weights, stack)
        )
        threads = thread_count(self.tuning.threads)
        return in_batches(features, speech, self.params, network, threads, run)


def embedded(weights: Weights, stack: np.ndarray) -> np.ndarray:
    """float32 (windows, frames, 40) to (windows, DIM)."""
    x = np.ascontiguousarray(stack.transpose(1, 0, 2))
    for layer in weights.layers:
        x = recurrent(
            x, np.ascontiguousarray(layer.enter.T), np.ascontiguousarray(layer.again.T), layer.bias
        )
    return scaled(x[-1] @ weights.project.T + weights.bias)
