"""Voice prints made into what VBx models, without a PLDA: one number says how far one voice's
prints scatter.

VBx wants one speaker's observations to scatter with covariance I around a mean that itself has a
diagonal covariance `phi`. A PLDA trained for these prints would give both; there is none for CAM++,
and a recording is too short to estimate matrices of 192 dimensions. So both are taken to be round.

Let prints be v = m + h + e of length 1, m common to all, h the speaker and e what changes from
print to print. Two prints of strangers then have on average the cosine |m|^2 = c, two of one voice
|m|^2 + |h|^2 = a, and 1 = a + |e|^2. Over d dimensions the variances are (a - c) / d between
speakers and (1 - a) / d within one: x = (v - mean) sqrt(d / (1 - a)) is as VBx wants it, with phi =
(a - c) / (1 - a). The recording tells a (`Units.alikeness`); c is a param.
"""

from __future__ import annotations

import numpy as np

from vsat_plugins.cluster.units import Units

ROUNDEST = 1e-3  # of 1 - a and of a - c, at least


def whitened(units: Units, strangers: float) -> tuple[np.ndarray, np.ndarray]:
    """Observations float64 (n, d) and between variances (d,)."""
    dim, alike = units.vectors.shape[1], units.alikeness()
    within, between = max(1 - alike, ROUNDEST), max(alike - strangers, ROUNDEST)
    x = (units.vectors - units.vectors.mean(0)) * np.sqrt(dim / within)
    return x, np.full(dim, between / within)
