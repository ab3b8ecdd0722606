"""What a running stage may touch: scratch arrays and folder, progress, warnings, its journal."""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from vsat_core.contract import scratch
from vsat_core.contract.journal import Journal
from vsat_core.errors import Cancelled

Item = TypeVar("Item")
Result = TypeVar("Result")

MEMORY_LIMIT_BYTES = 256 << 20  # an array above this lives on disk


class Workspace:
    """The `run` handed to stages. A context manager; its folders go when it closes.

    Scratch lies in `parent` (by default the system's temporary folder); where that has too little
    room, in the first of `others` that has enough.
    """

    def __init__(
        self,
        on_progress: Callable[[int], None] | None = None,
        on_warning: Callable[[str], None] | None = None,
        parent: Path | None = None,
        memory_limit: int = MEMORY_LIMIT_BYTES,
        others: Sequence[Path] = (),
        journal: Callable[[], Journal | None] | None = None,
    ) -> None:
        """`journal` opens the journal of the stage's result, once the stage asks for it."""
        self._on_progress = on_progress or (lambda samples: None)
        self._on_warning = on_warning or (lambda message: None)
        self._memory_limit = memory_limit
        self._parent, self._others = parent, others
        self._folders: dict[
            Path, Path
        ] = {}  # by parent, made when asked for: most stages need none
        self._open = contextlib.ExitStack()
        self._open_journal = journal
        self._journal: Journal | None = None
        self._maps = 0
        self.cancelled = threading.Event()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    @property
    def folder(self) -> Path:
        """A scratch folder of this stage's own. Raises DiskFull where none can be made."""
        for parent in self._folders or self._roomiest(scratch.SPARE_BYTES):
            with contextlib.suppress(OSError):
                return self._folder_in(parent)
        raise scratch.no_room(scratch.SPARE_BYTES, self.parents())

    def folders(self) -> Iterator[Path]:
        """Scratch folders on different disks, the preferred one first: for work that may fill one
        of them.
        """
        for parent in self.parents():
            with contextlib.suppress(OSError):
                yield self._folder_in(parent)

    def array(  # type: ignore[explicit-any]  # it is in the stubs of NumPy
        self, shape: tuple[int, ...], dtype: str
    ) -> np.ndarray:
        """Zeros of this shape: in memory, or a memory map in the scratch folder above the limit.

        Raises DiskFull, in one line with the remedy, where no folder has room for it.
        """
        nbytes = math.prod(shape) * np.dtype(dtype).itemsize
        if nbytes <= self._memory_limit:
            return np.zeros(shape, dtype)
        self._maps += 1
        for parent in self._roomiest(nbytes):
            with contextlib.suppress(OSError):
                return scratch.array_file(
                    self._folder_in(parent) / f"array{self._maps}.npy", shape, dtype
                )
        raise scratch.no_room(nbytes, self.parents())

    def resumable(
        self,
        compute: Callable[[Item], Result],
        name: Callable[[Item], str],
        kind: type[Result],
    ) -> Callable[[Item], Result]:
        """`compute`, whose results are kept one by one, so that a later run of the same stage goes
        on where this one was stopped. Without a cache it is `compute` alone.
        """
        journal = self._own_journal()
        if journal is None:
            return compute

        def kept(item: Item) -> Result:
            known = journal.get(name(item), kind)
            if known is not None:
                return known
            result = compute(item)
            journal.add(name(item), result)
            return result

        return kept

    def progress(self, samples: int) -> None:
        """Report; raise Cancelled when the user has stopped the run."""
        if self.cancelled.is_set():
            raise Cancelled("stopped by the user")
        self._on_progress(samples)

    def warn(self, message: str) -> None:
        """Pass one line on to the user. It names no file: the same recording may have another name
        the next time.
        """
        self._on_warning(message)

    def _own_journal(self) -> Journal | None:
        if self._open_journal:
            self._journal, self._open_journal = self._open_journal(), None
            if self._journal is not None:
                self._open.callback(self._journal.close)
        return self._journal

    def parents(self) -> list[Path]:
        """Where scratch folders may be made, the preferred one first."""
        first = [self._parent] if self._parent else []
        if not first:
            with contextlib.suppress(FileNotFoundError):
                first = [scratch.temporary()]
        return [*first, *self._others]

    def _roomiest(self, nbytes: int) -> list[Path]:
        """The folders with room for so much in the order of preference, then the others, the
        emptiest disk first.
        """
        free = {parent: scratch.free_bytes(parent) for parent in self.parents()}
        enough = [parent for parent in free if free[parent] >= nbytes + scratch.SPARE_BYTES]
        return enough + sorted(free.keys() - set(enough), key=lambda parent: -free[parent])

    def _folder_in(self, parent: Path) -> Path:
        if parent not in self._folders:
            self._folders[parent] = self._open.enter_context(scratch.folder(parent))
        return self._folders[parent]
