"""How the recordings of one command are run, and a process that runs them so."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs
import msgspec

from vsat_core.artifacts import Artifact
from vsat_core.artifacts.json_value import JsonValue
from vsat_core.config import places
from vsat_core.config.profile import Profile
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.child_loop import Reply
from vsat_core.engine.summary import RunSummary
from vsat_core.engine.worker import Worker
from vsat_core.failures import Failed

MODULE = "vsat_core.engine.pool_worker"
FOREVER_S = 1e9


@attrs.frozen
class RunOrder:
    """The profile, the stages that are wanted, and how the cache, the folder of results and the
    library are used.

    The stages `again` are computed even if their results are cached. Transcripts go into `library`,
    by default that of the output folder.
    """

    profile: Profile
    plugins: Sequence[Path]
    targets: Sequence[str | type[Artifact]]
    cached: bool
    overwrite: bool = False
    again: Sequence[str] = ()
    library: Path | None = None

    def plain(self) -> PlainOrder:
        """The same as JSON takes it, with whole paths."""
        plugins = dict.fromkeys([*self.profile.plugins, *self.plugins])
        return PlainOrder(
            self.profile.toml(),
            [os.path.abspath(p) for p in plugins],
            [*self.profile.graph.stages_for(self.targets)],
            self.cached,
            self.overwrite,
            [*self.again],
            os.path.abspath(self.library) if self.library else "",
        )


class ChildOrder(msgspec.Struct, frozen=True):
    """A child process with a profile made ready: the module that it runs, the TOML of the profile
    and, as JSON, what else its job "begin" says.
    """

    module: str
    profile: str
    begin: str

    @classmethod
    def of(cls, module: str, profile: str, begin: Mapping[str, object]) -> ChildOrder:
        return cls(module, profile, json.dumps(begin))

    def worker(self, threads: int, starting: Callable[[Worker], None]) -> Worker:
        """A process that is ready; `starting` gets it before it is, so that it can be killed.

        Raises WorkerFailed, with the process closed, and OSError if none can be started.
        """
        with Workspace(others=[places.cache_folder()]) as space:
            file = space.folder / "profile.toml"
            file.write_text(self.profile, encoding="utf-8")
            worker = Worker(threads=threads, module=self.module)
            starting(worker)
            try:
                worker.__enter__()
                begin = json.loads(self.begin)
                worker.ask("begin", profile=str(file), timeout_s=FOREVER_S, **begin)
            except BaseException:
                worker.close()
                raise
        return worker


class PlainOrder(msgspec.Struct, frozen=True):
    """A `RunOrder` that can go to any process that sees the same files; `profile` is its TOML."""

    profile: str
    plugins: list[str]
    targets: list[str]
    cached: bool
    overwrite: bool
    again: list[str]
    library: str

    def child(self) -> ChildOrder:
        """What makes a process ready for `record`."""
        begin = {
            "plugins": self.plugins,
            "cache": self.cached,
            "overwrite": self.overwrite,
            "again": self.again,
            "library": self.library,
        }
        return ChildOrder.of(MODULE, self.profile, begin)

    def record(self, path: str, name: str, out: str) -> str:
        """The job of one recording, as JSON, for a process of `child`."""
        job = {"do": "record", "path": path, "name": name, "out": out, "targets": self.targets}
        return json.dumps(job)


def answer_of(reply: Reply) -> RunSummary | Failed:
    """What a process says of one recording."""
    if "summary" in reply:
        return RunSummary.read(reply["summary"])
    return Failed(str(reply["line"]), str(reply["trace"]))


def plain_answer(answer: RunSummary | Failed) -> dict[str, JsonValue]:
    """The same as JSON takes it."""
    if isinstance(answer, RunSummary):
        return {"summary": answer.plain()}
    return {"line": answer.line, "trace": answer.trace}
