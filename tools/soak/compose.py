"""Recordings of ten to twenty minutes, put together from shorter ones in random order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from vsat_core.artifacts import SAMPLE_RATE

SHORTEST_S, LONGEST_S = 600.0, 1200.0
PAUSE_S = 1.0
LOUDEST_DB = 6.0  # a piece is that much louder or softer than it was


def compose(sources: Sequence[Path], path: Path, draw: random.Random) -> float:
    """Write a FLAC file and return its length in seconds. Sources must be at 16 kHz; the first
    channel is taken. Raises SystemExit for another rate.
    """
    wanted_s, length_s = draw.uniform(SHORTEST_S, LONGEST_S), 0.0
    with soundfile.SoundFile(path, "w", SAMPLE_RATE, 1, format="FLAC") as file:
        while length_s < wanted_s:
            piece = _piece(draw.choice(sources), wanted_s - length_s, draw)
            file.write(piece)
            length_s += len(piece) / SAMPLE_RATE
    return length_s


def _piece(source: Path, at_most_s: float, draw: random.Random) -> np.ndarray:
    """A recording, or its beginning, at another level and with a pause behind it."""
    sound, rate = soundfile.read(source, round(at_most_s * SAMPLE_RATE), dtype="float32")
    if rate != SAMPLE_RATE:
        raise SystemExit(f"{source}: must be at {SAMPLE_RATE} Hz, is at {rate}")
    mono = sound.reshape(len(sound), -1)[:, 0]
    gain = 10 ** (draw.uniform(-LOUDEST_DB, LOUDEST_DB) / 20)
    pause = np.zeros(round(PAUSE_S * SAMPLE_RATE), np.float32)
    return np.concatenate([np.clip(mono * gain, -1, 1), pause])
