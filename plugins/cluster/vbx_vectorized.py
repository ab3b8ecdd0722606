"""vbx.vectorized: all embeddings and speakers at once."""

import math
from typing import Any

import numpy as np

from vsat_plugins.cluster import VbxParams
from vsat_plugins.cluster.vbx import TINY, Paths, Vbx


class Vectorized(Vbx):
    """Changes of speaker in time that grows with the number of speakers, not its square."""

    def model(self, x: np.ndarray, phi: np.ndarray, gamma: np.ndarray) -> tuple[np.ndarray, float]:
        """All at once."""
        return modelled(self.params, np, x, phi, gamma)

    def walk(self, log_p: np.ndarray, prior: np.ndarray) -> Paths:
        """In probabilities that add to 1 at every embedding; a change does not depend on the
        speaker before: k steps, not k * k.
        """
        loop = self.params.loop_probability
        top = log_p.max(1, keepdims=True)
        likely = np.exp(log_p - top)
        jump = (1 - loop) * prior + TINY
        ahead, back, scale = np.empty_like(likely), np.ones_like(likely), np.empty(len(likely))
        state = (prior + TINY) * likely[0]
        for t in range(len(likely)):
            if t:
                state = (loop * state + jump) * likely[t]
            scale[t] = state.sum()
            state = state / scale[t]
            ahead[t] = state
        weight = likely / scale[:, None]
        for t in range(len(likely) - 2, -1, -1):
            seen = weight[t + 1] * back[t + 1]
            back[t] = loop * seen + jump @ seen
        entered = (1 - loop) * prior * (weight[1:] * back[1:]).sum(0)
        return Paths(ahead * back, float(np.log(scale).sum() + top.sum()), entered)


def modelled(p: VbxParams, lib: Any, x: Any, phi: Any, gamma: Any) -> tuple[Any, float]:
    """What `Vbx.model` gives, of arrays or tensors by the library they are of: numpy or torch."""
    rho = x * lib.sqrt(phi)  # (18)
    spread = 1 / (1 + p.fa / p.fb * gamma.sum(0)[:, None] * phi)  # (17)
    mean = p.fa / p.fb * spread * (gamma.T @ rho)  # (16)
    constant = -0.5 * (lib.einsum("td,td->t", x, x) + x.shape[1] * math.log(2 * math.pi))
    log_p = p.fa * (rho @ mean.T - 0.5 * (spread + mean**2) @ phi + constant[:, None])  # (23)
    return log_p, 0.5 * float((lib.log(spread) - spread - mean**2 + 1).sum())
