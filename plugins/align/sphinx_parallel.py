"""sphinx.parallel: sphinx.baseline in several processes, as PocketSphinx holds Python's lock while
it works.

Every utterance is placed for itself, so the answer is that of one process, however many there are.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from queue import SimpleQueue

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances, Words
from vsat_core.contract.threads import map_threads as in_threads, thread_count
from vsat_core.errors import VsatError
from vsat_core.plugin import Run
from vsat_plugins._sphinx.workers import Worker, running
from vsat_plugins.align import Processes, Spread
from vsat_plugins.align.sphinx import Baseline
from vsat_plugins.align.timed import Times, bounds_of, collected

WORTH = 60 * SAMPLE_RATE  # samples that a process should have to do, or starting it takes longer


def workers(n: int, params: Spread) -> AbstractContextManager[SimpleQueue[Worker]]:
    """So many processes of sphinx_worker.py."""
    return running("vsat_plugins.align.sphinx_worker", n, params)


def ask(worker: Worker, samples: np.ndarray, text: str) -> Times:
    """The times of the words in these samples, from the first of them. Raises VsatError if the
    process has died.
    """
    assert worker.stdin and worker.stdout
    try:
        worker.stdin.write(json.dumps({"text": text, "n_samples": len(samples)}).encode() + b"\n")
        worker.stdin.write(samples.astype(np.float32).tobytes())
        worker.stdin.flush()
        answer = worker.stdout.readline()
    except BrokenPipeError:
        answer = b""
    if not answer:
        raise VsatError(
            f"align sphinx: a process ended with code {worker.wait()}; sphinx.baseline needs none"
        )
    return [(a, b) for a, b in json.loads(answer)]


class Parallel:
    """Words placed by sound, several utterances at a time."""

    def __init__(self, params: Spread, tuning: Processes) -> None:
        self.params = params
        self.tuning = tuning
        self._alone = Baseline(params, tuning)

    def prepare(self) -> None:
        """Load what is needed where a recording is too short for processes."""
        self._alone.prepare()

    def __call__(self, audio: Audio, utterances: Utterances, texts: Texts, *, run: Run) -> Words:
        bounds = bounds_of(utterances)
        worth = -(-sum(end - start for start, end in bounds) // WORTH)
        n = self.tuning.processes or min(thread_count(0), worth)
        if n < 2 or texts.timed:
            return self._alone(audio, utterances, texts, run=run)
        times = []
        with workers(n, self.params) as free:

            def placed(job: tuple[tuple[int, int], str]) -> Times:
                (start, end), text = job
                worker = free.get()
                try:
                    return [
                        (a + start, b + start)
                        for a, b in ask(worker, audio.samples[start:end], text)
                    ]
                finally:
                    free.put(worker)

            answers = in_threads(placed, zip(bounds, texts.text, strict=True), n)
            for (_, end), found in zip(bounds, answers, strict=True):
                times.append(found)
                run.progress(end)
        return collected(audio, utterances, texts, times)
