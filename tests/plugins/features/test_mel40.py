"""mel40 against closed forms: Slaney's published scale, unit area, and the spectrum of a tone under
a Hann window.
"""

import numpy as np
import pytest

from tests._support.variants import agreement, fast, names
from vsat_plugins.features.mel import slaney_filters

STEP_MEL = (15 + 27 * np.log(8) / np.log(6.4)) / 41  # 40 bins up to 8 kHz have 41 equal steps


def edges_hz():
    """Slaney's edges, built up one by one: 200/3 Hz a mel to 1 kHz, then a factor of 6.4 for every
    27.
    """
    edges = []
    for k in range(42):
        mel = k * STEP_MEL
        edges.append(mel * 200 / 3 if mel < 15 else 1000 * 6.4 ** ((mel - 15) / 27))
    return np.array(edges)


def triangle(hz, left, centre, right):
    """Height at `hz` of a triangle of area 1."""
    peak = 2 / (right - left)
    if left < hz <= centre:
        return peak * (hz - left) / (centre - left)
    return peak * (right - hz) / (right - centre) if centre < hz < right else 0.0


def test_filters_are_triangles_of_area_one():
    edges = edges_hz()
    assert edges[-1] == pytest.approx(8000)
    expected = [[triangle(40.0 * k, *edges[i : i + 3]) for i in range(40)] for k in range(201)]
    np.testing.assert_allclose(slaney_filters(40, 400, 0, 8000), expected, atol=1e-12)
    fine = slaney_filters(40, 160_000, 0, 8000)
    np.testing.assert_allclose(fine.sum(axis=0) * 0.1, 1, rtol=1e-4)


@pytest.mark.parametrize("stage", names("features", "mel40"))
@pytest.mark.parametrize("k", [5, 25, 60, 150])
def test_a_tone_gives_its_closed_form(stage, k, frames):
    """At bin k, amplitude A has |X| = A N / 4 there, half of it in both neighbours and nothing
    elsewhere.
    """
    samples = (0.5 * np.cos(2 * np.pi * k * np.arange(1200) / 400 + 0.3)).astype(np.float32)
    power, edges = (0.5 * 400 / 4) ** 2, edges_hz()
    heights = [
        [triangle(40.0 * line, *edges[i : i + 3]) for i in range(40)] for line in (k - 1, k, k + 1)
    ]
    expected = power * np.array([0.25, 1, 0.25]) @ heights
    given = frames(stage, samples)
    assert given.shape == (6, 40)
    np.testing.assert_allclose(given, np.tile(expected, (6, 1)), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("stage", fast("features", "mel40"))
@pytest.mark.parametrize("scale", [1e-4, 0.1, 0.9])
def test_techniques_agree_with_the_baseline(stage, scale, frames):
    samples = (scale * np.random.default_rng(4).uniform(-1, 1, 20_000)).astype(np.float32)
    samples[5000:9000] = 0
    near = agreement("features", "mel40")
    fast, plain = (frames(n, samples) for n in (stage, "mel40.baseline"))
    np.testing.assert_allclose(fast, plain, near.rtol, near.atol)
