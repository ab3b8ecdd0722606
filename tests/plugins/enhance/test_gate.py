"""The gate and the level gain: reconstruction, what they take away, what they leave alone, and
agreement.
"""

import numpy as np
import pytest

from tests._support.variants import agreement, fast, made, names, tuned
from vsat_core.artifacts import Audio
from vsat_core.contract.workspace import Workspace
from vsat_plugins.enhance import gate_batched, gate_numba, gate_vectorized

AGREEMENT = agreement("enhance", "gate")
TECHNIQUES = pytest.mark.parametrize("technique", names("enhance", "gate"))
FAST = fast("enhance", "gate")
ALWAYS = {"clean_snr_db": 100.0}


def talk(seconds=3.0, level=0.1, floor=0.01):
    """Tone bursts (0.3 s of every second, harmonics of 200 Hz) over white noise."""
    rng = np.random.default_rng(4)
    t = np.arange(round(seconds * 16_000)) / 16_000
    voiced = sum(np.sin(2 * np.pi * 200 * k * t) / k for k in range(1, 12))
    return (level * voiced * (t % 1 < 0.3) + floor * rng.standard_normal(len(t))).astype(np.float32)


def enhance(technique, samples, threads=1, **params):
    with Workspace() as run:
        return made("enhance", technique, params, threads=threads)(Audio(samples), run=run)


def level_db(x):
    return 10 * np.log10(np.mean(np.square(x, dtype=float)))


@TECHNIQUES
@pytest.mark.parametrize("n", [1000, 16_000, 16_001, 48_127])
def test_an_open_gate_gives_the_sound_back(technique, n):
    samples = talk(4)[4000 : 4000 + n]
    out = enhance(technique, samples, **ALWAYS, reduction_db=0.0)
    np.testing.assert_allclose(
        out.samples, samples * 10 ** (out.environment.gain_db / 20), rtol=0, atol=1e-6
    )


@TECHNIQUES
def test_pauses_grow_quieter_and_speech_stays(technique):
    samples = talk()
    out = enhance(technique, samples, **ALWAYS, reduction_db=12.0)
    assert out.environment.enhanced
    x = out.samples / 10 ** (out.environment.gain_db / 20)
    pause, speech = slice(6_400, 15_000), slice(16_000, 20_000)
    assert -12.1 < level_db(x[pause]) - level_db(samples[pause]) < -8
    assert abs(level_db(x[speech]) - level_db(samples[speech])) < 0.5


@pytest.mark.parametrize("technique", FAST)
@pytest.mark.parametrize("block", [1, 3, 100, 2048])
@pytest.mark.parametrize("n", [20_803, 12_800])
def test_techniques_agree(monkeypatch, technique, block, n):
    monkeypatch.setattr(gate_vectorized, "BLOCK_FRAMES", block)
    monkeypatch.setattr(gate_numba, "LONGEST_STRIP", block)
    monkeypatch.setitem(gate_batched.BLOCK_HOPS, "cpu", block)
    samples = talk(1.4)[:n]
    plain, fast = (enhance(t, samples, **ALWAYS) for t in ("gate.baseline", technique))
    assert plain.environment == fast.environment
    assert plain.environment.enhanced
    np.testing.assert_allclose(
        fast.samples, plain.samples, rtol=AGREEMENT.rtol, atol=AGREEMENT.atol
    )


@pytest.mark.parametrize("technique", tuned("enhance", "gate"))
def test_neither_threads_nor_blocks_change_a_sample(monkeypatch, technique):
    samples, outs = talk(1.3), []
    for threads, block in ((1, 256), (3, 16)):
        monkeypatch.setattr(gate_numba, "LONGEST_STRIP", block // 8)
        monkeypatch.setitem(gate_batched.BLOCK_HOPS, "cpu", 64)
        outs.append(enhance(technique, samples, threads, **ALWAYS).samples)
    np.testing.assert_array_equal(*outs)


@TECHNIQUES
def test_clean_sound_is_brought_to_the_target_level_only(technique):
    samples = talk(level=0.01, floor=0.0001)
    out = enhance(technique, samples)
    gain_db = out.environment.gain_db
    assert (out.environment.kind, out.environment.enhanced) == ("quiet", False)
    assert out.environment.level_dbfs + gain_db == pytest.approx(-23, abs=0.01)
    np.testing.assert_allclose(out.samples, samples * 10 ** (gain_db / 20), rtol=1e-6)


@TECHNIQUES
def test_a_gain_never_leaves_the_range(technique):
    samples = talk(level=0.01, floor=0.0001)
    samples[20_000] = 0.5
    out = enhance(technique, samples)
    assert 5.9 < out.environment.gain_db < 6.1
    assert np.abs(out.samples).max() <= 1
    loud = enhance(technique, 20 * talk())
    assert loud.environment.gain_db < 0
    assert np.abs(loud.samples).max() <= 1


@TECHNIQUES
def test_a_small_gain_is_left_out(technique):
    samples = talk(level=0.1, floor=0.0001)
    target = enhance(technique, samples).environment.level_dbfs + 0.9
    out = enhance(technique, samples, target_dbfs=target)
    np.testing.assert_array_equal(out.samples, samples)
    assert out.environment.gain_db == 0


@TECHNIQUES
@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0),
        np.zeros(1),
        np.ones(1),
        np.zeros(100),
        np.full(100, 0.2),
        np.zeros(16_000),
        np.random.default_rng(0).standard_normal(100) / 9,
        np.random.default_rng(0).standard_normal(40_000) / 9,
    ],
    ids=["none", "a zero", "a one", "100 zeros", "100 of offset", "zeros", "100 of noise", "noise"],
)
def test_what_holds_no_speech_is_left_alone(technique, samples):
    samples = samples.astype(np.float32)
    out = enhance(technique, samples, **ALWAYS)
    np.testing.assert_array_equal(out.samples, samples)
    assert out.environment is not None
    assert not out.environment.enhanced
