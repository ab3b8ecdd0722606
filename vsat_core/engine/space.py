"""Whether there is room for the scratch of a long recording, told before the work and not after
hours of it.

It is a note and no error: a stage says what it may need at most, and clean or silent sound needs
less. Where an array does find no room, `run.array` raises DiskFull.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.contract.scratch import free_bytes
from vsat_core.contract.stages import StageSpec
from vsat_core.contract.workspace import MEMORY_LIMIT_BYTES


def space_note(
    specs: Sequence[StageSpec], n_samples: int, folders: Sequence[Path], cache: Path | None
) -> str:
    """One line if no folder has room for the scratch that these stages need for so much sound,
    else "".
    """
    needs = scratch_bytes(specs, n_samples)
    # results in a cache on a disk of its own leave the scratch; others stay in it
    moved = cache is not None and _takes(cache, sum(needs), folders)
    need = max(needs, default=0) if moved else sum(needs)
    free = {folder: free_bytes(folder) for folder in folders}
    if not need or max(free.values(), default=0) >= need:
        return ""
    room = "no folder can be written"
    if free:
        best = max(free, key=lambda folder: free[folder])  # the first of equals
        room = f"{_amount(free[best])} is free in {best}"
    return f"needs about {_amount(need)} of scratch, {room}: set TMPDIR to a folder with more room"


def scratch_bytes(specs: Sequence[StageSpec], n_samples: int) -> list[int]:
    """What each stage may take on disk; what fits into memory takes nothing."""
    sizes = [spec.scratch_bytes_per_s * n_samples // SAMPLE_RATE for spec in specs]
    return [size for size in sizes if size > MEMORY_LIMIT_BYTES]


def _takes(cache: Path, nbytes: int, folders: Sequence[Path]) -> bool:
    """Whether the cache lies on a disk without scratch that has room for so much."""
    try:
        disk = cache.stat().st_dev
        shared = any(f != cache and f.stat().st_dev == disk for f in folders)
    except OSError:
        return False
    return not shared and free_bytes(cache) >= nbytes


def _amount(nbytes: int) -> str:
    """In GB, or MB where it is less.

    >>> _amount(2_345_000_000), _amount(12_000_000)
    ('2.3 GB', '12 MB')
    """
    return f"{nbytes / 1e9:.1f} GB" if nbytes >= 1e9 else f"{nbytes / 1e6:.0f} MB"
