"""What one option adds to a run: seconds, and the parts of memory that add up or do not.

Memory of a whole run is composed of what every process of VSAT holds, the libraries loaded by then
(each once), what the options have prepared, the artifacts still needed, the most that the libraries
of one stage have kept for further calls (torch's work space is as large as the largest use of it),
and on top what the running stage takes for a while. What a stage has freed adds nothing: it is
given back to the system (measure.memory.give_back_freed).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import attrs
import numpy as np

from vsat_core.matrix.exploring.store import Store, key_of
from vsat_core.measure.cells import Limits, Measured
from vsat_core.measure.statistics import summarise
from vsat_core.measure.worker_main import LIBRARIES

MB = 1e6
DRAWS = 400


@attrs.frozen
class Parts:
    """Of one cell: seconds a call; whole megabytes held once prepared, besides kept after a call,
    and at most taken above what is held, by preparing or by a call; a set of libraries.
    """

    seconds: float
    held: int
    kept: int
    taken: int
    libraries: int


@attrs.frozen
class Libraries:
    """`base` megabytes of a process without any; `each` what the libraries of LIBRARIES add, in
    that order.
    """

    base: int
    each: tuple[int, ...]

    def table(self) -> np.ndarray:
        """Megabytes of every set of libraries, indexed by its bits; int32."""
        sets = np.arange(1 << len(self.each))
        return np.asarray(
            sum(np.where(sets >> i & 1, mb, 0) for i, mb in enumerate(self.each)), np.int32
        )

    @property
    def heavy(self) -> int:
        """The set of those that weigh anything."""
        return sum(1 << i for i, mb in enumerate(self.each) if mb > 0)

    def loaded(self, bits: int) -> int:
        """Megabytes of one set."""
        return sum(mb for i, mb in enumerate(self.each) if bits >> i & 1)


def weigh_libraries(store: Store, limits: Limits, costs: Iterable[Measured]) -> Libraries:
    """Measured in one process that imports them one after the other, so that what they share counts
    once.
    """
    used = [name for name in LIBRARIES if any(name in m.used for m in costs)]
    key = key_of("libraries", used)
    found = store.get(key)
    if found is None:
        with limits.worker() as worker:
            found = {
                "start": worker.held_bytes,
                "held": worker.ask("libraries", names=used)["held"],
            }
        store.put(key, found)
    each, before = [], found["start"]
    for name in LIBRARIES:
        now = found["held"].get(name, before)
        each.append(_mb(now - before))
        before = now
    opened = [m.held["open"] for m in costs if "open" in m.held and not m.used]
    return Libraries(_mb(min(opened, default=found["start"])), tuple(each))


def parts_of(measured: Measured, libraries: Libraries) -> Parts:
    """The parts of a cell that has figures."""
    bits = _bits(measured.used) & libraries.heavy
    ready, used = libraries.loaded(_bits(measured.libraries)), libraries.loaded(bits)
    memory = measured.memory
    kept = memory["after"] - memory["before"] - measured.answer.get("nbytes", 0)
    called = _mb(memory["peak"] - memory["before"]) - (used - ready)
    preparing = _mb(measured.ready_peak - measured.held["prepare"])
    return Parts(
        summarise(measured.seconds).median,
        max(0, _mb(measured.held["prepare"]) - libraries.base - ready),
        max(0, _mb(kept) - (used - ready)),
        max(0, called, preparing),
        bits,
    )


def draws_of(key: str, measured: Measured) -> np.ndarray:
    """Seconds of a call as they might have been: float64 (DRAWS,), processes and their calls
    resampled.

    Seeded by the cell's key: two combinations that share a cell share its draws, so that their
    difference does not vary with what they have in common.
    """
    rng = np.random.default_rng(int(hashlib.sha256(key.encode()).hexdigest()[:12], 16))
    processes = [np.asarray(p) for p in measured.seconds if p]
    medians = np.stack(
        [np.median(p[rng.integers(0, len(p), (DRAWS, len(p)))], axis=1) for p in processes], axis=1
    )
    chosen = rng.integers(0, len(processes), (DRAWS, len(processes)))
    return np.asarray(np.median(np.take_along_axis(medians, chosen, axis=1), axis=1))


def live_mb(nbytes: Mapping[str, int]) -> int:
    """Megabytes of the artifacts held at one time."""
    return _mb(sum(nbytes.values()))


def _mb(nbytes: float) -> int:
    return round(nbytes / MB)


def _bits(names: Iterable[str]) -> int:
    return sum(1 << LIBRARIES.index(name) for name in names)
