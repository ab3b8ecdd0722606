"""How many calls of torch run at a time."""

from __future__ import annotations

import torch

from vsat_core.contract.threads import thread_count
from vsat_core.plugin import ThreadsOrDevice


def calls_at_a_time(tuning: ThreadsOrDevice) -> int:
    """One a thread on the CPU, each call of one thread; one on a graphics card."""
    torch.set_num_threads(1)
    return thread_count(tuning.threads) if tuning.device == "cpu" else 1
