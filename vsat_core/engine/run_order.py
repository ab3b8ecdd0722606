"""How the recordings of one command are run, and a process that runs them so."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
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


class PlainOrder(msgspec.Struct, frozen=True):
    """A `RunOrder` that can go to any process that sees the same files; `profile` is its TOML."""

    profile: str
    plugins: list[str]
    targets: list[str]
    cached: bool
    overwrite: bool
    again: list[str]
    library: str

    def worker(self, threads: int, starting: Callable[[Worker], None]) -> Worker:
        """A process with its pipeline made; `starting` gets it before it is ready, so that it can
        be killed. Raises WorkerFailed, with the process closed, and OSError if none can be started.
        """
        with Workspace(others=[places.cache_folder()]) as space:
            file = space.folder / "profile.toml"
            file.write_text(self.profile, encoding="utf-8")
            worker = Worker(threads=threads, module=MODULE)
            starting(worker)
            try:
                worker.__enter__()
                worker.ask(
                    "begin",
                    profile=str(file),
                    plugins=self.plugins,
                    cache=self.cached,
                    overwrite=self.overwrite,
                    again=self.again,
                    library=self.library,
                    timeout_s=FOREVER_S,
                )
            except BaseException:
                worker.close()
                raise
        return worker

    def record(
        self,
        worker: Worker,
        path: str,
        name: str,
        out: str,
        on_event: Callable[[Reply], None] | None = None,
    ) -> RunSummary | Failed:
        """One recording by this process. Raises WorkerFailed."""
        reply = worker.ask(
            "record",
            path=path,
            name=name,
            out=out,
            targets=self.targets,
            timeout_s=FOREVER_S,
            on_event=on_event,
        )
        return answer_of(reply)


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
