"""Background noise made by rule: each function gives `n` samples at RATE of any level.

`part` chooses between two sets of parameters that share no value, so that what was tuned on one
noise is confirmed on another. Nothing here is a recording.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.signal

from tools.hard_recordings.levels import RATE, rms

Maker = Callable[[np.random.Generator, int, bool], np.ndarray]


def coloured(rng: np.random.Generator, n: int, slope_db: float) -> np.ndarray:
    """Gaussian noise whose spectrum falls by `slope_db` an octave above 40 Hz; RMS 1."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    octaves = np.log2(np.maximum(np.fft.rfftfreq(n, 1 / RATE), 40.0) / 40.0)
    x = np.fft.irfft(spectrum * 10 ** (-slope_db * octaves / 20), n)
    return x / rms(x)


def slow(rng: np.random.Generator, n: int, hertz: float) -> np.ndarray:
    """A random curve that moves about `hertz` times a second, RMS 1."""
    points = rng.standard_normal(max(4, int(n / RATE * hertz) + 4))
    x = np.interp(np.linspace(0, len(points) - 1, n), np.arange(len(points)), points)
    return x / rms(x)


def traffic(rng: np.random.Generator, n: int, confirm: bool) -> np.ndarray:
    """A road: steady rumble, and vehicles that come near and leave (hiss of tyres, engine)."""
    slope, every_s = (7.5, 9.0) if confirm else (6.0, 6.0)
    x = coloured(rng, n, slope)
    t = np.arange(n) / RATE
    hiss = coloured(rng, n, 2.5)
    for _ in range(max(1, round(n / RATE / every_s))):
        middle, width = rng.uniform(0, n / RATE), rng.uniform(0.8, 2.5)
        near = np.exp(-0.5 * ((t - middle) / width) ** 2)
        base = rng.uniform(30, 45) if confirm else rng.uniform(50, 80)
        pitch = base * (1 - 0.06 * np.tanh((t - middle) / width))
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        engine = sum(np.sin(k * phase) / k for k in range(1, 9))
        x += near * (1.6 * hiss + 0.5 * engine) * rng.uniform(0.6, 1.5)
    return x


def fan(rng: np.random.Generator, n: int, confirm: bool) -> np.ndarray:
    """A fan or an air conditioner: coloured noise, its blades' tone with harmonics, a slow beat."""
    slope, blades = (3.0, rng.uniform(150, 210)) if confirm else (4.5, rng.uniform(70, 130))
    x = coloured(rng, n, slope) * (1 + 0.15 * slow(rng, n, 0.7))
    phase = 2 * np.pi * np.cumsum(blades * (1 + 0.003 * slow(rng, n, 0.5))) / RATE
    return x + 0.5 * sum(np.sin(k * phase + rng.uniform(0, 6)) / k for k in range(1, 7))


def hum(rng: np.random.Generator, n: int, confirm: bool) -> np.ndarray:
    """Mains hum, 50 Hz or (confirm) 60 Hz, its harmonics up to 2 kHz, and a little hiss."""
    mains = 60.0 if confirm else 50.0
    t = np.arange(n) / RATE
    tones = [
        np.sin(2 * np.pi * k * mains * t + rng.uniform(0, 6)) * rng.uniform(0.3, 1) / k**0.7
        for k in range(1, int(2000 / mains))
    ]
    return np.sum(tones, axis=0) + 0.15 * coloured(rng, n, 1.0)


def keyboard(rng: np.random.Generator, n: int, confirm: bool) -> np.ndarray:
    """Typing: for each key a click of two resonances going down and a softer one coming up."""
    x = 0.02 * coloured(rng, n, 3.0)
    per_second, low, high = (9.0, 1500, 3200) if confirm else (6.0, 2200, 4500)
    at = 0.0
    while at < n / RATE - 0.3:
        at += rng.exponential(1 / per_second) + 0.03
        at += rng.uniform(0.4, 2.0) if rng.random() < 0.04 else 0.0
        for delay, force in ((0.0, 1.0), (rng.uniform(0.06, 0.12), 0.4)):
            _add(x, round((at + delay) * RATE), force * _click(rng, rng.uniform(low, high)))
    return x


def _click(rng: np.random.Generator, hertz: float) -> np.ndarray:
    t = np.arange(int(0.03 * RATE)) / RATE
    body = np.sin(2 * np.pi * hertz * t) * np.exp(-t / 0.003)
    thud = np.sin(2 * np.pi * rng.uniform(180, 400) * t) * np.exp(-t / 0.008)
    return body + thud + rng.standard_normal(len(t)) * np.exp(-t / 0.002)


def music(rng: np.random.Generator, n: int, confirm: bool) -> np.ndarray:
    """A band: chords, a bass, a tune and a drum. Major and plucked, or (confirm) minor and held."""
    third, beat = (3, 60 / rng.uniform(66, 90)) if confirm else (4, 60 / rng.uniform(100, 132))
    steps = (0, 5, 7, 3) if confirm else (0, 7, 9, 5)
    root = rng.uniform(45, 52)
    x, bars = np.zeros(n), int(n / RATE / beat / 4) + 1
    for bar in range(bars):
        chord = root + 12 + steps[bar % 4]
        for k in range(4):
            at = round((4 * bar + k) * beat * RATE)
            _add(x, at, 0.8 * _tone(chord - 12, beat, confirm))
            for above in (0, third, 7):
                _add(x, at, 0.4 * _tone(chord + above, beat, confirm))
            melody = chord + 12 + (0, third, 7, 12)[int(rng.random() * 4)]
            _add(
                x, at + round(beat * RATE * (rng.random() < 0.4) / 2), _tone(melody, beat, confirm)
            )
            _add(x, at, (0.5 if k % 2 else 0.25) * _drum(rng))
    return x


def _tone(note: float, seconds: float, held: bool) -> np.ndarray:
    """A note (MIDI number) with harmonics, plucked or held like an organ's."""
    t = np.arange(int(seconds * 1.1 * RATE)) / RATE
    hertz = 440 * 2 ** ((note - 69) / 12)
    shape = np.minimum(1, t / 0.03) * np.minimum(1, (t[-1] - t) / 0.08)
    vibrato = 0.8 * np.sin(2 * np.pi * 5.2 * t) if held else 0.0
    decay = 0.0 if held else 4.0
    count = max(1, min(10, int(7000 / hertz)))
    return shape * sum(
        np.sin(k * (2 * np.pi * hertz * t + vibrato)) * np.exp(-decay * t * (1 + 0.4 * k)) / k
        for k in range(1, count + 1)
    )


def _drum(rng: np.random.Generator) -> np.ndarray:
    t = np.arange(int(0.15 * RATE)) / RATE
    return rng.standard_normal(len(t)) * np.exp(-t / 0.03)


def _add(x: np.ndarray, at: int, sound: np.ndarray) -> None:
    """Mixed in from `at` on, as far as `x` goes."""
    part = sound[: max(0, len(x) - at)]
    x[at : at + len(part)] += part


def high_passed(x: np.ndarray, hertz: float = 30.0) -> np.ndarray:
    """Without what no microphone of a telephone or a laptop takes up."""
    return scipy.signal.sosfilt(scipy.signal.butter(2, hertz, "highpass", fs=RATE, output="sos"), x)


MAKERS: dict[str, Maker] = {
    "traffic": traffic,
    "fan": fan,
    "hum": hum,
    "keyboard": keyboard,
    "music": music,
}
