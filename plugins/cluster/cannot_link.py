"""Pairs of embeddings that the detector gave to different speakers."""

from __future__ import annotations

import numpy as np

from vsat_plugins.cluster.units import NEAR, Units


def cannot_link(units: Units) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of embeddings near each other of different voices, both ways round, in order of the
    first; int64 (n_pairs,).
    """
    known = np.flatnonzero(units.voice >= 0)
    center, voice = units.center[known], units.voice[known]
    begin = np.searchsorted(center, center - NEAR, "right")
    count = np.searchsorted(center, center + NEAR) - begin
    left = np.repeat(np.arange(len(known)), count)
    right = np.arange(count.sum()) - np.repeat(count.cumsum() - count - begin, count)
    differ = voice[left] != voice[right]
    return known[left[differ]], known[right[differ]]
