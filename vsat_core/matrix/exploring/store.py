"""Where a matrix keeps what it has measured: one file a cell, written whole as it ends, read again
by --resume.

Artifacts lie next to the cells under their digests, so that equal answers are kept once and no
input is computed twice.
"""

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import attrs
import msgspec

from vsat_core.artifacts import Artifact
from vsat_core.artifacts.kept_json import kept
from vsat_core.contract.graph import Graph
from vsat_core.contract.stages import SOURCE
from vsat_core.engine.atomic_files import write_json
from vsat_core.measure.measured import Measured

KIND_MARK = "~"  # between digest and kind in the name of a node, where the digest is not enough
VERSION = 5


class Answer(msgspec.Struct):
    """An artifact: digest, bytes, rows, and how many samples of the recording its rows cover."""

    digest: str
    nbytes: int
    rows: int
    covers: int


class Cell(msgspec.Struct, tag_field="version", tag=VERSION, kw_only=True):
    """What is known under one key, and the machine that it was found out on."""

    kind: ClassVar[str]
    machine: str = ""

    def executions(self, n_stages: int) -> int:
        """The number of calls of a stage behind it, in a graph of n_stages."""
        return 0


C = TypeVar("C", bound=Cell)


class AnswerCell(Cell):
    """An option's answer to inputs, or why it has none; `measured` if it came of a CostCell."""

    kind = "answer"
    stage: str
    option: str
    answer: Answer | None = None
    failure: str = ""
    measured: bool = False

    def executions(self, n_stages: int) -> int:
        return int(not self.measured)


class CostCell(Cell):
    """An option measured on inputs."""

    kind = "cost"
    stage: str
    option: str
    file: str
    measured: Measured

    def executions(self, n_stages: int) -> int:
        return calls_of(self.measured)


class RunsCell(Cell):
    """End-to-end runs of combinations against each other, by name."""

    kind = "end-to-end"
    runs: dict[str, Measured]
    file: str

    def executions(self, n_stages: int) -> int:
        return n_stages * sum(map(calls_of, self.runs.values()))


class InterleavedCell(Cell):
    """An end-to-end run of a combination, interleaved with its longer stages."""

    kind = "interleaved"
    run: Measured
    stages: dict[str, Measured]
    file: str

    def executions(self, n_stages: int) -> int:
        return n_stages * calls_of(self.run) + sum(map(calls_of, self.stages.values()))


class CommandCell(Cell):
    """Seconds of `vsat run`, or why it failed."""

    kind = "command"
    seconds: tuple[float, ...] = ()
    failure: str = ""

    def executions(self, n_stages: int) -> int:
        return n_stages * len(self.seconds)


class ScoreCell(Cell):
    """(errors, total) of each rate of a transcript."""

    kind = "score"
    counts: dict[str, tuple[float, float]]


class LibrariesCell(Cell):
    """Bytes of a process at its start, and after importing each library; seconds of each import."""

    kind = "libraries"
    start: int
    held: dict[str, int]
    seconds: dict[str, float]


def calls_of(measured: Measured) -> int:
    """The number of calls, with the first one of each process, which is not timed."""
    return sum(len(process) + 1 for process in measured.seconds)


@attrs.frozen
class Store:
    """The folder of one matrix over the stages of `graph`, as this machine writes to it."""

    folder: Path
    graph: Graph
    machine: str = ""

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

    def adopt(self, folder: Path, digest: str) -> None:
        """Keep an answer under its digest; an equal one that is there already stays."""
        final = self.artifact(digest)
        final.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):  # it is there, perhaps since a moment
            folder.rename(final)
        if not final.exists():
            folder.rename(final)
        shutil.rmtree(folder, ignore_errors=True)

    def get(self, kind: type[C], key: str) -> C | None:
        """The cell under a key; None for nothing, or for what a killed run left damaged."""
        return kept(self._path(key), kind)

    def put(self, key: str, cell: Cell) -> None:
        """Keep a cell under a key, whole or not at all."""
        cell.machine = self.machine
        write_json(self._path(key), msgspec.to_builtins(cell))

    def once(self, key: str, kind: type[C], measure: Callable[[], C]) -> tuple[C, bool]:
        """The cell under a key, measured unless it is there; whether it was."""
        if (cell := self.get(kind, key)) is not None:
            return cell, True
        cell = measure()
        self.put(key, cell)
        return cell, False

    def keys(self, kind: type[Cell]) -> list[str]:
        """Of every cell of a kind."""
        return [p.stem for p in (self.folder / "cells").glob(f"{kind.kind}-*.json")]

    def executions(self) -> int:
        """The number of calls of a stage, on this machine, for everything that is kept here."""
        kinds = Cell.__subclasses__()
        cells = (self.get(kind, key) for kind in kinds for key in self.keys(kind))
        own = (cell for cell in cells if cell and cell.machine in ("", self.machine))
        return sum(cell.executions(len(self.graph)) for cell in own)

    def sweep(self, alone: Callable[[], bool]) -> None:
        """Remove what killed runs left half written, if no other machine writes here."""
        folders = list(self.folder.glob("part-*"))
        files = list((self.folder / "cells").glob(".vsat-*"))
        if not alone():  # asked after looking: a machine that begins now has none of these
            return
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        for file in files:
            file.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / "cells" / f"{key}.json"


def key_of(kind: type[Cell], *parts: Any) -> str:
    """The name of a cell: its kind and a digest of everything that it depends on."""
    return f"{kind.kind}-{digest_of(*parts)}"


def digest_of(*parts: Any) -> str:
    """The first half of a sha256 of values as JSON."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def describe(inputs: Sequence[str], stage: str, store: Store, source: Path) -> list[dict[str, str]]:
    """The inputs of a stage for a measuring process: the recording, or artifacts by digest."""
    takes = store.graph[stage].takes
    return [
        {"source": str(source)} if t == SOURCE else {"stage": t, "folder": str(store.artifact(d))}
        for t, d in zip(takes, inputs, strict=True)
    ]
