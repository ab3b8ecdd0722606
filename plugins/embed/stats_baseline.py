"""stats.baseline: window by window."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.plugin import Embed, Run
from vsat_plugins.embed import StatsParams
from vsat_plugins.embed.levels import log_mel
from vsat_plugins.embed.stats import cosine_basis, normalised
from vsat_plugins.embed.windows import one_by_one


def statistics_of(frames: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Means of coefficients 1, 2, ... (0 is loudness) and deviations of all: float64 (2 * n_cepstra
    - 1,).
    """
    cepstra = log_mel(frames) @ basis
    return np.concatenate((cepstra.mean(0)[1:], cepstra.std(0)))


class Baseline(Embed):
    """The specification."""

    params: StatsParams

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        basis = cosine_basis(features.frames.shape[1], self.params.cepstra)
        windows, values = one_by_one(
            features, speech, self.params, lambda rows: statistics_of(rows, basis), run
        )
        return normalised(features, speech, windows, values, self.params)
