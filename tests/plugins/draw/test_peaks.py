"""The min/max pyramid: against a direct look at the samples, and technique against technique."""
import numpy as np
import pytest
from hypothesis import given, strategies as st

from vsat_core.artifacts import Audio
from vsat_core.workspace import Workspace
from vsat_plugins.draw import PeaksParams
from vsat_plugins.draw.peaks import Baseline, Vectorized

LENGTHS = (1, 100, 255, 256, 257, 511, 512, 513, 4096, 10_001)


def draw(technique, samples, hop=256):
    with Workspace() as run:
        return technique(PeaksParams(hop), None)(Audio(samples), run=run)


def noise(n):
    return np.random.default_rng(n).standard_normal(n).astype(np.float32)


@pytest.mark.parametrize("technique", [Baseline, Vectorized])
@pytest.mark.parametrize("n", LENGTHS)
def test_every_point_is_the_extreme_of_its_stretch(technique, n):
    samples = noise(n)
    wave = draw(technique, samples)
    for k in range(wave.n_levels):
        low, high = wave.level(k)
        width = 256 * 2**k
        stretches = [samples[i : i + width] for i in range(0, n, width)]
        assert low.tolist() == [s.min() for s in stretches]
        assert high.tolist() == [s.max() for s in stretches]
    assert len(wave.level(wave.n_levels - 1)[0]) == 1
    assert (wave.hop, wave.n_samples) == (256, n)


@pytest.mark.parametrize("technique", [Baseline, Vectorized])
def test_no_samples_give_no_levels(technique):
    wave = draw(technique, np.zeros(0, np.float32))
    assert wave.n_levels == 0
    assert len(wave.low) == len(wave.high) == 0


@given(st.lists(st.sampled_from([-1.0, -0.5, -0.0, 0.0, 0.5, 1.0]), max_size=40), st.integers(1, 9))
def test_techniques_agree_to_the_bit(values, hop):
    samples = np.array(values, np.float32)
    assert draw(Baseline, samples, hop).digest() == draw(Vectorized, samples, hop).digest()


def test_techniques_agree_over_several_blocks():
    samples = noise((1 << 20) * 2 + 77)
    assert draw(Baseline, samples, 1000).digest() == draw(Vectorized, samples, 1000).digest()


def test_silence_and_an_offset_are_flat_lines():
    wave = draw(Vectorized, np.full(5000, 0.25, np.float32))
    assert set(wave.low.tolist()) == set(wave.high.tolist()) == {0.25}
    assert not draw(Vectorized, np.zeros(5000, np.float32)).high.any()
