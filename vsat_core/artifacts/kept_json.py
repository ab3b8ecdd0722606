"""JSON that VSAT keeps for itself: what is damaged counts as not there."""

import contextlib
from pathlib import Path
from typing import Any, TypeVar

LARGEST_BYTES = 100_000_000  # nothing that is kept so is as large
Kind = TypeVar("Kind")


def kept(path: Path, kind: type[Kind] | Any) -> Kind | None:
    """What a file holds; None where there is none, or where it holds anything else."""
    import msgspec  # here, since artifacts are imported by what needs no JSON

    with contextlib.suppress(OSError, msgspec.MsgspecError, RecursionError):
        return msgspec.json.decode(content(path), type=kind)
    return None


def content(path: Path) -> bytes:
    """The content of such a file. Raises OSError, also where it is too large."""
    if path.stat().st_size > LARGEST_BYTES:
        raise OSError(f"{path} is too large")
    return path.read_bytes()
