"""Quiet utterances are brought up before they are recognised.

The networks expect speech near -23 dBFS, to which `enhance` brings the loudest speaker. Moonshine
makes more errors 30 dB below that, and writes nonsense from 60 dB below on: a far speaker may be
that quiet next to a near one.
"""

from __future__ import annotations

import numpy as np

from vsat_plugins.transcribe.silence import loudest_power

QUIET_DBFS = -45.0  # utterances whose loudest 30 ms stay below are amplified
TARGET_DBFS = -18.0  # level of their loudest 30 ms then, which is that of speech at -23 dBFS


def brought_up(samples: np.ndarray) -> np.ndarray:
    """float32 (n_samples,): the utterance itself, or amplified where it is much quieter than the
    networks expect.
    """
    power = loudest_power(samples)
    if power == 0 or power >= 10 ** (QUIET_DBFS / 10):
        return samples
    louder = samples * np.float32((10 ** (TARGET_DBFS / 10) / power) ** 0.5)
    return np.clip(louder, -1, 1)
