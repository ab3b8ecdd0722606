"""The sounds that generated inputs are made of: those that break what was only ever tried on
speech.
"""

from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE

Spans = tuple[tuple[int, int, int], ...]
TEN_HOURS = (
    10 * 3600 * SAMPLE_RATE
)  # 576 million samples: products of two times pass int32, and almost int64
HOURS_TAIL_S = 4  # of which only the end is not silent


@attrs.frozen
class Scene:
    """Sound, and (start, end, voice) of each stretch of talk; `timed`: the recogniser tells word
    times.
    """

    name: str
    samples: np.ndarray
    spans: Spans = ()
    timed: bool = False


def scenes(seed: int) -> Iterator[Scene]:
    """The short ones."""
    rng = np.random.default_rng([seed, 1])
    yield Scene("empty", np.zeros(0, np.float32))
    yield Scene("one sample", np.array([0.5], np.float32), ((0, 1, -1),))
    yield Scene(
        "silence", np.zeros(SAMPLE_RATE, np.float32), ((0, 9_600, -1), (11_000, 16_000, -1))
    )
    square = np.where(np.arange(25_001) // 40 % 2, 1, -1).astype(np.float32)
    yield Scene("full scale", square, ((0, 20_000, 0), (12_000, 25_001, 1)), timed=True)
    yield Scene(
        "constant", np.full(12_345, 0.25, np.float32), ((100, 6_000, -1), (6_000, 12_345, -1))
    )
    yield Scene("nobody talks", (1e-3 * rng.standard_normal(20_000)).astype(np.float32))
    spans: Spans = (
        (401, 12_000, 0),
        (9_001, 9_002, 1),
        (11_000, 30_011, 1),
        (30_011, 30_300, 0),
        (33_333, 43_019, 2),
        (43_000, 43_019, 0),
    )
    yield Scene("odd lengths", bursts(rng, 43_019, spans), spans)
    n = 400 + 160 * 100 + 1  # windows of 25 ms every 10 ms, and one sample more
    spans = ((0, 8_001, -1), (8_400, n, -1))
    yield Scene("short last frame", bursts(rng, n, spans), spans)


def ten_hours(seed: int, folder: Path) -> Scene:
    """Ten hours, silent but for the last seconds; a file full of holes, mapped read-only."""
    tail = HOURS_TAIL_S * SAMPLE_RATE
    at = TEN_HOURS - tail
    spans = tuple(
        (at + a, at + b, voice)
        for a, b, voice in (
            (800, 20_000, 0),
            (18_000, 30_000, 1),
            (35_000, 50_001, 2),
            (52_000, tail, 0),
        )
    )
    path = folder / f"ten-hours-{seed}.npy"
    if not path.exists():
        inside = tuple((a - at, b - at, voice) for a, b, voice in spans)
        with path.open(
            "wb"
        ) as file:  # written, not mapped: only the tail takes space, and a full disk is an error
            header = {"descr": "<f4", "fortran_order": False, "shape": (TEN_HOURS,)}
            np.lib.format.write_array_header_1_0(file, header)
            start = file.tell()
            file.truncate(start + 4 * TEN_HOURS)
            file.seek(start + 4 * at)
            file.write(
                bursts(np.random.default_rng([seed, 2]), tail, inside).astype("<f4").tobytes()
            )
    return Scene("ten hours", np.lib.format.open_memmap(path, mode="r"), spans)


def bursts(rng: np.random.Generator, n: int, spans: Spans) -> np.ndarray:
    """Noise at -60 dBFS, louder and buzzing in the spans; float32 (n,)."""
    x = 1e-3 * rng.standard_normal(n)
    for start, end, voice in spans:
        t = np.arange(end - start)
        swell = 0.5 + 0.5 * np.sin(2 * np.pi * 4 / SAMPLE_RATE * t)
        x[start:end] += (
            0.2 * swell * np.sign(np.sin(2 * np.pi * (110 + 50 * voice) / SAMPLE_RATE * t))
        )
        x[start:end] += 0.05 * rng.standard_normal(end - start)
    return np.clip(x, -1, 1).astype(np.float32)
