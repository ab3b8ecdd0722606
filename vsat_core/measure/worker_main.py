"""The measuring process: one variant, its inputs, and a clock. `engine.worker.Worker` starts it."""

import gc
import hashlib
import importlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vsat_core.artifacts import Artifact, Files, Source
from vsat_core.config.profile import read, resolve
from vsat_core.config.registry import load
from vsat_core.config.variants import Variant
from vsat_core.contract.graph import Graph
from vsat_core.contract.params import build
from vsat_core.contract.protocols import Stage
from vsat_core.contract.stages import StageSpec
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.child_loop import Send, answer_jobs
from vsat_core.engine.memory import (
    anonymous_bytes,
    give_back_freed,
    high_water_bytes,
    reset_high_water,
    steady_allocator,
)
from vsat_core.engine.pipeline import Pipeline
from vsat_core.measure import cuda

Job = dict[str, Any]
Reply = dict[str, Any]
# large ones, what others load before them: what two share counts for the first
_LIBRARIES = """
    scipy._lib._util scipy.linalg scipy.special scipy.fft scipy.sparse scipy.sparse.linalg
    scipy.spatial scipy.spatial.distance scipy.cluster.hierarchy scipy.optimize scipy.stats
    scipy.signal numba torch onnxruntime sqlite3 soundfile av fastcluster pocketsphinx
"""
LIBRARIES = tuple(_LIBRARIES.split())


class MeasuringWorker:
    """The state between two jobs; each public method answers one kind of job."""

    def __init__(self, send: Send) -> None:
        self._variant: Variant | None = None
        self._values: tuple[Any, Any] = (None, None)
        self._stage: Stage | None = None
        self._inputs: list[Any] = []
        self._graph = Graph({})
        self._spec: StageSpec | None = None
        self._pipeline: Pipeline | None = None

    def open(self, job: Job) -> Reply:
        """Import and construct a variant."""
        registry = load([Path(p) for p in job.get("plugins", [])])
        self._graph = registry.graph
        variant = registry.find(job["stage"], job["variant"])
        if variant is None:
            return {"error": registry.unknown(job["stage"], job["variant"])}
        params, wrong = build(variant.card.params, job.get("params", {}), "params")
        tuning, slow = build(variant.card.tuning, job.get("tuning", {}), "tuning")
        if wrong or slow:
            return {"error": "; ".join(wrong + slow)}
        begin = time.perf_counter()
        self._spec = registry.spec_of(variant)
        self._stage = variant.make(params, tuning)
        self._variant, self._values = variant, (params, tuning)
        return {"import_s": time.perf_counter() - begin, "anonymous": anonymous_bytes()}

    def load(self, job: Job) -> Reply:
        """Load the inputs and touch every page, so that no call pays for reading them."""
        self._inputs = [_input(i, self._graph) for i in job["inputs"]]
        for artifact in self._inputs:
            if isinstance(artifact, Artifact):
                for array in artifact.arrays().values():
                    _touch(array)
        return {"anonymous": anonymous_bytes()}

    def prepare(self, job: Job) -> Reply:
        """Prepare as a first use must, then, unless `once`, again in a new instance of the same
        process.
        """
        assert self._stage and self._variant
        seconds = _timed(self._stage.prepare)
        gc.collect()
        # libraries stay; looking through their objects before each call takes a tenth of a second
        gc.freeze()
        give_back_freed()
        reply = {"cold_s": seconds, "anonymous": anonymous_bytes(), "libraries": _libraries()}
        if not job.get("once"):
            reply["warm_s"] = _timed(self._variant.make(*self._values).prepare)
        return reply

    def libraries(self, job: Job) -> Reply:
        """Import packages and use those that do more at their first use; the bytes held after
        each, and the seconds its import took.
        """
        held, seconds = {}, {}
        for name in job["names"]:
            begin = time.perf_counter()
            module = importlib.import_module(name)
            seconds[name] = time.perf_counter() - begin
            if name == "numba":
                module.njit(_one)()
            if name == "torch":
                module.ones(256, 256) @ module.ones(256, 256)
            give_back_freed()
            held[name] = anonymous_bytes()
        return {"held": held, "seconds": seconds}

    def call(self, job: Job) -> Reply:
        """Call once; the answer is dropped, or saved, after the clock has stopped."""
        with Workspace() as run:
            answer, reply = _measured(lambda: self._call(run), job.get("weigh", False))
            if job.get("save"):
                answer.save(Path(job["save"]))
                reply["answer"] = _facts(answer, run)
        if "memory" in reply:
            reply["libraries"] = _libraries()
        return reply

    def profile(self, job: Job) -> Reply:
        """Make the pipeline of a profile file ready for its `targets`."""
        draft = read(job["path"])
        self._pipeline = Pipeline(resolve(draft, load(draft.plugins), job["targets"]))
        return {}

    def run(self, job: Job) -> Reply:
        """Run the pipeline from the file to its targets, nothing cached; the first target is saved
        if asked for.
        """
        outcome, reply = _measured(lambda: self._run(job), job.get("weigh", False))
        if job.get("save"):
            answer = outcome.artifacts[job["targets"][0]]
            answer.save(Path(job["save"]))
            with Workspace() as run:
                reply["answer"] = _facts(answer, run)
        return reply

    def _call(self, run: Workspace) -> Any:
        assert self._stage and self._spec
        return self._spec.call(self._stage, self._inputs, run)

    def _run(self, job: Job) -> Any:
        assert self._pipeline
        return self._pipeline.run(
            Source(Path(job["source"])), tuple(job["targets"]), Path(job["out"])
        )


