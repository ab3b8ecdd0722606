"""Sound: where it came from, its samples, the room it was recorded in, and its picture."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts.base import Artifact, array, shape_of
from vsat_core.errors import InputError
from vsat_core.printable import counted

SAMPLE_RATE = 16_000  # Hz, everywhere inside the pipeline


@attrs.frozen
class Source:
    """The recording on disk. Its digest is that of the file's bytes; results are called after
    `name`.
    """

    path: Path = attrs.field(converter=Path)
    name: str = attrs.field(default=attrs.Factory(lambda self: self.path.stem, takes_self=True))

    def digest(self) -> str:
        """sha256 of the content. Raises InputError if it cannot be read."""
        try:
            with self.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            problem = (
                f"{self.path}: cannot be read ({error.strerror}); check the name and permissions"
            )
            raise InputError(problem) from None


@attrs.frozen
class Environment:
    """What the recording sounds like, measured by `enhance`.

    Levels are dBFS of RMS; `bandwidth_hz` is where the long-term spectrum ends; `kind` is "quiet",
    "noisy", "telephone" or "silent"; `enhanced` says whether the samples were changed by more than
    a gain.
    """

    kind: str
    level_dbfs: float
    noise_dbfs: float
    snr_db: float
    bandwidth_hz: float
    gain_db: float = 0.0
    enhanced: bool = False


def _numbers(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(values)


@attrs.frozen
class Layout:
    """What the channels of a recording are to each other, and what is made of them.

    Of `n` channels those numbered in `used`, from 1, are taken by this `way`: "mix", "split" or
    "best". `reason` says what was found.
    """

    n: int
    way: str
    used: tuple[int, ...] = attrs.field(converter=_numbers)
    reason: str = ""


def _layout(value: Layout | dict[str, Any] | None) -> Layout | None:
    return Layout(**value) if isinstance(value, dict) else value


def _environment(value: Environment | dict[str, Any] | None) -> Environment | None:
    return Environment(**value) if isinstance(value, dict) else value


@attrs.frozen
class Audio(Artifact):
    """Mono sound: `samples` float32 (n_samples,) at 16 kHz, nominally within -1..1, always
    finite. `layout` is that of the channels, where it was asked for and there are several.
    """

    samples: np.ndarray = array("float32")
    environment: Environment | None = attrs.field(default=None, converter=_environment)
    layout: Layout | None = attrs.field(default=None, converter=_layout)

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.samples) / SAMPLE_RATE

    def described(self) -> str:
        return f"{self.seconds:.1f} s, {shape_of(self.samples)}"


@attrs.frozen
class Playback(Artifact):
    """How a page that shows a transcript plays the sound: from an address (of a file, relative to
    the page), or from an MP3 file that it holds itself (uint8 (n_bytes,)). Neither: it does not.
    """

    address: str = ""
    mp3: np.ndarray = array("uint8", optional=True)


@attrs.frozen
class Waveform(Artifact):
    """A min/max pyramid for drawing at any zoom.

    Level k covers `hop * 2**k` samples a point; `offsets` int64 (n_levels + 1) says which rows of
    `low` and `high` (float32 (n_points,)) belong to it. `n_samples` is the length of the sound
    drawn.
    """

    low: np.ndarray = array("float32")
    high: np.ndarray = array("float32")
    offsets: np.ndarray = array("int64")
    hop: int
    n_samples: int

    def level(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """(low, high) of one zoom level; 0 is the finest."""
        part = slice(int(self.offsets[k]), int(self.offsets[k + 1]))
        return self.low[part], self.high[part]

    @property
    def n_levels(self) -> int:
        """How many zoom levels there are."""
        return len(self.offsets) - 1

    def described(self) -> str:
        return f"{counted(len(self.low), 'point')}, {counted(self.n_levels, 'zoom level')}"
