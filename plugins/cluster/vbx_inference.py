"""Speaker turns as a hidden Markov model: a state for every speaker, solved by variational Bayes
(VBx).

Landini, Profant, Diez and Burget, "Bayesian HMM clustering of x-vector sequences (VBx) in speaker
diarization: theory, implementation and analysis on standard tasks", Computer Speech and Language
71, 2022; equation numbers are theirs. Observations are such that within one speaker they have
covariance I, and speakers' means a diagonal one, `phi`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import attrs
import numpy as np

# added to every probability of a change, as in the authors' program: no state is ever out of reach
TINY = 1e-8


@attrs.frozen
class Settings:
    """`fa` weighs the evidence, `fb` the speaker regularisation; `loop` is the probability that the
    speaker does not change.
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
    """`gamma` float64 (n, k): probability that embedding t is speaker s; `prior` (k,), near 0 for
    speakers that are not needed; `bounds`: the lower bound of the evidence after every round, which
    never falls.
    """

    gamma: np.ndarray
    prior: np.ndarray
    bounds: tuple[float, ...]


def nothing() -> None:
    """Between rounds, unless a caller wants to stop there."""


class Inference(Protocol):
    """The two steps that alternate."""

    def model(
        self, x: np.ndarray, phi: np.ndarray, gamma: np.ndarray, s: Settings
    ) -> tuple[np.ndarray, float]:
        """log p(x_t|s) float64 (n, k) for speakers as `gamma` has them, and the regularisation term
        of the bound.
        """
        raise NotImplementedError

    def walk(self, log_p: np.ndarray, prior: np.ndarray, loop: float) -> Paths:
        """Forward-backward over log p(x_t|s)."""
        raise NotImplementedError

    def solved(
        self,
        x: np.ndarray,
        phi: np.ndarray,
        gamma: np.ndarray,
        settings: Settings,
        between: Callable[[], None] = nothing,
    ) -> Result:
        """Speakers and paths alternately from a first guess, until the bound gains nothing.

        `x` float64 (n, d), `phi` (d,), `gamma` (n, k) with rows that add to 1; n and k at least 1.
        `between` is called before every round and may raise.
        """
        prior = np.full(gamma.shape[1], 1 / gamma.shape[1])
        bounds: list[float] = []
        for _ in range(settings.rounds):
            between()
            log_p, penalty = self.model(x, phi, gamma, settings)
            paths = self.walk(log_p, prior, settings.loop)
            gamma = paths.gamma
            prior = gamma[0] + paths.entered  # (24)
            prior = prior / prior.sum()
            bounds.append(paths.evidence + settings.fb * penalty)  # (25)
            if len(bounds) > 1 and bounds[-1] - bounds[-2] < settings.least_gain:
                break
        return Result(gamma, prior, tuple(bounds))
