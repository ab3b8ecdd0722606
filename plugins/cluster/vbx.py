"""What the techniques of `vbx` share: a first guess by agglomerative clustering, refined by a
hidden Markov model with a state for every speaker.

Speakers whose embeddings the others explain as well fade away, so the first guess has too many on
purpose. `vbx_inference` is the model, `vbx_space` makes its observations of embeddings.
"""

from __future__ import annotations

import numpy as np
import scipy.special

from vsat_core.plugin import Run
from vsat_plugins.cluster import VbxParams
from vsat_plugins.cluster.ahc_vectorized import Vectorized
from vsat_plugins.cluster.speakers import adjusted
from vsat_plugins.cluster.units import Units
from vsat_plugins.cluster.vbx_inference import Inference, Settings
from vsat_plugins.cluster.vbx_space import whitened

MOST_STATES = 40  # speakers of the first guess unless more are asked for
SMOOTHING = 5.0  # an embedding belongs to its first guess exp(5) times more surely than to others


class Vbx(Vectorized, Inference):
    """Each technique has its own `Inference`."""

    params: VbxParams

    def group(self, units: Units, least: float, low: int, high: int, run: Run) -> np.ndarray:
        """A group for each embedding, int64 (n,)."""
        p = self.params
        first = super().group(units, least, low, max(low, MOST_STATES), run)
        guess = scipy.special.softmax(SMOOTHING * np.eye(int(first.max()) + 1)[first], axis=1)
        x, phi = whitened(units, p.between_speaker_similarity)
        end = int(units.center[-1])
        settings = Settings(p.fa, p.fb, p.loop_probability)
        result = self.solved(x, phi, guess, settings, lambda: run.progress(end))
        labels = np.unique(result.gamma.argmax(1), return_inverse=True)[1]
        return adjusted(labels, units.vectors, np.inf, low, high)
