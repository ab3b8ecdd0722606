"""Synthetic speech where no recording is at hand: three buzzing voices alternate."""

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.checks.examples import Truth
from vsat_core.formats.records import Segment, Turn

VOICES = (
    ("low", 105.0, (700, 1200)),
    ("high", 215.0, (400, 2200)),
    ("middle", 150.0, (550, 1700)),
)  # pitch, formants
SYLLABLE_S, PAUSE_S, NOISE = 0.22, 0.6, 1e-4
PHRASES = (
    "shall we begin now",
    "yes we can begin",
    "who takes the notes today",
    "i will take them",
    "good then",
)


def talk(seed: int = 0) -> tuple[np.ndarray, Truth]:
    """float32 (n,) at 16 kHz, about 10 seconds, and its references: one syllable-long buzz a
    word, twice.
    """
    rng = np.random.default_rng(seed)
    parts, turns, words = [_noise(rng, PAUSE_S)], [], []
    at = PAUSE_S
    for i, phrase in enumerate(PHRASES):
        name, pitch, formants = VOICES[i % len(VOICES)]
        begin = at
        for word in phrase.split():
            parts.append(_word(rng, pitch, formants))
            length = len(parts[-1]) / SAMPLE_RATE
            words.append(Segment("talk", at, at + length, word, name))
            at += length
        turns.append(Turn("talk", begin, at, name))
        parts.append(_noise(rng, PAUSE_S))
        at += PAUSE_S
    return np.concatenate(parts).astype(np.float32), Truth(tuple(turns), tuple(words))


def _noise(rng: np.random.Generator, seconds: float) -> np.ndarray:
    return NOISE * rng.standard_normal(round(seconds * SAMPLE_RATE))


def _word(rng: np.random.Generator, pitch: float, formants: tuple[int, int]) -> np.ndarray:
    """Two syllables: harmonics of a wavering pitch, strongest at the formants, each swelling and
    fading.
    """
    n = round(SYLLABLE_S * SAMPLE_RATE)
    t = np.arange(2 * n) / SAMPLE_RATE
    phase = 2 * np.pi * pitch * (t + 0.002 * np.sin(2 * np.pi * rng.uniform(3, 5) * t))
    sound = np.zeros(2 * n)
    for k in range(1, int(7000 / pitch)):
        strength = sum(1 / (1 + ((k * pitch - f) / 120) ** 2) for f in formants) + 0.3 / k**2
        sound += strength * np.sin(k * phase)
    swell = np.abs(np.sin(np.pi * np.arange(2 * n) / n)) ** 0.7
    return 0.25 * sound / np.abs(sound).max() * swell + NOISE * rng.standard_normal(2 * n)
