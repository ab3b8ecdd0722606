"""Decoded samples on disk, at 16 kHz, until their number is known: a recording is as long as what
is in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import soxr

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.errors import DiskFull
from vsat_core.plugin import Run
from vsat_plugins.decode.recording import output_length

Result = TypeVar("Result")


class Spool:
    """A file of float32 samples that grows. A context manager; the file stays, in the folder it was
    made in.
    """

    def __init__(self, folder: Path, progress: Callable[[int], None] = lambda n: None) -> None:
        self._file = tempfile.NamedTemporaryFile(dir=folder, suffix=".f32", delete=False)  # noqa: SIM115
        self.path = Path(self._file.name)
        self.frames = 0  # that were added since `begin`, at their own rate
        self._progress = progress
        self._n = self._begin = 0
        self._rate_hz = SAMPLE_RATE
        self._stream: Any = None

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._n

    def begin(self, rate_hz: int) -> None:
        """What comes next follows what is there, and has this sampling rate."""
        self._begin, self.frames, self._rate_hz = self._n, 0, rate_hz
        self._stream = None
        if rate_hz != SAMPLE_RATE:
            self._stream = soxr.ResampleStream(
                rate_hz, SAMPLE_RATE, 1, dtype="float32", quality="HQ"
            )

    def add(self, mono: np.ndarray) -> None:
        """float32 (n_frames,) at the rate of `begin`."""
        self.frames += len(mono)
        self._write(self._stream.resample_chunk(mono) if self._stream else mono)
        self._progress(self._n)

    def end(self) -> None:
        """What was added since `begin` is all: the filter's rest, cut to the length that belongs to
        its frames.
        """
        if self._stream:
            self._write(self._stream.resample_chunk(np.zeros(0, np.float32), last=True))
        due = self._begin + output_length(self.frames, self._rate_hz)
        if self._n < due:
            self._write(np.zeros(due - self._n, np.float32))
        self.cut(due)

    def drop(self) -> None:
        """Forget what was added since `begin`."""
        self.cut(self._begin)
        self.frames = 0

    def samples(self) -> np.ndarray:
        """All of it, float32 (n,), as a memory map. Closes the file."""
        self._file.close()
        return samples_at(self.path, self._n)

    def cut(self, n: int) -> None:
        """Keep the first `n` samples only."""
        self._file.seek(4 * n)
        self._file.truncate()
        self._n = n

    def _write(self, piece: np.ndarray) -> None:
        try:
            self._file.write(np.ascontiguousarray(piece, np.float32).data)
            self._file.flush()
        except OSError as error:
            self.path.unlink(missing_ok=True)
            raise DiskFull(
                f"{self.path.parent.parent}: no room for the decoded sound ({error.strerror} after "
                f"{4 * self._n / 1e6:.0f} MB); set TMPDIR to a folder with more space"
            ) from None
        self._n += len(piece)


def on_a_disk_with_room(run: Run, work: Callable[[Path], Result]) -> Result:
    """`work` in a scratch folder, and again on another disk where one is full. Raises DiskFull."""
    full = DiskFull("no scratch folder can be made; set TMPDIR to a folder with more space")
    for folder in run.folders():
        try:
            return work(folder)
        except DiskFull as error:
            full = error
    raise full


def samples_at(path: Path, n: int) -> np.ndarray:
    """The first `n` samples of a spool's file, as a memory map."""
    return np.memmap(path, np.float32, "r", shape=(n,)) if n else np.zeros(0, np.float32)
