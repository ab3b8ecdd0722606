"""moonshine.baseline: Moonshine through its authors' own library, one utterance at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances
from vsat_core.plugin import NoParams, Run
from vsat_plugins.transcribe import MOONSHINE, Moonshine
from vsat_plugins.transcribe.digit_strings import joined_answers
from vsat_plugins.transcribe.hallucinations import Answer, HallucinationFilter
from vsat_plugins.transcribe.language_check import warn_if_foreign
from vsat_plugins.transcribe.level import brought_up
from vsat_plugins.transcribe.log_probabilities import LogProbabilities, sample_of
from vsat_plugins.transcribe.silence import is_silent

if TYPE_CHECKING:
    from moonshine_voice import Transcriber

# the library is to take each utterance as it is: no voice detection of its own, and nothing but
# text back
WHOLE = {
    "vad_threshold": "0",
    "vad_max_segment_duration": "120",
    "identify_speakers": "false",
    "return_audio_data": "false",
}


class Baseline:
    """Texts without word times."""

    def __init__(self, params: Moonshine, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning
        self._filter = HallucinationFilter(params)
        self._library: Transcriber | None = None
        self._log_probabilities: LogProbabilities | None = None

    def prepare(self) -> None:
        """Load the network. The library is imported here and given a folder, so it has no reason to
        download.
        """
        self._filter.prepare()
        if self._library is None:
            from moonshine_voice import ModelArch, Transcriber

            self._log_probabilities = LogProbabilities(self.params)
            folders = {model.path().parent for model in MOONSHINE}
            options = {**WHOLE, "max_tokens_per_second": str(self.params.tokens_per_s)}
            self._library = Transcriber(str(folders.pop()), ModelArch.TINY, options=options)

    def __call__(self, audio: Audio, utterances: Utterances, *, run: Run) -> Texts:
        self.prepare()
        answers = []
        for start, end in zip(utterances.start.tolist(), utterances.end.tolist(), strict=True):
            silent = is_silent(audio, start, end, self.params.silence_dbfs)
            answers.append(Answer() if silent else Answer(self._text(audio.samples[start:end])))
            run.progress(end)
        assert self._log_probabilities is not None
        some = sample_of(utterances)
        warn_if_foreign(run, audio, some, self._log_probabilities(audio, some))
        return self._filter(audio, utterances, joined_answers(answers))

    def _text(self, samples: np.ndarray) -> str:
        assert self._library is not None
        answer = self._library.transcribe_without_streaming(
            brought_up(samples).tolist(), SAMPLE_RATE
        )
        return " ".join(line.text for line in answer.lines)
