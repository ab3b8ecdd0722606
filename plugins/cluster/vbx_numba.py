"""vbx.numba: likelihoods as in `vbx.vectorized`, the walk through the recording compiled."""

import numpy as np
from numba import njit

from vsat_plugins.cluster.vbx import TINY, Paths
from vsat_plugins.cluster.vbx_vectorized import Vectorized


class Numba(Vectorized):
    """One loop forward, one back."""

    def prepare(self) -> None:
        """Compile for the types in use."""
        forward_backward(np.zeros((2, 2)), np.full(2, 0.5), 0.5)

    def walk(self, log_p: np.ndarray, prior: np.ndarray) -> Paths:
        """In probabilities that add to 1 at every embedding."""
        return Paths(*forward_backward(log_p, prior, self.params.loop_probability))


@njit(cache=True, nogil=True, error_model="numpy")
def forward_backward(log_p, prior, loop):
    """The fields of Paths. `gamma` holds probabilities of the way there before those of the way
    on are multiplied in.
    """
    n, k = log_p.shape
    weight, gamma = np.empty((n, k)), np.empty((n, k))
    back, entered, evidence = np.ones(k), np.zeros(k), 0.0
    for t in range(n):
        top, scale = log_p[t].max(), 0.0
        for s in range(k):
            before = loop * gamma[t - 1, s] + (1 - loop) * prior[s] if t else prior[s]
            weight[t, s] = np.exp(log_p[t, s] - top)
            gamma[t, s] = (before + TINY) * weight[t, s]
            scale += gamma[t, s]
        for s in range(k):
            gamma[t, s] /= scale
            weight[t, s] /= scale
        evidence += top + np.log(scale)
    for t in range(n - 1, -1, -1):
        change = 0.0
        for s in range(k):
            gamma[t, s] *= back[s]
            back[s] *= weight[t, s]
            change += ((1 - loop) * prior[s] + TINY) * back[s]
        for s in range(k):
            if t:
                entered[s] += (1 - loop) * prior[s] * back[s]
            back[s] = loop * back[s] + change
    return gamma, evidence, entered
