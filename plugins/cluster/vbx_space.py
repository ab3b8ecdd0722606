"""Observations for VBx without a PLDA: one number tells how far a speaker's embeddings scatter.

VBx wants one speaker's observations to scatter with covariance I around a mean that itself has a
diagonal covariance `phi`. A PLDA trained for these embeddings would give both; there is none for
CAM++, and a recording is too short to estimate matrices of 192 dimensions. So both are taken to be
isotropic.

Let embeddings be v = m + h + e of length 1, m common to all, h the speaker and e what changes from
embedding to embedding. Two embeddings of different speakers then have on average the cosine |m|^2 =
c, two of one speaker |m|^2 + |h|^2 = a, and 1 = a + |e|^2. Over d dimensions the variances are (a -
c) / d between speakers and (1 - a) / d within one: x = (v - mean) sqrt(d / (1 - a)) is as VBx wants
it, with phi = (a - c) / (1 - a). a is `Units.within_similarity`; c is a param.
"""

import numpy as np

from vsat_plugins.cluster.units import Units

SMALLEST = 1e-3  # of 1 - a and of a - c


def whitened(units: Units, between_similarity: float) -> tuple[np.ndarray, np.ndarray]:
    """Observations float64 (n, d) and between variances (d,)."""
    dim, similarity = units.vectors.shape[1], units.within_similarity()
    within, between = max(1 - similarity, SMALLEST), max(similarity - between_similarity, SMALLEST)
    x = (units.vectors - units.vectors.mean(0)) * np.sqrt(dim / within)
    return x, np.full(dim, between / within)
