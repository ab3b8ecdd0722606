"""whisper.baseline: OpenAI's Whisper by faster-whisper, with a model the user brings; nothing is
ever downloaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_core.plugin import Run, ThreadsOrDevice
from vsat_plugins._whisper.loading import load
from vsat_plugins.transcribe import WhisperParams
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.level import brought_up
from vsat_plugins.transcribe.recogniser import Recogniser

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

SHORTEST = 1_600  # samples; less has no word in it
LANGUAGE_SAMPLES = 4 * SAMPLE_RATE  # least sound that the language is judged by
LANGUAGE_CERTAIN = 0.8  # probability from which the model's judgement counts


class Baseline(Recogniser):
    """Texts without word times; Whisper itself takes 30 s at once."""

    params: WhisperParams
    tuning: ThreadsOrDevice
    _model: WhisperModel | None = None

    def prepare(self) -> None:
        """Load the model."""
        super().prepare()
        if self._model is None:
            p, t = self.params, self.tuning
            self._model = load(p.model, p.compute_type, t.threads, t.device)

    def answers(self, audio: Audio, utterances: Utterances, run: Run) -> list[Answer]:
        """The raw answer for each utterance."""
        answers = super().answers(audio, utterances, run)
        if note := self._other_language(audio, utterances):
            run.warn(note)
        return answers

    def recognised(self, sound: np.ndarray) -> Answer:
        """The raw answer for one utterance that is not silent."""
        if len(sound) < SHORTEST:
            return Answer()
        assert self._model is not None
        results, _ = self._model.transcribe(
            sound.copy(),
            language=self.params.language or None,
            beam_size=self.params.beam_size,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
            vad_filter=False,
        )
        segments = list(results)
        n_tokens = sum(len(segment.tokens) for segment in segments)
        if not n_tokens:
            return Answer()
        text = " ".join(segment.text.strip() for segment in segments)
        total = sum(segment.avg_logprob * len(segment.tokens) for segment in segments)
        return Answer(text, total / n_tokens, n_tokens)

    def _other_language(self, audio: Audio, utterances: Utterances) -> str:
        """A note if the model itself detects another language than was asked for in the longest
        utterance, else "".
        """
        assert self._model is not None
        asked, lengths = self.params.language, utterances.end - utterances.start
        if not asked or not self._model.model.is_multilingual or not len(lengths):
            return ""
        longest = int(lengths.argmax())
        if lengths[longest] < LANGUAGE_SAMPLES:
            return ""
        sound = brought_up(audio.samples[utterances.start[longest] : utterances.end[longest]])
        language, probability, _ = self._model.detect_language(sound.copy())
        if language == asked or probability < LANGUAGE_CERTAIN:
            return ""
        return (
            f"the speech seems to be {language!r}, not {asked!r}; set "
            "stages.transcribe.language to what is spoken"
        )
