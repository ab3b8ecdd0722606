"""sphinx.baseline: PocketSphinx with its English trigrams. Knows when each word was said."""

from __future__ import annotations

import numpy as np
import pocketsphinx

from vsat_core.artifacts import Audio, Texts, Utterances
from vsat_core.plugin import Run
from vsat_plugins._sphinx.decoder import heard, open_decoder
from vsat_plugins.transcribe import LANGUAGE, Sphinx
from vsat_plugins.transcribe.hallucinations import Answer, HallucinationFilter
from vsat_plugins.transcribe.level import brought_up
from vsat_plugins.transcribe.silence import is_silent

Heard = list[tuple[str, int, int]]  # word, first sample, last sample + 1


def answer_of(words: Heard, start: int) -> Answer:
    """The answer for an utterance that begins at `start`, its words being timed from there."""
    text = " ".join(word for word, _, _ in words)
    return Answer(text, times=tuple((a + start, b + start) for _, a, b in words))


class Baseline:
    """Texts with word times."""

    def __init__(self, params: Sphinx, tuning: object) -> None:
        self.params = params
        self.tuning = tuning
        self._filter = HallucinationFilter(params)
        self._decoder: pocketsphinx.Decoder | None = None

    def prepare(self) -> None:
        """Load acoustic model, dictionary and language model."""
        self._filter.prepare()
        if self._decoder is None:
            self._decoder = open_decoder(lm=str(LANGUAGE.path()), beam=self.params.beam)

    def __call__(self, audio: Audio, utterances: Utterances, *, run: Run) -> Texts:
        self.prepare()
        answers = []
        for start, end in zip(utterances.start.tolist(), utterances.end.tolist(), strict=True):
            silent = is_silent(audio, start, end, self.params.silence_dbfs)
            answers.append(
                Answer()
                if silent
                else answer_of(self.words(brought_up(audio.samples[start:end])), start)
            )
            run.progress(end)
        return self._filter(audio, utterances, answers)

    def words(self, samples: np.ndarray) -> Heard:
        """The words in one utterance, float32 (n_samples,), from its first sample."""
        assert self._decoder is not None
        return heard(self._decoder, samples, 0)
