"""Tuning that several stages offer: it changes the cost of a variant, never its answer."""

import attrs

from vsat_core.contract.params import param

DEVICES = ("cpu", "cuda")


@attrs.frozen
class NoParams:
    """For variants without parameters."""


@attrs.frozen
class Threads:
    """Tuning of variants that use several threads."""

    threads: int = param(
        0, "threads to compute with; 0 takes every core this process may use", low=0, high=256
    )


@attrs.frozen
class Device:
    """Tuning of variants that compute with torch."""

    device: str = param("cpu", "where to compute", choices=DEVICES)


@attrs.frozen
class ThreadsOrDevice(Threads):
    """Tuning of variants that compute with torch on several threads."""

    device: str = param("cpu", "where to compute; threads count on the CPU only", choices=DEVICES)


@attrs.frozen
class Batches(Device):
    """Tuning of variants that compute several items together with torch."""

    batch: int = param(8, "items computed together", low=1, high=256)


@attrs.frozen
class Processes:
    """Tuning of variants that use several processes."""

    processes: int = param(
        0, "processes to compute with; 0 takes every core this process may use", low=0, high=64
    )
