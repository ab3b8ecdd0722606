"""What the techniques of `moonshine` share: VSAT's own run of the networks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vsat_plugins.transcribe import DECODER, ENCODER, TOKENIZER
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.network import Batch, Network, token_limit
from vsat_plugins.transcribe.tokens import read_vocabulary, text_of, word_scores
from vsat_plugins.transcribe.word_confidence import confidences_of


class Moonshine:
    """Networks and vocabulary. Safe to use from several threads."""

    def __init__(
        self,
        tokens_per_s: float,
        encode: Callable[[np.ndarray], np.ndarray] | None = None,
        batch: type[Batch] = Batch,
    ) -> None:
        self.network = Network(ENCODER.path(), DECODER.path(), encode, batch)
        self._pieces = read_vocabulary(TOKENIZER.path())
        self._tokens_per_s = tokens_per_s

    def answers(self, sounds: list[np.ndarray]) -> list[Answer]:
        """Raw answers for utterances that go through the decoder together, at least one."""
        limits = [token_limit(len(sound), self._tokens_per_s) for sound in sounds]
        answers = []
        for decoded, limit in zip(self.network.transcribe(sounds, limits), limits, strict=True):
            text, n = text_of(self._pieces, decoded.tokens), len(decoded.tokens)
            mean = decoded.log_probability
            words = word_scores(self._pieces, decoded.tokens, decoded.scores)
            sure = confidences_of("moonshine", words, mean)
            answers.append(Answer(text, mean, n, n >= limit, language="en", confidences=sure))
        return answers
