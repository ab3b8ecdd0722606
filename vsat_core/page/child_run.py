"""One recording through stages in processes of their own, the decoding under limits: what comes
from strangers may be damaged, or made to do harm.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from vsat_core.artifacts import SAMPLE_RATE, Audio
from vsat_core.config import places
from vsat_core.config.profile import Profile
from vsat_core.config.user_config import user_config
from vsat_core.contract import scratch
from vsat_core.contract.stages import SOURCE
from vsat_core.contract.threads import thread_count
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.child_loop import Reply
from vsat_core.engine.summary import RunSummary
from vsat_core.engine.worker import Failure, Worker, WorkerFailed
from vsat_core.errors import InputError
from vsat_core.page.job_worker import Limits
from vsat_core.printable import one_line

MODULE = "vsat_core.page.job_worker"
FOREVER_S = 1e9
REMEDY = "convert it to WAV or FLAC with another program"
BEGIN_S = 600.0  # to import what a profile needs


@attrs.frozen
class Bounds:
    """How much one recording may ask for before it is refused."""

    hours: float = 24.0  # of sound
    memory_bytes: int = 2_000_000_000  # of the process that decodes, without memory maps
    address_bytes: int = 8 << 30  # of its address space, besides the sound itself
    cpu_s: int = 3600
    stalled_s: float = 120.0  # without progress

    @property
    def samples(self) -> int:
        """The longest sound."""
        return round(self.hours * 3600 * SAMPLE_RATE)

    @property
    def limits(self) -> Limits:
        """Of the process that decodes. It maps the sound at most three times: as it is decoded, as
        it goes to the cache, and from there.
        """
        sound = 4 * self.samples
        return Limits(self.address_bytes + 3 * sound, sound + (64 << 20), self.cpu_s)


@attrs.frozen
class Order:
    """A recording, the name of its results, and the folder they go to."""

    path: Path
    name: str
    out: Path


@attrs.define
class ChildRun:
    """Runs one recording; `kill` ends it from another thread."""

    order: Order
    profile: Profile
    bounds: Bounds
    on_event: Callable[[Reply], None] = lambda event: None
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False)
    _worker: Worker | None = attrs.field(default=None, init=False)
    _killed: bool = attrs.field(default=False, init=False)
    _too_long: bool = attrs.field(default=False, init=False)

    def run(self, targets: Sequence[str]) -> RunSummary:
        """Decode under limits, then compute the stages `targets`. Raises InputError with the line
        that says why there is no result.
        """
        with Workspace(others=[places.cache_folder()]) as space:
            file = space.folder / "profile.toml"
            file.write_text(self.profile.toml(), encoding="utf-8")
            graph = self.profile.graph
            decode = [s for s in graph if SOURCE in graph[s].takes and graph[s].gives is Audio]
            try:
                self._ask(file, decode, self.bounds.limits)
                reply = self._ask(file, targets, None)
            except WorkerFailed as failed:
                raise InputError(self._reason(failed.failure)) from None
        return RunSummary.read(reply["summary"])

    def kill(self) -> None:
        """End it at once; `run` raises."""
        with self._lock:
            self._killed = True
            if self._worker:
                self._worker.kill()

    def _reason(self, failure: Failure) -> str:
        """The line of a process that gave no answer."""
        if self._too_long:
            return (
                f"{self.order.path}: holds more than {self.bounds.hours:g} hours of sound; cut it, "
                "or transcribe it with vsat run"
            )
        if failure.kind == "memory limit":
            most = f"{self.bounds.memory_bytes / 1e9:g} GB of memory"
            return f"{self.order.path}: decoding it needs more than {most}; {REMEDY}"
        if "SIGXCPU" in failure.reason:
            most = f"{self.bounds.cpu_s / 60:g} minutes of computing"
            return f"{self.order.path}: decoding it needs more than {most}; {REMEDY}"
        return one_line(f"{self.order.path}: {failure.kind}: {failure.reason}")

    def _ask(self, profile: Path, targets: Sequence[str], limits: Limits | None) -> Reply:
        """The answer of a fresh process. Raises WorkerFailed, InputError."""
        most = self.bounds.memory_bytes if limits else 0
        worker = Worker(threads=thread_count(0), memory_limit=most, module=MODULE)
        try:
            with self._lock:
                self._worker = worker
                if self._killed:
                    worker.kill()
            worker.__enter__()
            if limits:
                worker.ask("limit", **attrs.asdict(limits))
            worker.ask(
                "begin",
                profile=str(profile),
                plugins=[],
                cache=True,
                overwrite=False,
                again=[],
                library=str(user_config().library_file or ""),
                timeout_s=BEGIN_S,
            )
            reply = worker.ask(
                "record",
                path=str(self.order.path),
                name=self.order.name,
                out=str(self.order.out),
                targets=[*targets],
                timeout_s=self.bounds.stalled_s if limits else FOREVER_S,
                on_event=self._moved,
            )
        finally:
            with self._lock:
                self._worker = None
            alive = worker.alive
            worker.close()
            if not alive:
                for folder in (scratch.temporary(), places.cache_folder(), self.order.out):
                    scratch.remove_dead(folder)
        if "line" in reply:
            raise InputError(str(reply["line"]))
        return reply

    def _moved(self, event: Reply) -> None:
        """Progress of the process, which is ended if the sound is longer than allowed."""
        samples = max(int(str(event.get(key) or 0)) for key in ("samples", "total"))
        if samples > self.bounds.samples:
            self._too_long = True
            self.kill()
        else:
            self.on_event(event)
