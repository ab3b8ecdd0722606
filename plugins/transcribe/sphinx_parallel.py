"""sphinx.parallel: sphinx.baseline in several processes, as PocketSphinx holds Python's lock while
it works.

The decoder forgets everything between utterances, so the answer is that of one process, however
many there are.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from queue import SimpleQueue

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances
from vsat_core.contract.threads import map_threads, thread_count
from vsat_core.errors import VsatError
from vsat_core.plugin import Run
from vsat_plugins._sphinx.workers import Worker, running
from vsat_plugins.transcribe import Processes, Sphinx
from vsat_plugins.transcribe.hallucinations import Answer, HallucinationFilter
from vsat_plugins.transcribe.level import brought_up
from vsat_plugins.transcribe.silence import is_silent
from vsat_plugins.transcribe.sphinx import Baseline, Heard, answer_of

WORTH = 20 * SAMPLE_RATE  # samples that a process should have to do, or starting it takes longer


def workers(n: int, params: Sphinx) -> AbstractContextManager[SimpleQueue[Worker]]:
    """So many processes of sphinx_worker.py."""
    return running("vsat_plugins.transcribe.sphinx_worker", n, params)


def ask(worker: Worker, samples: np.ndarray) -> Heard:
    """The words in float32 (n_samples,), from the first of them. Raises VsatError if the process
    has died.
    """
    assert worker.stdin and worker.stdout
    try:
        worker.stdin.write(b"%d\n" % len(samples) + samples.astype(np.float32).tobytes())
        worker.stdin.flush()
        answer = worker.stdout.readline()
    except BrokenPipeError:
        answer = b""
    if not answer:
        raise VsatError(
            f"transcribe sphinx: a process ended with code {worker.wait()}; sphinx.baseline needs "
            "none"
        )
    return [(word, a, b) for word, a, b in json.loads(answer)]


class Parallel:
    """Texts with word times, several utterances at a time."""

    def __init__(self, params: Sphinx, tuning: Processes) -> None:
        self.params = params
        self.tuning = tuning
        self._alone = Baseline(params, tuning)
        self._filter = HallucinationFilter(params)

    def prepare(self) -> None:
        """Load what is needed where a recording is too short for processes."""
        self._alone.prepare()
        self._filter.prepare()

    def __call__(self, audio: Audio, utterances: Utterances, *, run: Run) -> Texts:
        bounds = list(zip(utterances.start.tolist(), utterances.end.tolist(), strict=True))
        worth = -(-sum(end - start for start, end in bounds) // WORTH)
        n = self.tuning.processes or min(thread_count(0), worth)
        if n < 2:
            return self._alone(audio, utterances, run=run)
        answers: list[Answer] = []
        with workers(n, self.params) as free:

            def hear(bound: tuple[int, int]) -> Answer:
                if is_silent(audio, *bound, self.params.silence_dbfs):
                    return Answer()
                worker = free.get()
                try:
                    return answer_of(
                        ask(worker, brought_up(audio.samples[slice(*bound)])), bound[0]
                    )
                finally:
                    free.put(worker)

            for (_, end), answer in zip(bounds, map_threads(hear, bounds, n), strict=True):
                answers.append(answer)
                run.progress(end)
        return self._filter(audio, utterances, answers)
