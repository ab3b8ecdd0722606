"""sphinx.parallel: sphinx.baseline in several processes.

The decoder forgets everything between utterances, so the answer is that of one process, however
many there are.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_core.plugin import Processes, Run
from vsat_plugins._sphinx.workers import process_count, running
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.sphinx_baseline import Baseline, answer_of

WORTH = 20 * SAMPLE_RATE  # samples that a process should have to do, or starting it takes longer


class Parallel(Baseline):
    """In this process where a recording is too short for more."""

    tuning: Processes

    def answers(self, audio: Audio, utterances: Utterances, run: Run) -> list[Answer]:
        """The raw answer for each utterance."""
        n_samples = int((utterances.end - utterances.start).sum())
        n = process_count(self.tuning.processes, n_samples, WORTH)
        if n < 2:
            return super().answers(audio, utterances, run)
        with running("transcribe", n, self.params) as workers:

            def recognised(sound: np.ndarray) -> Answer:
                return answer_of(workers.ask(sound))

            return self.each(recognised, audio, utterances, run, n)
