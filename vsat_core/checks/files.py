"""Small files for checking decoders: every kind of sound the other stages are checked with, and
files that are none.
"""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vsat_core.artifacts import Source
from vsat_core.checks.cases import Case
from vsat_core.checks.scenes import scenes


def file_cases(seed: int, folder: Path) -> Iterator[Case]:
    """PCM WAV files at several rates, depths and numbers of channels; one cut short; one that is no
    recording.
    """
    for scene in scenes(seed):
        yield _case(folder, scene.name, _pcm16(scene.samples), 16_000)
    rng = np.random.default_rng([seed, 3])
    noise = 0.3 * rng.standard_normal(22_051)
    yield _case(
        folder, "44.1 kHz stereo", _pcm16(np.clip(noise, -1, 1)[: 2 * 11_025]), 44_100, channels=2
    )
    yield _case(
        folder,
        "8 kHz, 8 bits",
        rng.integers(0, 256, 4_001, dtype=np.uint8).tobytes(),
        8_000,
        width=1,
    )
    yield _case(
        folder,
        "48 kHz, 24 bits",
        rng.integers(0, 256, 3 * 9_601, dtype=np.uint8).tobytes(),
        48_000,
        width=3,
    )
    intact = (folder / "8 kHz, 8 bits.wav").read_bytes()
    broken = {
        "cut short": intact[: len(intact) // 2],
        "no recording": b"To whom it may concern",
        "nothing": b"",
    }
    for name, content in broken.items():
        path = folder / f"{name}.wav"
        path.write_bytes(content)
        yield Case(name, (Source(path),))


def _pcm16(samples: np.ndarray) -> bytes:
    return np.rint(samples * 32767).astype("<i2").tobytes()


def _case(
    folder: Path, name: str, frames: bytes, rate: int, channels: int = 1, width: int = 2
) -> Case:
    path = folder / f"{name}.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(frames)
    return Case(name, (Source(path),))
