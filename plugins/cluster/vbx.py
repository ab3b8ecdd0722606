"""What the techniques of `vbx` share: a first guess by agglomerative clustering, refined by a
hidden Markov model with a state for every speaker, solved by variational Bayes.

Landini, Profant, Diez and Burget, "Bayesian HMM clustering of x-vector sequences (VBx) in speaker
diarization: theory, implementation and analysis on standard tasks", Computer Speech and Language
71, 2022; equation numbers are theirs. Observations (`vbx_space` makes them) are such that within
one speaker they have covariance I, and speakers' means a diagonal one, `phi`. Speakers whose
embeddings the others explain as well fade away, so the first guess has too many on purpose.
"""

from collections.abc import Callable

import attrs
import numpy as np
import scipy.special

from vsat_core.plugin import Run
from vsat_plugins.cluster import VbxParams
from vsat_plugins.cluster.ahc_vectorized import Vectorized
from vsat_plugins.cluster.speakers import adjusted
from vsat_plugins.cluster.units import Units
from vsat_plugins.cluster.vbx_space import whitened

MOST_STATES = 40  # speakers of the first guess unless more are asked for
SMOOTHING = 5.0  # an embedding belongs to its first guess exp(5) times more surely than to others
ROUNDS, LEAST_GAIN = 40, 1e-6  # of the bound
# added to every probability of a change, as in the authors' program: no state is ever out of reach
TINY = 1e-8


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


class Vbx(Vectorized):
    """Each technique has its own `model` and `walk`."""

    params: VbxParams

    def group(self, units: Units, least: float, low: int, high: int, run: Run) -> np.ndarray:
        """A group for each embedding, int64 (n,)."""
        first = super().group(units, least, low, max(low, MOST_STATES), run)
        guess = scipy.special.softmax(SMOOTHING * np.eye(int(first.max()) + 1)[first], axis=1)
        x, phi = whitened(units, self.params.between_speaker_similarity)
        end = int(units.center[-1])
        result = self.solved(x, phi, guess, lambda: run.progress(end))
        labels = np.unique(result.gamma.argmax(1), return_inverse=True)[1]
        return adjusted(labels, units.vectors, np.inf, low, high)

    def model(self, x: np.ndarray, phi: np.ndarray, gamma: np.ndarray) -> tuple[np.ndarray, float]:
        """log p(x_t|s) float64 (n, k) for speakers as `gamma` has them, and the regularisation term
        of the bound.
        """
        raise NotImplementedError

    def walk(self, log_p: np.ndarray, prior: np.ndarray) -> Paths:
        """Forward-backward over log p(x_t|s)."""
        raise NotImplementedError

    def solved(
        self,
        x: np.ndarray,
        phi: np.ndarray,
        gamma: np.ndarray,
        between: Callable[[], None] = nothing,
    ) -> Result:
        """Speakers and paths alternately from a first guess, until the bound gains nothing.

        `x` float64 (n, d), `phi` (d,), `gamma` (n, k) with rows that add to 1; n and k at least 1.
        `between` is called before every round and may raise.
        """
        prior = np.full(gamma.shape[1], 1 / gamma.shape[1])
        bounds: list[float] = []
        for _ in range(ROUNDS):
            between()
            log_p, penalty = self.model(x, phi, gamma)
            paths = self.walk(log_p, prior)
            gamma = paths.gamma
            prior = gamma[0] + paths.entered  # (24)
            prior = prior / prior.sum()
            bounds.append(paths.evidence + self.params.fb * penalty)  # (25)
            if len(bounds) > 1 and bounds[-1] - bounds[-2] < LEAST_GAIN:
                break
        return Result(gamma, prior, tuple(bounds))
