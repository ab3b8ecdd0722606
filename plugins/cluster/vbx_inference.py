"""Whose turn it is as a hidden Markov model: a state for every speaker, solved by variational Bayes
(VBx).

Landini, Profant, Diez and Burget, "Bayesian HMM clustering of x-vector sequences (VBx) in speaker
diarization: theory, implementation and analysis on standard tasks", Computer Speech and Language
71, 2022; equation numbers are theirs. Observations are such that within one speaker they have
covariance I, and speakers' means a diagonal one, `phi`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import attrs
import numpy as np

# added to every probability of a change, as in the authors' program: no state is ever out of reach
TINY = 1e-8


@attrs.frozen
class Settings:
    """`fa` weighs the evidence, `fb` the cost of a speaker; `loop` is the probability that nobody
    else goes on.
    """

    fa: float
    fb: float
    loop: float
    rounds: int = 40
    least_gain: float = 1e-6


@attrs.frozen
class Paths:
    """What forward-backward gives: `gamma` float64 (n, k), evidence log p(X), expected entries (k,)
    by a change.
    """

    gamma: np.ndarray
    evidence: float
    entered: np.ndarray


@attrs.frozen
class Result:
    """`gamma` float64 (n, k): how surely print t is speaker s; `prior` (k,), near 0 for who is not
    needed; `bounds`: the lower bound of the evidence after every round, which never falls.
    """

    gamma: np.ndarray
    prior: np.ndarray
    bounds: tuple[float, ...]


Walk = Callable[[np.ndarray, np.ndarray, float], Paths]  # log p(x|s) (n, k), prior, loop
Model = Callable[[np.ndarray, np.ndarray, np.ndarray, Settings], tuple[np.ndarray, float]]


def nothing() -> None:
    """Between rounds, unless somebody wants to stop there."""


def solved(
    x: np.ndarray,
    phi: np.ndarray,
    gamma: np.ndarray,
    settings: Settings,
    model: Model,
    walk: Walk,
    between: Callable[[], None] = nothing,
) -> Result:
    """Speakers and paths by turns from a first guess, until the bound gains nothing.

    `x` float64 (n, d), `phi` (d,), `gamma` (n, k) with rows that add to 1; n and k at least 1.
    `between` is called before every round and may raise.
    """
    prior = np.full(gamma.shape[1], 1 / gamma.shape[1])
    bounds: list[float] = []
    for _ in range(settings.rounds):
        between()
        log_p, penalty = model(x, phi, gamma, settings)
        paths = walk(log_p, prior, settings.loop)
        gamma = paths.gamma
        prior = gamma[0] + paths.entered  # (24)
        prior = prior / prior.sum()
        bounds.append(paths.evidence + settings.fb * penalty)  # (25)
        if len(bounds) > 1 and bounds[-1] - bounds[-2] < settings.least_gain:
            break
    return Result(gamma, prior, tuple(bounds))


def plain_model(
    x: np.ndarray, phi: np.ndarray, gamma: np.ndarray, s: Settings
) -> tuple[np.ndarray, float]:
    """log p(x_t|s) float64 (n, k) for speakers as `gamma` has them, and the bound's part that pays
    for speakers.
    """
    (n, dim), k = x.shape, gamma.shape[1]
    log_p, penalty = np.zeros((n, k)), 0.0
    rho = [row * np.sqrt(phi) for row in x]  # (18)
    for speaker in range(k):
        count = sum(gamma[t, speaker] for t in range(n))
        spread = 1 / (1 + s.fa / s.fb * count * phi)  # (17), the diagonal of L^-1
        mean = s.fa / s.fb * spread * sum(gamma[t, speaker] * rho[t] for t in range(n))  # (16)
        penalty += 0.5 * float(np.sum(np.log(spread) - spread - mean**2 + 1))  # (25)
        for t in range(n):
            constant = -0.5 * (x[t] @ x[t] + dim * math.log(2 * math.pi))
            log_p[t, speaker] = s.fa * (
                mean @ rho[t] - 0.5 * (spread + mean**2) @ phi + constant
            )  # (23)
    return log_p, penalty


def fast_model(
    x: np.ndarray, phi: np.ndarray, gamma: np.ndarray, s: Settings
) -> tuple[np.ndarray, float]:
    """The same for all prints and speakers at once."""
    rho = x * np.sqrt(phi)  # (18)
    spread = 1 / (1 + s.fa / s.fb * gamma.sum(0)[:, None] * phi)  # (17)
    mean = s.fa / s.fb * spread * (gamma.T @ rho)  # (16)
    constant = -0.5 * (np.einsum("td,td->t", x, x) + x.shape[1] * math.log(2 * math.pi))
    log_p = s.fa * (rho @ mean.T - 0.5 * (spread + mean**2) @ phi + constant[:, None])  # (23)
    return log_p, 0.5 * float(np.sum(np.log(spread) - spread - mean**2 + 1))


def plain_walk(log_p: np.ndarray, prior: np.ndarray, loop: float) -> Paths:
    """Forward-backward in logarithms, every change of speaker one by one."""
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


def fast_walk(log_p: np.ndarray, prior: np.ndarray, loop: float) -> Paths:
    """The same in probabilities that add to 1 at every print; a change does not ask from whom: k
    steps, not k * k.
    """
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


def log_sum(values: list[float]) -> float:
    """The logarithm of a sum of numbers given as logarithms."""
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values))
