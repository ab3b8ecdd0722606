"""whisper.baseline: one utterance at a time in a window of 30 s, as Whisper was trained."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from vsat_core.artifacts import Audio
from vsat_core.plugin import Run
from vsat_plugins.align.whisper import Job, Placed, Whisper


class Baseline(Whisper):
    """The specification."""

    def each(self, audio: Audio, jobs: Sequence[Job], run: Run) -> Generator[Placed, None, None]:
        """The answer for each utterance, in order; a stopped run goes on with the rest."""

        def placed(job: Job) -> Placed:
            return self.placed(audio, job)

        for job, answer in zip(
            jobs, map(run.resumable(placed, lambda job: job.name, Placed), jobs), strict=True
        ):
            yield answer
            run.progress(job.end)
