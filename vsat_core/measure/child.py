"""The measuring process: one variant, its inputs, and a clock. `worker.Worker` starts it; it speaks JSON over pipes."""
from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vsat_core.artifacts import Artifact, Source
from vsat_core.measure.memory import anonymous_bytes, high_water_bytes, reset_high_water
from vsat_core.params import build
from vsat_core.pipeline import Pipeline
from vsat_core.profile import read, resolve
from vsat_core.registry import Variant, load
from vsat_core.stages import STAGES, needed_for
from vsat_core.variants import Stage
from vsat_core.workspace import Workspace

Job = dict[str, Any]
Reply = dict[str, Any]


class Child:
    """The state between two jobs; each public method answers one kind of job."""

    def __init__(self) -> None:
        self._variant: Variant | None = None
        self._values: tuple[Any, Any] = (None, None)
        self._stage: Stage | None = None
        self._inputs: list[Any] = []
        self._pipeline: Pipeline | None = None

    def open(self, job: Job) -> Reply:
        """Import and construct a variant."""
        registry = load([Path(p) for p in job.get("plugins", [])])
        variant = registry.find(job["stage"], job["variant"])
        if variant is None:
            return {"error": registry.unknown(job["stage"], job["variant"])}
        params, wrong = build(variant.card.params, job.get("params", {}), "params")
        tuning, slow = build(variant.card.tuning, job.get("tuning", {}), "tuning")
        if wrong or slow:
            return {"error": "; ".join(wrong + slow)}
        begin = time.perf_counter()
        self._stage = variant.make(params, tuning)
        self._variant, self._values = variant, (params, tuning)
        return {"import_s": time.perf_counter() - begin}

    def load(self, job: Job) -> Reply:
        """Load the inputs and touch every page, so that no call pays for reading them."""
        self._inputs = [_input(i) for i in job["inputs"]]
        for artifact in self._inputs:
            if isinstance(artifact, Artifact):
                for array in artifact.arrays().values():
                    _touch(array)
        return {}

    def prepare(self, job: Job) -> Reply:
        """Prepare as a first use must, then once more in a new instance of the same process."""
        assert self._stage and self._variant
        cold = _timed(self._stage.prepare)
        warm = _timed(self._variant.make(*self._values).prepare)
        return {"cold_s": cold, "warm_s": warm}

    def call(self, job: Job) -> Reply:
        """Call once; the answer is dropped, or saved, after the clock has stopped."""
        with Workspace() as run:
            answer, reply = _measured(lambda: self._call(run), job.get("weigh", False))
            if job.get("save"):
                answer.save(Path(job["save"]))
        return reply

    def profile(self, job: Job) -> Reply:
        """Make the pipeline of a profile file ready for its `targets`."""
        draft = read(job["path"])
        registry = load([*draft.plugins, *(Path(p) for p in job.get("plugins", []))])
        self._pipeline = Pipeline(resolve(draft, registry, needed_for(tuple(job["targets"]))))
        return {}

    def run(self, job: Job) -> Reply:
        """Run the pipeline from the file to its targets, nothing cached."""
        return _measured(lambda: self._run(job), job.get("weigh", False))[1]

    def _call(self, run: Workspace) -> Any:
        assert self._stage
        return self._stage(*self._inputs, run=run)

    def _run(self, job: Job) -> Any:
        assert self._pipeline
        return self._pipeline.run(Source(Path(job["source"])), tuple(job["targets"]), Path(job["out"]))


def _input(description: dict[str, str]) -> Any:
    """A Source, or the saved artifact of a stage."""
    if "source" in description:
        return Source(Path(description["source"]))
    return STAGES[description["stage"]].gives.load(Path(description["folder"]))


def _touch(array: np.ndarray) -> None:
    """Read every page of an array once, in blocks that are not kept."""
    flat = array.reshape(-1).view(np.uint8)
    for start in range(0, len(flat), 1 << 24):
        int(flat[start : start + (1 << 24) : 4096].max(initial=0))


def _timed(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _clocked(work: Callable[[], Any]) -> tuple[Any, float]:
    """The answer and its seconds, with the garbage collector off inside."""
    gc.collect()
    gc.disable()
    try:
        _synchronise()
        begin = time.perf_counter()
        answer = work()
        _synchronise()
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
    reset_high_water()
    _reset_cuda_peak()
    before = anonymous_bytes()
    answer, seconds = _clocked(work)
    memory = {"before": before, "after": anonymous_bytes(), "high_water": high_water_bytes(), **_cuda_peak()}
    return answer, {"seconds": seconds, "memory": memory}


def _cuda() -> Any:
    """torch, if this process computes on a CUDA device with it."""
    torch = sys.modules.get("torch")
    return torch if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized() else None


def _synchronise() -> None:
    if torch := _cuda():
        torch.cuda.synchronize()


def _reset_cuda_peak() -> None:
    if torch := _cuda():
        torch.cuda.reset_peak_memory_stats()


def _cuda_peak() -> Reply:
    torch = _cuda()
    return {"cuda_peak": int(torch.cuda.max_memory_allocated())} if torch else {}


def main() -> None:
    """Answer jobs, one JSON line each, until the pipe closes."""
    child = Child()
    with os.fdopen(int(sys.argv[1])) as jobs, os.fdopen(int(sys.argv[2]), "w") as replies:
        print(json.dumps({"ready": True}), file=replies, flush=True)
        for line in jobs:
            job = json.loads(line)
            try:
                reply = getattr(child, job["do"])(job)
            except Exception as error:  # whatever a variant raises is a result, not the end of the process
                reply = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    main()
