"""Moonshine on two threads against two processes of one thread: python
tools/benchmarks/moonshine_processes.py.

The utterances of test_data/medium_meeting.flac as fast-quiet-room cuts them; each of two processes
gets half of them. ways take turns; models are loaded before the clock.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from vsat_core.artifacts import Artifact, Source, Utterances
from vsat_core.config.prepare import prepare
from vsat_core.engine.memory import anonymous_bytes
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.worker import Worker

RECORDING = Path(__file__).parents[2] / "test_data" / "medium_meeting.flac"
VARIANT, ROUNDS = "moonshine.numba", 5


def save(artifact: Artifact, folder: Path) -> str:
    """Save an artifact; its folder."""
    folder.mkdir(parents=True)
    artifact.save(folder)
    return str(folder)


def ready(audio: str, cut: str, threads: int) -> Worker:
    """A process that has loaded the model and these utterances, and transcribed them once."""
    worker = Worker(threads=threads).__enter__()
    worker.ask("open", stage="transcribe", variant=VARIANT)
    worker.ask(
        "load", inputs=[{"stage": "enhance", "folder": audio}, {"stage": "cut", "folder": cut}]
    )
    worker.ask("prepare", once=True)
    worker.ask("call")
    return worker


def seconds(workers: list[Worker], pool: ThreadPoolExecutor) -> float:
    """Until all have transcribed theirs."""
    begin = time.perf_counter()
    list(pool.map(lambda w: w.ask("call"), workers))
    return time.perf_counter() - begin


def main() -> None:
    """Print seconds of both ways, the ratio, and the memory of all processes."""
    found = (
        Pipeline(prepare("fast-quiet-room")).run(Source(RECORDING), ("enhance", "cut")).artifacts
    )
    cut = found["cut"]
    assert isinstance(cut, Utterances)
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(2) as pool:
        folder = Path(name)
        audio, whole = save(found["enhance"], folder / "audio"), save(cut, folder / "whole")
        halves = [
            save(Utterances(cut.start[i::2], cut.end[i::2]), folder / f"half{i}") for i in range(2)
        ]
        one, two = [ready(audio, whole, 2)], [ready(audio, half, 1) for half in halves]
        times = [(seconds(one, pool), seconds(two, pool)) for _ in range(ROUNDS)]
        memory = [sum(anonymous_bytes(w._process.pid) for w in ws) / 1e6 for ws in (one, two)]
        for worker in (*one, *two):
            worker.close()
    for i, who in enumerate(("one process, two threads", "two processes, one thread each")):
        print(f"{who}: {statistics.median(t[i] for t in times):.2f} s, {memory[i]:.0f} MB")
    print(f"two processes take {statistics.median(b / a for a, b in times):.2f} times as long")


if __name__ == "__main__":
    main()