def _input(description: dict[str, str], graph: Graph) -> Any:
    """A Source, or the saved artifact of a stage."""
    if "source" in description:
        return Source(Path(description["source"]))
    return graph[description["stage"]].gives.load(Path(description["folder"]))


def _facts(answer: Artifact, run: Workspace) -> Reply:
    """Digest and size of an answer (of what is in its files, if it is files), and how many samples
    its rows cover.
    """
    if isinstance(answer, Files):
        files = [run.folder / name for name in answer.names]
        digest = hashlib.sha256(
            b"".join(hashlib.sha256(f.read_bytes()).digest() for f in files)
        ).hexdigest()
        return {"digest": digest, "nbytes": 0, "rows": len(files), "covers": 0}
    arrays = answer.arrays()
    spans = (
        arrays["end"] - arrays["start"]
        if "start" in arrays and "end" in arrays
        else np.zeros(0, np.int64)
    )
    rows = len(next(iter(arrays.values()))) if arrays else 0
    return {
        "digest": answer.digest(),
        "nbytes": answer.nbytes,
        "rows": rows,
        "covers": int(spans.sum()),
    }


def _one() -> int:
    """For numba to compile."""
    return 1


def _libraries() -> list[str]:
    """Which of the large libraries this process has loaded."""
    return [name for name in LIBRARIES if name in sys.modules]


def _touch(array: np.ndarray) -> None:
    """Read every page of an array once, in blocks that are not kept."""
    flat = array.reshape(-1).view(np.uint8)
    for start in range(0, len(flat), 1 << 24):
        int(flat[start : start + (1 << 24) : 4096].max(initial=0))


def _timed(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _clocked(work: Callable[[], Any], collecting: bool = False) -> tuple[Any, float]:
    """The answer and its seconds, with the garbage collector off inside unless `collecting`."""
    gc.collect()
    if not collecting:
        gc.disable()
    try:
        cuda.synchronise()
        begin = time.perf_counter()
        answer = work()
        cuda.synchronise()
        return answer, time.perf_counter() - begin
    finally:
        gc.enable()


def _measured(work: Callable[[], Any], weigh: bool) -> tuple[Any, Reply]:
    """The answer and its seconds; with `weigh` also bytes before and after, the answer still held.

    The parent samples the peak meanwhile: no lock in here delays it.
    """
    if not weigh:
        answer, seconds = _clocked(work)
        return answer, {"seconds": seconds}
    gc.collect()
    give_back_freed()
    reset_high_water()
    cuda.reset_peak()
    before = anonymous_bytes()
    answer, seconds = _clocked(
        work, collecting=True
    )  # as in a run: what waits to be collected is memory, too
    gc.collect()
    give_back_freed()
    memory = {
        "before": before,
        "after": anonymous_bytes(),
        "high_water": high_water_bytes(),
        **cuda.peak(),
    }
    return answer, {"seconds": seconds, "memory": memory}


if __name__ == "__main__":
    steady_allocator()
    answer_jobs(MeasuringWorker, anonymous=anonymous_bytes())
