"""What is measured of a recording: against signals whose level, noise and bandwidth are known."""

import numpy as np
import pytest
import soxr

from tests._support.variants import made
from vsat_core.artifacts import Audio, Source
from vsat_core.contract.workspace import Workspace
from vsat_plugins.enhance import levels, levels_jit
from vsat_plugins.enhance.environment import measure

SECOND = 16_000


def noise(seconds, dbfs, seed=0):
    """White noise of this RMS level."""
    return 10 ** (dbfs / 20) * np.random.default_rng(seed).standard_normal(round(seconds * SECOND))


def talk(level_dbfs, noise_dbfs):
    """Ten seconds; in each, 0.4 s are 'speech' (louder noise) over a floor."""
    x = noise(10, noise_dbfs)
    speech = noise(10, level_dbfs, 1)
    for k in range(10):
        part = slice(k * SECOND, k * SECOND + 6_400)
        x[part] += speech[part]
    return x


def measured(x):
    """The same by NumPy and compiled."""
    x = np.array(x, np.float32)
    x.flags.writeable = False
    plain, compiled = (
        measure(x, lambda done: None, module.add_frames) for module in (levels, levels_jit)
    )
    assert plain.environment == compiled.environment
    assert (plain.peak, plain.has_speech) == (compiled.peak, compiled.has_speech)
    np.testing.assert_allclose(plain.noise_power, compiled.noise_power, rtol=1e-4, atol=1e-12)
    return plain


@pytest.mark.parametrize(("level", "floor"), [(-20, -60), (-30, -50), (-20, -35)])
def test_level_noise_and_their_ratio(level, floor):
    env = measured(talk(level, floor)).environment
    assert env.level_dbfs == pytest.approx(level, abs=0.7)
    assert env.noise_dbfs == pytest.approx(floor, abs=0.7)
    assert env.snr_db == pytest.approx(level - floor, abs=1)
    assert env.kind == ("quiet" if level - floor > 24 else "noisy")
    assert env.bandwidth_hz == 8_000


def test_an_offset_and_hum_are_neither_speech_nor_noise():
    x = talk(-25, -60)
    rumble = 0.3 + 0.02 * np.sin(2 * np.pi * 20 * np.arange(len(x)) / SECOND)
    plain, shifted = measured(x).environment, measured(x + rumble).environment
    assert shifted.level_dbfs == pytest.approx(plain.level_dbfs, abs=0.3)
    assert shifted.noise_dbfs == pytest.approx(plain.noise_dbfs, abs=1)


def test_gaps_that_were_cut_out_are_not_the_noise():
    x = talk(-25, -45)
    x[6 * SECOND :] = 0
    assert measured(x).environment.noise_dbfs == pytest.approx(-45, abs=0.7)


def test_telephone_ends_below_4_khz():
    env = measured(soxr.resample(talk(-20, -60)[::2], 8_000, SECOND)).environment
    assert env.kind == "telephone"
    assert 3_900 < env.bandwidth_hz < 4_200


@pytest.mark.parametrize(
    "x", [np.zeros(0), np.zeros(1), np.zeros(100), np.zeros(SECOND), noise(2, -85), [1e-5] * 100]
)
def test_silence(x):
    env = measured(x).environment
    assert env.kind == "silent"
    assert env.snr_db == 0


@pytest.mark.parametrize("gain_db", [30, -30, -60, -100])
def test_a_gain_changes_the_level_and_nothing_else(gain_db):
    plain, changed = (measured(talk(-30, -65) * 10 ** (db / 20)) for db in (0, gain_db))
    for name, more in (("level_dbfs", gain_db), ("noise_dbfs", gain_db), ("snr_db", 0)):
        before, after = (getattr(m.environment, name) for m in (plain, changed))
        assert after == pytest.approx(before + more, abs=0.02), name
    assert (changed.environment.kind, changed.has_speech) == (plain.environment.kind, True)


@pytest.mark.parametrize("bits", [16, 24])
def test_dither_is_silence(bits):
    rng, lsb = np.random.default_rng(3), 2.0 ** (1 - bits)
    result = measured(np.rint(rng.random(5 * SECOND) - rng.random(5 * SECOND)) * lsb)
    assert (result.environment.kind, result.has_speech) == ("silent", False)


def test_one_quiet_sentence_is_found_in_digital_silence():
    x = np.zeros(120 * SECOND)
    x[60 * SECOND : 70 * SECOND] = talk(-75, -110)
    result = measured(x)
    assert result.environment.kind == "quiet"
    assert result.environment.level_dbfs == pytest.approx(-75, abs=1)
    assert result.environment.noise_dbfs == pytest.approx(-110, abs=1)


@pytest.mark.parametrize("n", [100, 511, 512, 513])
def test_a_few_loud_samples_are_measured(n):
    result = measured(noise(1, -20)[:n])
    assert -100 < result.environment.level_dbfs < 0
    assert result.peak == pytest.approx(np.abs(noise(1, -20)[:n]).max(), rel=1e-6)
    assert not result.has_speech


def test_noise_alone_is_noisy_and_says_nothing():
    result = measured(noise(5, -30))
    assert (result.environment.kind, result.environment.snr_db) == ("noisy", 0)
    assert not result.has_speech
    assert result.environment.level_dbfs == pytest.approx(-30, abs=0.3)


def test_the_noise_spectrum_is_that_of_the_noise():
    assert measured(talk(-20, -50)).noise_power[5:-5].mean() == pytest.approx(1e-5, rel=0.1)


def test_blocks_do_not_matter(monkeypatch):
    x = talk(-20, -50)
    whole = measured(x).environment
    monkeypatch.setattr(levels, "BLOCK_FRAMES", 7)
    assert measured(x).environment == whole


def test_none_changes_nothing():
    audio = Audio(talk(-40, -60).astype(np.float32))
    with Workspace() as run:
        out = made("enhance", "none.baseline")(audio, run=run)
    assert out.samples is audio.samples
    assert (out.environment.gain_db, out.environment.enhanced) == (0, False)


@pytest.mark.speech_data
@pytest.mark.parametrize(
    ("name", "kind", "lowest", "highest"),
    [
        ("composed/short_3spk_overlap", "quiet", 25, 60),
        ("composed/short_4spk_l2", "quiet", 25, 60),
        ("composed/short_3spk_telephone", "telephone", 25, 60),
        ("telephone/pyannote_sample", "telephone", 25, 60),
        ("ami_excerpts/ami-EN2004a-30s", "quiet", 25, 60),
        ("composed/short_3spk_dishes_20db", "noisy", 14, 22),
        ("composed/short_3spk_sbnoise_10db", "noisy", 7, 14),
        ("composed/short_3spk_dishes_05db", "noisy", 3, 10),
    ],
)
def test_real_recordings(speech_data, name, kind, lowest, highest):
    with Workspace() as run:
        decode = made("decode", "sndfile.vectorized")
        audio = decode(Source(speech_data / f"{name}.flac"), run=run)
    env = measured(audio.samples).environment
    assert env.kind == kind
    assert lowest < env.snr_db < highest
