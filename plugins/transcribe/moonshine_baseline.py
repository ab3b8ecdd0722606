"""moonshine.baseline: Moonshine through its authors' own library, one utterance at a time.

The library gives no log-probabilities. The check of the language needs some, so that VSAT's own run
of the networks decodes a sample of the utterances again.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_core.plugin import Run
from vsat_plugins.transcribe import DECODER, ENCODER, MOONSHINE, MoonshineParams
from vsat_plugins.transcribe.digit_strings import joined_answers
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.language_check import ENGLISH, UNDETERMINED, marked
from vsat_plugins.transcribe.moonshine import Moonshine
from vsat_plugins.transcribe.network import Network
from vsat_plugins.transcribe.recogniser import Recogniser, audible
from vsat_plugins.transcribe.silence import bounds_of

if TYPE_CHECKING:
    from moonshine_voice import Transcriber

# the library is to take each utterance as it is: no voice detection of its own, and nothing but
# text back
OPTIONS = {
    "vad_threshold": "0",
    "vad_max_segment_duration": "120",
    "identify_speakers": "false",
    "return_audio_data": "false",
}
ENOUGH_S = 30.0  # about this much sound is decoded again


def sample_of(utterances: Utterances) -> Utterances:
    """Utterances spread evenly over a recording, about `ENOUGH_S` long together; all of a short
    recording.
    """
    n_samples = int((utterances.end - utterances.start).sum())
    step = max(1, math.ceil(n_samples / (ENOUGH_S * SAMPLE_RATE)))
    return Utterances(utterances.start[::step], utterances.end[::step])


class Baseline(Recogniser):
    """Texts without word times."""

    params: MoonshineParams
    _library: Transcriber | None = None
    _own: Moonshine | None = None

    def prepare(self) -> None:
        """Load the network. The library is imported here and given a folder, so it has no reason to
        download.
        """
        super().prepare()
        if self._library is None:
            from moonshine_voice import ModelArch, Transcriber

            network = Network(ENCODER.path(), DECODER.path())
            self._own = Moonshine(self.params.tokens_per_s, network)
            folders = {model.path().parent for model in MOONSHINE}
            options = {**OPTIONS, "max_tokens_per_second": str(self.params.tokens_per_s)}
            self._library = Transcriber(str(folders.pop()), ModelArch.TINY, options=options)

    def answers(self, audio: Audio, utterances: Utterances, run: Run) -> list[Answer]:
        """The raw answer for each utterance."""
        answers = super().answers(audio, utterances, run)
        assert self._own is not None
        sample = sample_of(utterances)
        silence_dbfs, networks = self.params.silence_dbfs, self._own
        sounds = [audible(audio, *bounds, silence_dbfs) for bounds in bounds_of(sample)]
        own = [Answer() if s is None else networks.answers([s])[0] for s in sounds]
        found = {answer.language for answer in marked(run, audio, sample, own)}
        language = UNDETERMINED if UNDETERMINED in found else ENGLISH
        return joined_answers([attrs.evolve(a, language=language) for a in answers])

    def recognised(self, sound: np.ndarray) -> Answer:
        """The raw answer for one utterance that is not silent."""
        assert self._library is not None
        answer = self._library.transcribe_without_streaming(sound.tolist(), SAMPLE_RATE)
        return Answer(" ".join(line.text for line in answer.lines), language="en")
