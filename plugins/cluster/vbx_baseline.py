"""vbx.baseline: embedding by embedding, speaker by speaker."""

import math

import numpy as np

from vsat_plugins.cluster.vbx import TINY, Paths, Vbx


class Baseline(Vbx):
    """The specification."""

    def model(self, x: np.ndarray, phi: np.ndarray, gamma: np.ndarray) -> tuple[np.ndarray, float]:
        """Speaker by speaker."""
        p = self.params
        (n, dim), k = x.shape, gamma.shape[1]
        log_p, penalty = np.zeros((n, k)), 0.0
        rho = [row * np.sqrt(phi) for row in x]  # (18)
        for speaker in range(k):
            count = sum(gamma[t, speaker] for t in range(n))
            spread = 1 / (1 + p.fa / p.fb * count * phi)  # (17), the diagonal of L^-1
            mean = p.fa / p.fb * spread * sum(gamma[t, speaker] * rho[t] for t in range(n))  # (16)
            penalty += 0.5 * float(np.sum(np.log(spread) - spread - mean**2 + 1))  # (25)
            for t in range(n):
                constant = -0.5 * (x[t] @ x[t] + dim * math.log(2 * math.pi))
                log_p[t, speaker] = p.fa * (
                    mean @ rho[t] - 0.5 * (spread + mean**2) @ phi + constant
                )  # (23)
        return log_p, penalty

    def walk(self, log_p: np.ndarray, prior: np.ndarray) -> Paths:
        """In logarithms, every change of speaker one by one."""
        loop = self.params.loop_probability
        n, k = log_p.shape
        change = np.log(loop * np.eye(k) + (1 - loop) * prior + TINY)  # (1), from row to column
        ahead, back = np.zeros((n, k)), np.zeros((n, k))
        ahead[0] = log_p[0] + np.log(prior + TINY)
        for t in range(1, n):
            for b in range(k):
                ahead[t, b] = log_p[t, b] + log_sum(
                    [ahead[t - 1, a] + change[a, b] for a in range(k)]
                )  # (20)
        for t in range(n - 2, -1, -1):
            for a in range(k):
                back[t, a] = log_sum(
                    [change[a, b] + log_p[t + 1, b] + back[t + 1, b] for b in range(k)]
                )  # (21)
        evidence = log_sum(list(ahead[-1]))
        entered = np.zeros(k)
        for t in range(1, n):
            before = log_sum(list(ahead[t - 1]))
            for b in range(k):
                entered[b] += (
                    (1 - loop) * prior[b] * math.exp(before + log_p[t, b] + back[t, b] - evidence)
                )  # (24)
        return Paths(np.exp(ahead + back - evidence), evidence, entered)  # (19), (22)


def log_sum(values: list[float]) -> float:
    """The logarithm of a sum of numbers given as logarithms."""
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values))
