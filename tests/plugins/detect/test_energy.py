"""The energy VAD: levels in closed form, speech in noise of any level, and none where there is
none.
"""

import attrs
import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings, strategies as st

from tests._support.variants import fast, made, names
from vsat_core.artifacts import Audio
from vsat_core.contract.workspace import Workspace
from vsat_plugins.detect import EnergyParams, energy

STAGES, FAST = names("detect", "energy"), fast("detect", "energy")
RNG = np.random.default_rng(5)
WHITE = RNG.standard_normal(12 * 16_000)
PLAN = energy.FramePlan.of(EnergyParams())
PINK = scipy.signal.lfilter([0.05, -0.096, 0.051, -0.0044], [1, -2.495, 2.017, -0.522], WHITE)


def detect(stage, samples, **params):
    """Speech found in these samples, on one thread."""
    with Workspace() as run:
        variant = made("detect", stage, params, threads=1)
        return variant(Audio(samples.astype(np.float32)), run=run)


def seconds(speech):
    return [
        (a / 16_000, b / 16_000)
        for a, b in zip(speech.start.tolist(), speech.end.tolist(), strict=True)
    ]


@pytest.mark.parametrize("amplitude", [0.9, 0.01, 0.0001])
def test_level_of_a_tone_is_half_its_square(amplitude, workspace):
    """1 kHz has whole periods in 25 ms and in the moving average, and an offset is no sound: 10
    log10(A^2 / 2).
    """
    tone = 0.05 + amplitude * np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000)
    vectorized = made("detect", "energy.vectorized")
    levels = vectorized.levels(Audio(tone.astype(np.float32)), PLAN, workspace)
    assert len(levels) == 100
    np.testing.assert_allclose(levels[2:-2], 10_000 * np.log10(amplitude**2 / 2), atol=60)


@pytest.mark.parametrize(("hz", "gain"), [(25, 0.0647), (75, 0.4955), (125, 1.0), (500, 1.0)])
def test_what_is_slower_than_a_voice_is_taken_out(hz, gain):
    """Of a tone at w radians a sample, 1 - sin(64 w) / (128 sin(w / 2)) is left."""
    t = np.arange(8000) / 16_000
    wave = energy.rough((0.5 * np.sin(2 * np.pi * hz * t)).astype(np.float32), 1600, 1600 + 3200)
    assert np.sqrt(2 * np.mean((wave * energy.QUANTUM) ** 2)) / 0.5 == pytest.approx(gain, rel=0.02)


def test_onset_follows_floor_and_peak():
    """Levels -60 (half of the time) and -20 dBFS: 40 % of the way is -44; 35 dB under the peak
    would be -55.
    """
    levels = np.tile(np.repeat(np.array([-60_000, -20_000], np.int32), 50), 40)
    onsets = made("detect", "energy.vectorized").onsets
    assert set(onsets(levels, PLAN).tolist()) == {-44_000}
    assert set(onsets(levels, attrs.evolve(PLAN, range=10_000)).tolist()) == {-30_000}
    assert set(onsets(levels, attrs.evolve(PLAN, min_level=-5_000)).tolist()) == {-5_000}
    assert set(onsets(np.full_like(levels, -30_000), PLAN).tolist()) == {-24_000}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("gain", [1.0, 0.03])
def test_bursts_are_found_at_their_edges(stage, gain, bursts):
    edges = seconds(detect(stage, bursts.samples * gain, pad_s=0.0))
    np.testing.assert_allclose(edges, [(1.0, 2.0), (3.5, 5.0)], atol=0.04)
    padded = seconds(detect(stage, bursts.samples * gain, pad_s=0.1))
    np.testing.assert_allclose(padded, np.array(edges) + np.array([-0.1, 0.1]), atol=1e-9)


@pytest.mark.parametrize("stage", STAGES)
def test_a_recording_that_grows_loud_is_judged_piece_by_piece(stage, bursts):
    """The noise of its second half is louder than the speech of its first."""
    quiet, loud = np.tile(bursts.samples, 6) * 0.001, np.tile(bursts.samples, 6)
    noisy = loud + 0.002 * RNG.standard_normal(len(loud))
    speech = detect(stage, np.concatenate((quiet, noisy)), min_level_db=-100.0)
    covered = np.zeros(72 * 100, bool)
    for begin, end in seconds(speech):
        covered[round(begin * 100) : round(end * 100)] = True
    expected = np.tile(np.repeat([0, 1, 0, 1, 0], [100, 100, 150, 150, 100]).astype(bool), 12)
    settled = np.ones(len(expected), bool)
    settled[2500:4700] = False  # within ten seconds of the change both levels share one floor
    assert np.mean(covered[settled] == expected[settled]) > 0.9
    assert covered[settled & expected].all()


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("noise", [WHITE, PINK], ids=["white", "pink"])
@pytest.mark.parametrize("level", [0.1, 0.01, 1e-4])
def test_steady_noise_is_no_speech(stage, noise, level):
    assert seconds(detect(stage, level * noise / noise.std())) == []


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("n_samples", [0, 1, 100, 160, 401, 48_000])
def test_no_sound_no_speech(stage, n_samples):
    speech = detect(stage, np.zeros(n_samples))
    assert (len(speech.start), speech.n_samples) == (0, n_samples)


@settings(max_examples=40, deadline=None)
@given(
    pieces=st.lists(st.tuples(st.integers(-90, 0), st.integers(1, 4000)), min_size=1, max_size=12),
    params=st.fixed_dictionaries(
        {
            "adapt_s": st.sampled_from([2.0, 20.0]),
            "hop_s": st.sampled_from([0.01, 0.007, 0.1]),
            "min_pause_s": st.sampled_from([0.0, 0.05, 0.3]),
            "min_speech_s": st.sampled_from([0.0, 0.02, 0.15]),
            "pad_s": st.sampled_from([0.0, 0.03, 0.5]),
            "hysteresis_db": st.sampled_from([0.0, 3.0]),
        }
    ),
)
def test_techniques_agree_exactly(pieces, params):
    """Any sequence of levels and lengths, any timing."""
    scale = np.concatenate([np.full(length, 10 ** (level / 20)) for level, length in pieces])
    samples = scale * np.random.default_rng(len(scale)).uniform(-1, 1, len(scale))
    expected = detect("energy.baseline", samples, **params)
    for stage in FAST:
        assert detect(stage, samples, **params) == expected, stage


@pytest.mark.parametrize("stage", FAST)
def test_blocks_do_not_show(stage, bursts, monkeypatch):
    whole = detect(stage, np.tile(bursts.samples, 5))
    monkeypatch.setattr(energy, "BLOCK_SAMPLES", 1000)
    monkeypatch.setattr(energy, "BLOCK_LEVELS", 5000)
    assert detect(stage, np.tile(bursts.samples, 5)) == whole
