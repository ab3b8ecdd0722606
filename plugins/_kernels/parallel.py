"""How many calls a stage computes at a time."""

from __future__ import annotations

from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Stage, Threads, ThreadsOrDevice


class OnThreads(Stage):
    """One call on each thread."""

    tuning: Threads

    def threads(self) -> int:
        """Calls at a time."""
        return thread_count(self.tuning.threads)


class ByTorch(Stage):
    """On the CPU one call on each thread, on a graphics card one."""

    tuning: ThreadsOrDevice

    def prepare(self) -> None:
        """Initialise the device."""
        from vsat_plugins._kernels.devices import begin

        begin(self.tuning.device)

    def threads(self) -> int:
        """Calls at a time, each of one thread."""
        import torch

        torch.set_num_threads(1)
        return thread_count(self.tuning.threads) if self.tuning.device == "cpu" else 1
