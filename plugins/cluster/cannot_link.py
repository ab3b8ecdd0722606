"""Pairs of embeddings that the detector gave to different speakers."""

from __future__ import annotations

import numpy as np

from vsat_plugins.cluster.units import NEAR, Units, neighbours


def cannot_link(units: Units) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of embeddings near each other of different voices, both ways round, in order of the
    first; int64 (n_pairs,).
    """
    known = np.flatnonzero(units.voice >= 0)
    voice = units.voice[known]
    left, right = neighbours(units.center[known], NEAR)
    differ = voice[left] != voice[right]
    return known[left[differ]], known[right[differ]]
