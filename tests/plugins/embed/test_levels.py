"""How far a window's sound is above the quietest of the recording."""

import numpy as np
import pytest

from vsat_core.artifacts import Features
from vsat_plugins.embed.levels import snr_of
from vsat_plugins.embed.windows import Piece

HOP, WINDOW = 160, 400


@pytest.mark.parametrize("n_bins", [80, 40])
def test_levels_are_above_the_quietest_frames(n_bins):
    """100 frames of noise and 100 of speech 20 dB louder; fbank80 is logarithmic, mel40 power."""
    power = np.repeat([1e-6, 1e-4], 100)[:, None] * np.ones(n_bins)
    frames = (np.log(power) if n_bins == 80 else power).astype(np.float32)
    features = Features(frames, np.array([0]), np.array([0, 200]), HOP, WINDOW)
    border = 100 * HOP
    windows = [
        [Piece(0, border, 0)],
        [Piece(border, 200 * HOP, 0)],
        [Piece(border - 40 * HOP, border, 0), Piece(border, border + 40 * HOP + WINDOW, 0)],
    ]
    quiet, loud, mixed = snr_of(features, windows).tolist()
    assert (quiet, loud) == pytest.approx((0.0, 20.0), abs=1e-3)
    assert mixed == pytest.approx(10.0, abs=0.5)


def test_no_windows():
    features = Features(
        np.zeros((0, 80), np.float32), np.zeros(0, np.int64), np.zeros(1, np.int64), HOP, WINDOW
    )
    assert len(snr_of(features, [])) == 0
