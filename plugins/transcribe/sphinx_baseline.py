"""sphinx.baseline: PocketSphinx with its English trigrams. Gives the time of each word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pocketsphinx

from vsat_plugins._sphinx.decoder import TimedWord, open_decoder, recognised
from vsat_plugins.transcribe import LANGUAGE, SphinxParams
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.recogniser import Recogniser


class Baseline(Recogniser):
    """Texts with word times."""

    params: SphinxParams
    _decoder: pocketsphinx.Decoder | None = None

    def prepare(self) -> None:
        """Load acoustic model, dictionary and language model."""
        super().prepare()
        self.open()

    def open(self) -> None:
        """Without the filter, which a worker does not need."""
        if self._decoder is None:
            self._decoder = open_decoder(lm=str(LANGUAGE.path()), beam=self.params.beam)

    def recognised(self, sound: np.ndarray) -> Answer:
        """The raw answer for one utterance that is not silent."""
        return answer_of(self.words(sound))

    def words(self, sound: np.ndarray) -> list[TimedWord]:
        """The words in one utterance, float32 (n_samples,), from its first sample."""
        assert self._decoder is not None
        return recognised(self._decoder, sound, 0)


def answer_of(words: Sequence[TimedWord]) -> Answer:
    """The raw answer with these words."""
    text = " ".join(word for word, _, _ in words)
    times = tuple((start, end) for _, start, end in words)
    return Answer(text, times=times, language="en")
