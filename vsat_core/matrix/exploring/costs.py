"""The cost of one option in a run: seconds, and the kinds of memory that add up or do not.

Memory of an end-to-end run is composed of what every process of VSAT holds, the libraries loaded by
then (each once), what the options have prepared, the artifacts still needed, the most that the
libraries of one stage have kept for further calls (torch's work space is as large as the largest
use of it), and on top what the running stage takes for a while. What a stage has freed adds
nothing: it is given back to the system (engine.memory).
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import numpy as np

from vsat_core.matrix.exploring.recording_graph import RecordingGraph
from vsat_core.matrix.exploring.store import LibrariesCell, Store, key_of
from vsat_core.measure.cells import Limits
from vsat_core.measure.measured import Measured
from vsat_core.measure.statistics import resampled, summarise
from vsat_core.measure.worker_main import LIBRARIES

MB = 1e6
DRAWS = 400


@attrs.frozen
class StageCost:
    """Of one cell: seconds a call, and `start` seconds until it is ready besides importing its
    libraries, compiling included; whole megabytes held once prepared, kept after a call besides,
    and at most taken above what is held, by preparing or by a call; a set of libraries.
    """

    seconds: float
    held: int
    kept: int
    taken: int
    libraries: int
    start: float = 0.0


@attrs.frozen
class Libraries:
    """`base` megabytes of a process without any; `each` what the libraries of LIBRARIES add, in
    that order, and `seconds` what importing them takes.
    """

    base: int
    each: tuple[int, ...]
    seconds: tuple[float, ...] = ()

    def table(self) -> np.ndarray:
        """Megabytes of every set of libraries, indexed by its bits; int32."""
        return _of_every_set(np.array(self.each, np.int32))

    def importing(self) -> np.ndarray:
        """Seconds that importing every set of libraries takes, indexed as `table`; float64."""
        return _of_every_set(np.array(self.seconds or [0.0] * len(self.each), np.float64))

    @property
    def heavy(self) -> int:
        """The set of those that weigh anything."""
        return sum(1 << i for i, mb in enumerate(self.each) if mb > 0)

    def loaded(self, bits: int) -> int:
        """Megabytes of one set."""
        return sum(mb for i, mb in enumerate(self.each) if bits >> i & 1)

    def imported(self, bits: int) -> float:
        """Seconds of one set."""
        return sum(s for i, s in enumerate(self.seconds) if bits >> i & 1)


def weigh_libraries(store: Store, limits: Limits, cells: Iterable[Measured]) -> Libraries:
    """Measured in one process that imports them one after the other, so that what they share counts
    once.
    """
    cells = list(cells)
    used = [name for name in LIBRARIES if any(name in m.used for m in cells)]

    def weigh() -> LibrariesCell:
        with limits.worker() as worker:
            reply: dict[str, Any] = worker.ask("libraries", names=used)
            return LibrariesCell(worker.held_bytes, reply["held"], reply["seconds"])

    cell, _ = store.once(key_of(LibrariesCell, used, store.machine), LibrariesCell, weigh)
    each, before = [], cell.start
    for name in LIBRARIES:
        now = cell.held.get(name, before)
        each.append(_mb(now - before))
        before = now
    opened = [m.held["open"] for m in cells if "open" in m.held and not m.used]
    seconds = tuple(cell.seconds.get(name, 0.0) for name in LIBRARIES)
    return Libraries(_mb(min(opened, default=cell.start)), tuple(each), seconds)


def cost_of(measured: Measured, libraries: Libraries, compile_s: float = 0.0) -> StageCost:
    """The cost of a cell that has figures; `compile_s` is what compiling its code takes."""
    bits = _bits(measured.used) & libraries.heavy
    ready, used = libraries.loaded(_bits(measured.libraries)), libraries.loaded(bits)
    memory = measured.memory
    kept = memory["after"] - memory["before"] - measured.answer.get("nbytes", 0)
    called = _mb(memory["peak"] - memory["before"]) - (used - ready)
    preparing = _mb(measured.ready_peak - measured.held["prepare"])
    return StageCost(
        summarise(measured.seconds).median,
        max(0, _mb(measured.held["prepare"]) - libraries.base - ready),
        max(0, _mb(kept) - (used - ready)),
        max(0, called, preparing),
        bits,
        max(0.0, measured.start_s - libraries.imported(_bits(measured.libraries))) + compile_s,
    )


def draws_of(key: str, measured: Measured) -> np.ndarray:
    """Seconds of a call as they might have been: float64 (DRAWS,), processes and their calls
    resampled.

    Seeded by the cell's key: two combinations that share a cell share its draws, so that their
    difference does not vary with what they have in common.
    """
    rng = np.random.default_rng(int(hashlib.sha256(key.encode()).hexdigest()[:12], 16))
    return resampled(measured.seconds, DRAWS, rng)


def live_mb(recording: RecordingGraph, state: Mapping[str, str]) -> int:
    """Megabytes of the artifacts of a state."""
    return _mb(sum(recording.nodes[d].nbytes for d in state.values() if d in recording.nodes))


def _of_every_set(values: np.ndarray) -> np.ndarray:
    """The sum of the values of every set, indexed by its bits: the sets with one value more are
    those without it, each with the value added.
    """
    sums = np.zeros(1, values.dtype)
    for value in values:
        sums = np.concatenate((sums, sums + value))
    return sums


def _mb(nbytes: float) -> int:
    return round(nbytes / MB)


def _bits(names: Iterable[str]) -> int:
    return sum(1 << LIBRARIES.index(name) for name in names)
