"""The min/max pyramid: against a direct look at the samples, and technique against technique."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from tests._support.variants import fast, made, names
from vsat_core.artifacts import Audio
from vsat_core.contract.workspace import Workspace
from vsat_plugins.draw import peaks

LENGTHS = (1, 100, 255, 256, 257, 511, 512, 513, 4096, 10_001)
ALL, FAST = names("draw", "peaks"), fast("draw", "peaks")


def draw(name, samples, hop=256, **tuning):
    with Workspace() as run:
        return made("draw", name, {"hop": hop}, **tuning)(Audio(samples), run=run)


def noise(n):
    return np.random.default_rng(n).standard_normal(n).astype(np.float32)


@pytest.mark.parametrize("technique", ALL)
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


@given(
    st.lists(st.sampled_from([-1.0, -0.5, -0.0, 0.0, 0.5, 1.0]), max_size=70), st.integers(1, 20)
)
def test_techniques_agree_to_the_bit(values, hop):
    samples = np.array(values, np.float32)
    assert {draw(technique, samples, hop).digest() for technique in FAST} == {
        draw("peaks.baseline", samples, hop).digest()
    }


@pytest.mark.parametrize("technique", FAST)
@pytest.mark.parametrize("n", [7000, 7777])
def test_neither_blocks_nor_threads_show(technique, n, monkeypatch):
    samples, wanted = noise(n), draw("peaks.baseline", noise(n), 100)
    monkeypatch.setattr(peaks, "BLOCK_SAMPLES", 1024)
    for threads in (1, 3):
        assert draw(technique, samples, 100, threads=threads).digest() == wanted.digest()


@pytest.mark.parametrize("technique", FAST)
def test_a_point_may_cover_a_minute(technique):
    samples = noise(3_000_001)
    drawn, wanted = (draw(name, samples, 960_000) for name in (technique, "peaks.baseline"))
    assert drawn.digest() == wanted.digest()
