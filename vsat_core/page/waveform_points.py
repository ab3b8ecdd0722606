"""The waveform as the page draws it: two bytes a point, from the `draw` pyramid."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Waveform

FULL = 127  # of an int8 that stands for a sample of 1


def levels_of(waveform: Waveform) -> dict[str, object]:
    """What there is to ask for: each level with the samples that a point covers."""
    bounds = waveform.offsets.tolist()
    return {
        "sample_rate": SAMPLE_RATE,
        "hop": waveform.hop,
        "n_samples": waveform.n_samples,
        "levels": [
            {
                "level": k,
                "samples_per_point": waveform.hop << k,
                "points": bounds[k + 1] - bounds[k],
            }
            for k in range(waveform.n_levels)
        ],
    }


def points_of(waveform: Waveform, level: int, begin: int, end: int) -> bytes:
    """Points `begin` to `end` of a level, cut to what there is: (min, max) pairs of int8, 127 for
    a sample of 1. A point is never drawn smaller than it is.
    """
    low, high = waveform.level(level)
    part = slice(max(0, begin), max(0, end))
    pairs = np.empty((len(low[part]), 2), np.int8)
    pairs[:, 0] = np.clip(np.floor(low[part] * FULL), -FULL, FULL)
    pairs[:, 1] = np.clip(np.ceil(high[part] * FULL), -FULL, FULL)
    return pairs.tobytes()
