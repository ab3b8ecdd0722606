"""JSON that VSAT keeps for itself: what is damaged counts as not there."""

import contextlib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

Kind = TypeVar("Kind")


def kept(path: Path, kind: type[Kind] | Any) -> Kind | None:
    """What a file holds; None where there is none, or where it holds anything else."""
    with contextlib.suppress(OSError, msgspec.MsgspecError, RecursionError):
        return msgspec.json.decode(path.read_bytes(), type=kind)
    return None
