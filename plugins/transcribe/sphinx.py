"""sphinx.baseline: PocketSphinx with its English trigrams. Knows when each word was said."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pocketsphinx

from vsat_core.artifacts import Audio, TextColumn, Texts, Utterances
from vsat_core.plugin import Run
from vsat_plugins.transcribe import LANGUAGE, Sphinx
from vsat_plugins.transcribe.guards import is_silent
from vsat_plugins.transcribe.sphinx_decoder import heard, open_decoder

Heard = list[tuple[str, int, int]]  # word, first sample, last sample + 1


def timed(utterances: Sequence[Heard]) -> Texts:
    """Texts with the times of their words."""
    times = [(first, last) for words in utterances for _, first, last in words]
    columns = np.array(times, np.int64).reshape(-1, 2)
    texts = [" ".join(word for word, _, _ in words) for words in utterances]
    return Texts(TextColumn.of(texts), columns[:, 0], columns[:, 1])


class Baseline:
    """Texts with word times."""

    def __init__(self, params: Sphinx, tuning: object) -> None:
        self.params = params
        self.tuning = tuning
        self._decoder: pocketsphinx.Decoder | None = None

    def prepare(self) -> None:
        """Load acoustic model, dictionary and language model."""
        if self._decoder is None:
            self._decoder = open_decoder(lm=str(LANGUAGE.path()), beam=self.params.beam)

    def __call__(self, audio: Audio, utterances: Utterances, *, run: Run) -> Texts:
        self.prepare()
        found: list[Heard] = []
        for start, end in zip(utterances.start.tolist(), utterances.end.tolist(), strict=True):
            found.append([(word, a + start, b + start) for word, a, b in self.words(audio.samples[start:end])])
            run.progress(end)
        return timed(found)

    def words(self, samples: np.ndarray) -> Heard:
        """The words in one utterance, float32 (n_samples,), from its first sample."""
        assert self._decoder is not None
        return [] if is_silent(samples, self.params.silence_dbfs) else heard(self._decoder, samples, 0)
