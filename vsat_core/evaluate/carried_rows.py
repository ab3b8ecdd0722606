"""The recordings of an evaluation by the workers of a Dask cluster."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from vsat_core.config.profile import Profile
from vsat_core.engine.child_loop import Reply
from vsat_core.engine.run_order import ChildOrder
from vsat_core.evaluate.hypotheses import stored
from vsat_core.evaluate.manifest import ManifestEntry
from vsat_core.evaluate.references import References
from vsat_core.evaluate.row_worker import MODULE
from vsat_core.evaluate.runs import Row
from vsat_core.executors import dask_task
from vsat_core.executors.dask_carrier import Carrier
from vsat_core.executors.dask_cluster import Connection
from vsat_core.executors.dask_task import Task
from vsat_core.failures import Failed


class CarriedRows:
    """One profile over all recordings; results go to `folder`, which all machines see.

    `oracle` and `resume` as in `evaluate.runs.Runner`; `tick` is called after each recording.
    """

    def __init__(
        self,
        profile: Profile,
        plugins: Sequence[Path],
        folder: Path,
        cached: bool,
        oracle: bool,
        resume: bool,
        references: Mapping[str, References],
        tick: Callable[[str], None],
    ) -> None:
        begin = {
            "plugins": [os.path.abspath(p) for p in (*profile.plugins, *plugins)],
            "folder": os.path.abspath(folder),
            "cached": cached,
            "oracle": oracle,
            "resume": resume,
        }
        self._child = ChildOrder.of(MODULE, profile.toml(), begin)
        self._name, self._folder = profile.name, folder
        self._references, self._tick = references, tick
        self._rows: dict[str, Row] = {}

    def rows(self, connection: Connection, entries: Sequence[ManifestEntry]) -> dict[str, Row]:
        """By id, in the order of the entries."""
        Carrier(connection, entries, self, dask_task.ask).run()
        return {entry.id: self._rows[entry.id] for entry in entries}

    def task(self, item: ManifestEntry, command: str, workers: int) -> Task:
        audio, speakers = os.path.abspath(item.audio), self._references[item.id].speakers
        job = {"do": "row", "id": item.id, "audio": audio, "speakers": speakers}
        folder = os.path.abspath(self._folder)
        return Task(command, self._child, json.dumps(job), audio, folder, workers)

    def ends(self, item: ManifestEntry, reply: Reply) -> bool:
        failure = reply["line"] if "line" in reply else reply["failure"]
        result = None if failure else stored(item.id, self._folder)
        if result is None and failure is None:
            failure = f"{self._folder}: the result is not there; all machines must see this folder"
        self._rows[item.id] = Row(
            item, result, None if failure is None else str(failure), bool(reply.get("resumed"))
        )
        self._tick(f"{self._name} {item.id}")
        return True

    def fails(self, item: ManifestEntry, error: BaseException) -> None:
        self.ends(item, {"line": Failed.of(item.audio, error).line})

    def event(self, event: Reply) -> None:
        """The recordings are counted as they end."""
