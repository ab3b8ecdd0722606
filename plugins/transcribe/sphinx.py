"""sphinx.baseline: PocketSphinx with its English trigrams. Knows when each word was said."""
from __future__ import annotations

import numpy as np
import pocketsphinx

from vsat_core.artifacts import Audio, TextColumn, Texts, Utterances
from vsat_core.plugin import NoParams, Run
from vsat_plugins.transcribe import LANGUAGE, Sphinx
from vsat_plugins.transcribe.guards import is_silent
from vsat_plugins.transcribe.sphinx_decoder import heard, open_decoder


class Baseline:
    """Texts with word times."""

    def __init__(self, params: Sphinx, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning
        self._decoder: pocketsphinx.Decoder | None = None

    def prepare(self) -> None:
        """Load acoustic model, dictionary and language model."""
        if self._decoder is None:
            self._decoder = open_decoder(lm=str(LANGUAGE.path()), beam=self.params.beam)

    def __call__(self, audio: Audio, utterances: Utterances, *, run: Run) -> Texts:
        self.prepare()
        assert self._decoder is not None
        texts: list[str] = []
        times: list[tuple[int, int]] = []
        for start, end in zip(utterances.start.tolist(), utterances.end.tolist(), strict=True):
            sound = audio.samples[start:end]
            words = [] if is_silent(sound, self.params.silence_dbfs) else heard(self._decoder, sound, start)
            texts.append(" ".join(word for word, _, _ in words))
            times += [(first, last) for _, first, last in words]
            run.progress(end)
        columns = np.array(times, np.int64).reshape(-1, 2)
        return Texts(TextColumn.of(texts), columns[:, 0], columns[:, 1])
