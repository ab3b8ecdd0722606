"""The clock and the memory of a graphics card, where torch computes on one in this process; else
nothing to do.
"""

import sys
from typing import Any


def synchronise() -> None:
    """Wait for what has been asked of the card."""
    if torch := _used():
        torch.cuda.synchronize()


def reset_peak() -> None:
    """Forget the most memory that was allocated."""
    if torch := _used():
        torch.cuda.reset_peak_memory_stats()


def peak() -> dict[str, int]:
    """Bytes allocated at most since then, as "cuda_peak"; empty without a card."""
    torch = _used()
    return {"cuda_peak": int(torch.cuda.max_memory_allocated())} if torch else {}


def _used() -> Any:
    torch = sys.modules.get("torch")
    return (
        torch
        if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized()
        else None
    )
