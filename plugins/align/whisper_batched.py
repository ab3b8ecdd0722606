"""whisper.batched: windows as long as the utterance and not 30 s, several of one length together.

The encoder has no mask, so the length of the window changes the answer a little; which utterances
are computed together does not.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import groupby

from vsat_core.artifacts import Audio
from vsat_core.plugin import Run
from vsat_plugins.align.whisper import Job, Placed, Whisper, length_of

TOGETHER = 8  # utterances


class Batched(Whisper):
    """Far less work where utterances are short."""

    def each(self, audio: Audio, jobs: Sequence[Job], run: Run) -> Generator[Placed, None, None]:
        """The answer for each utterance, in order, when all are there."""

        def answers(batch: list[int]) -> list[Placed]:
            own = [jobs[k] for k in batch]
            if not self.fits(own[0]):
                return [self.placed(audio, job, whole=False) for job in own]
            return self.together(audio, own, length_of(own[0]))

        kept = run.resumable(answers, lambda batch: "-".join(map(str, batch)), list[Placed])
        found: dict[int, Placed] = {}
        samples = 0
        for batch in self._batches(jobs):
            found |= dict(zip(batch, kept(batch), strict=True))
            samples += sum(jobs[k].end - jobs[k].start for k in batch)
            run.progress(samples)
        yield from (found[k] for k in range(len(jobs)))

    def _batches(self, jobs: Sequence[Job]) -> list[list[int]]:
        """Numbers of utterances of one language and length of window; one that needs several
        windows is alone.
        """

        def kind(k: int) -> tuple[str, int, int]:
            return jobs[k].language, length_of(jobs[k]), -1 if self.fits(jobs[k]) else k

        kinds = {k: kind(k) for k in range(len(jobs))}
        batches = []
        for _, group in groupby(sorted(kinds, key=lambda k: (kinds[k], k)), key=kinds.__getitem__):
            alike = list(group)
            batches += [alike[i : i + TOGETHER] for i in range(0, len(alike), TOGETHER)]
        return batches
