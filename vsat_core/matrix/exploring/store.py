"""Where a matrix keeps what it has measured: one file a cell, written whole as it ends, found again
by --resume.

Artifacts lie beside the cells under their digests, so that equal answers are kept once and no input
is computed twice.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.artifacts import Artifact
from vsat_core.contract.graph import Graph
from vsat_core.contract.stages import SOURCE
from vsat_core.engine.atomic_files import write_json
from vsat_core.engine.worker import Failure
from vsat_core.matrix.exploring.graph import KIND_MARK
from vsat_core.measure.cells import Measured

VERSION = 4
WHOLE = "whole"  # kind of a cell of whole runs, and name of the whole run among its parts


@attrs.frozen
class Store:
    """The folder of one matrix over the stages of `graph`."""

    folder: Path
    graph: Graph

    def artifact(self, digest: str) -> Path:
        """The folder of an artifact, by its digest or the name of its node."""
        digest = digest.partition(KIND_MARK)[0]
        return self.folder / "artifacts" / digest[:2] / digest

    def load(self, stage: str, digest: str) -> Artifact:
        """A kept artifact of a stage."""
        return self.graph[stage].gives.load(self.artifact(digest))

    def scratch(self) -> Path:
        """A new folder for an answer that has no name yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="part-", dir=self.folder))

    def adopt(self, part: Path, digest: str) -> None:
        """Keep an answer under its digest; an equal one that is there already stays."""
        final = self.artifact(digest)
        final.parent.mkdir(parents=True, exist_ok=True)
        if final.exists():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.rename(final)

    def get(self, key: str) -> dict[str, Any] | None:
        """What is known under a key; None for nothing, or for what a killed run left damaged."""
        path = self._path(key)
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and found.get("version") == VERSION else None

    def put(self, key: str, value: dict[str, Any]) -> None:
        """Keep facts under a key, whole or not at all."""
        write_json(self._path(key), {"version": VERSION, **value})

    def names(self) -> set[str]:
        """Of everything that has been kept."""
        return {p.stem for p in (self.folder / "cells").glob("[!.]*.json")}

    def executions(self) -> int:
        """How often a stage has been called for everything that is kept here."""
        total = 0
        for key in self.names():
            found = self.get(key) or {}
            kind = key.partition("-")[0]
            if kind == "answer":
                total += not found.get("measured")
            total += len(self.graph) * len(found.get("command", ()))
            for cell in list(found.get("cells", {}).values()) or [found]:
                stages = len(self.graph) if WHOLE in (kind, cell.get("name")) else 1
                total += stages * sum(
                    len(p) + 1 for p in cell.get("seconds", [])
                )  # the first call is no time
        return total

    def sweep(self) -> None:
        """Remove what killed runs left half written."""
        for part in self.folder.glob("part-*"):
            shutil.rmtree(part, ignore_errors=True)
        for part in (self.folder / "cells").glob(".vsat-*"):
            part.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / "cells" / f"{key}.json"


def key_of(kind: str, *parts: Any) -> str:
    """The name of a cell: its kind and a digest of everything that it depends on."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def as_facts(measured: Measured) -> dict[str, Any]:
    """A measured cell as JSON."""
    return attrs.asdict(measured)


def as_measured(facts: dict[str, Any]) -> Measured:
    """The cell that `as_facts` wrote."""
    failure = facts.get("failure")
    known = {f.name for f in attrs.fields(Measured)}
    values = {k: v for k, v in facts.items() if k in known}
    return Measured(**values | {"failure": Failure(**failure) if failure else None})


def describe(inputs: Sequence[str], stage: str, store: Store, source: Path) -> list[dict[str, str]]:
    """The inputs of a stage for a measuring process: the recording, or artifacts by digest."""
    takes = store.graph[stage].takes
    return [
        {"source": str(source)} if t == SOURCE else {"stage": t, "folder": str(store.artifact(d))}
        for t, d in zip(takes, inputs, strict=True)
    ]
