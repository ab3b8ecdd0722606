"""sphinx.parallel: sphinx.baseline in several processes.

Every utterance is placed for itself, so the answer is that of one process, however many there are.
"""

from collections.abc import Generator

from vsat_core.artifacts import SAMPLE_RATE, Audio
from vsat_core.contract.threads import map_threads
from vsat_core.plugin import Processes, Run
from vsat_plugins._sphinx.workers import process_count, running
from vsat_plugins.align import sphinx_baseline
from vsat_plugins.align.timed import Job, Times, job_name

WORTH = 60 * SAMPLE_RATE  # samples that a process should have to do, or starting it takes longer


class Parallel(sphinx_baseline.Baseline):
    """In this process where a recording is too short for more."""

    tuning: Processes

    def times(self, audio: Audio, jobs: list[Job], run: Run) -> Generator[Times, None, None]:
        """Times of the words of each utterance, several at once."""
        n = process_count(self.tuning.processes, sum(end - start for start, end, _ in jobs), WORTH)
        if n < 2:
            yield from super().times(audio, jobs, run)
            return
        with running("align", n, self.params) as workers:

            def placed(job: Job) -> Times:
                start, end, words = job
                times = workers.ask(audio.samples[start:end], words=words)
                return [(a + start, b + start) for a, b in times]

            yield from map_threads(run.resumable(placed, job_name, Times), jobs, n)
