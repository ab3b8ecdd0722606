"""Log-probabilities for a recogniser that gives none: Moonshine's networks decode a sample of the
utterances again.
"""

from __future__ import annotations

import math

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_plugins.transcribe import DECODER, ENCODER, TOKENIZER, Moonshine
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.level import brought_up
from vsat_plugins.transcribe.network import Network, token_limit
from vsat_plugins.transcribe.silence import is_silent
from vsat_plugins.transcribe.tokens import read_vocabulary, text_of

ENOUGH_S = 30.0  # about so much sound is decoded again


def sample_of(utterances: Utterances) -> Utterances:
    """Utterances spread evenly over a recording, about `ENOUGH_S` long together; all of a short
    recording.
    """
    step = math.ceil(int((utterances.end - utterances.start).sum()) / (ENOUGH_S * SAMPLE_RATE))
    return Utterances(utterances.start[:: max(1, step)], utterances.end[:: max(1, step)])


class LogProbabilities:
    """Answers with log-probabilities, one utterance at a time."""

    def __init__(self, params: Moonshine) -> None:
        self.params = params
        self._network = Network(ENCODER.path(), DECODER.path())
        self._pieces = read_vocabulary(TOKENIZER.path())

    def __call__(self, audio: Audio, utterances: Utterances) -> list[Answer]:
        """One answer an utterance; an empty one where it is silent."""
        answers = []
        for start, end in zip(utterances.start.tolist(), utterances.end.tolist(), strict=True):
            if is_silent(audio, start, end, self.params.silence_dbfs):
                answers.append(Answer())
                continue
            sound = brought_up(audio.samples[start:end])
            decoded = self._network.transcribe(
                [sound], [token_limit(len(sound), self.params.tokens_per_s)]
            )[0]
            answers.append(
                Answer(
                    text_of(self._pieces, decoded.tokens),
                    decoded.log_probability,
                    len(decoded.tokens),
                )
            )
        return answers
