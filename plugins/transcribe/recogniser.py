"""What all recognisers share: silent utterances get no text, quiet ones are amplified, and the
hallucination filter has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing

import attrs
import numpy as np

from vsat_core.artifacts import Audio, Texts, Utterances
from vsat_core.contract.threads import map_threads
from vsat_core.plugin import Run, Transcribe
from vsat_plugins.transcribe import FilterParams
from vsat_plugins.transcribe.hallucinations import Answer, HallucinationFilter
from vsat_plugins.transcribe.level import brought_up
from vsat_plugins.transcribe.silence import bounds_of, is_silent


class Recogniser(Transcribe):
    """One utterance at a time."""

    params: FilterParams

    def __init__(self, params: FilterParams, tuning: attrs.AttrsInstance) -> None:
        super().__init__(params, tuning)
        self._filter = HallucinationFilter(params)

    def prepare(self) -> None:
        """Load the networks."""
        self._filter.prepare()

    def __call__(self, audio: Audio, utterances: Utterances, *, run: Run) -> Texts:
        self.prepare()
        answers = self.answers(audio, utterances, run)
        return self._filter(audio, utterances, answers, lambda: run.progress(len(audio.samples)))

    def answers(self, audio: Audio, utterances: Utterances, run: Run) -> list[Answer]:
        """The raw answer for each utterance."""
        return self.each(self.recognised, audio, utterances, run)

    def each(
        self,
        recognised: Callable[[np.ndarray], Answer],
        audio: Audio,
        utterances: Utterances,
        run: Run,
        threads: int = 1,
    ) -> list[Answer]:
        """What `recognised` answers for each utterance, nothing for silence."""

        def answer(bounds: tuple[int, int]) -> Answer:
            sound = audible(audio, *bounds, self.params.silence_dbfs)
            return Answer() if sound is None else recognised(sound)

        kept = run.resumable(answer, lambda span: f"{span[0]}-{span[1]}", Answer)

        def results() -> Generator[Answer, None, None]:
            many = threads > 1
            yield from map_threads(kept, bounds, threads) if many else map(kept, bounds)

        bounds = bounds_of(utterances)
        answers = []
        with closing(results()) as found:
            for result, (_, end) in zip(found, bounds, strict=True):
                answers.append(result)
                run.progress(end)
        return answers

    def recognised(self, sound: np.ndarray) -> Answer:
        """The raw answer for one utterance that is not silent, float32 (n_samples,)."""
        raise NotImplementedError


def audible(audio: Audio, start: int, end: int, silence_dbfs: float) -> np.ndarray | None:
    """The sound of an utterance, a quiet one amplified; None where it is silent."""
    silent = is_silent(audio, start, end, silence_dbfs)
    return None if silent else brought_up(audio.samples[start:end])
