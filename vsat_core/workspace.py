"""What a running stage may touch: scratch arrays and folder, progress, warnings."""
from __future__ import annotations

import math
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from vsat_core.errors import Cancelled

MEMORY_LIMIT_BYTES = 256 << 20  # an array above this lives on disk


class Workspace:
    """The `run` handed to stages. A context manager; its folder goes when it closes."""

    def __init__(
        self,
        on_progress: Callable[[int], None] | None = None,
        on_warning: Callable[[str], None] | None = None,
        parent: Path | None = None,
        memory_limit: int = MEMORY_LIMIT_BYTES,
    ) -> None:
        self._on_progress = on_progress or (lambda samples: None)
        self._on_warning = on_warning or (lambda message: None)
        self._memory_limit = memory_limit
        self._parent = parent
        self._folder: tempfile.TemporaryDirectory[str] | None = None  # made when asked for: most stages need none
        self._maps = 0
        self.cancelled = threading.Event()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._folder:
            self._folder.cleanup()

    @property
    def folder(self) -> Path:
        """A scratch folder of this stage's own."""
        if self._folder is None:
            made = tempfile.TemporaryDirectory(prefix="vsat-", dir=self._parent, ignore_cleanup_errors=True)
            self._folder = made
        return Path(self._folder.name)

    def array(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        """Zeros of this shape: in memory, or a memory map in the scratch folder above the limit."""
        nbytes = math.prod(shape) * np.dtype(dtype).itemsize
        if nbytes <= self._memory_limit:
            return np.zeros(shape, dtype)
        self._maps += 1
        path = self.folder / f"array{self._maps}.npy"
        return np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(dtype), shape=shape)

    def progress(self, samples: int) -> None:
        """Report; raise Cancelled when the user has stopped the run."""
        if self.cancelled.is_set():
            raise Cancelled("stopped by the user")
        self._on_progress(samples)

    def warn(self, message: str) -> None:
        """Pass one line on to the user."""
        self._on_warning(message)
