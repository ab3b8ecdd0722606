"""whisper.baseline: OpenAI's Whisper by faster-whisper, with a model the user brings; nothing is
ever downloaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_core.contract.threads import thread_count
from vsat_core.errors import ModelMissing
from vsat_core.plugin import Run, ThreadsOrDevice
from vsat_plugins.transcribe import WhisperParams
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.level import brought_up
from vsat_plugins.transcribe.recogniser import Recogniser

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

# faster-whisper would download a missing tokenizer
FILES = ("model.bin", "config.json", "tokenizer.json")
SHORTEST = 1_600  # samples; less has no word in it
LANGUAGE_SAMPLES = 4 * SAMPLE_RATE  # least sound that the language is judged by
LANGUAGE_CERTAIN = 0.8  # probability from which the model's judgement counts


def folder_of(params: WhisperParams) -> Path:
    """The model's folder. Raises ModelMissing when none is named or a file is not in it."""
    if not params.model:
        raise ModelMissing(
            "transcribe whisper: no model; set stages.transcribe.model to a folder with a "
            "CTranslate2 Whisper model"
        )
    folder = Path(params.model).expanduser()
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ModelMissing(
            f"transcribe whisper: {folder} lacks {', '.join(missing)}; name the folder of a "
            "complete model"
        )
    return folder


class Baseline(Recogniser):
    """Texts without word times; Whisper itself takes 30 s at once."""

    params: WhisperParams
    tuning: ThreadsOrDevice
    _model: WhisperModel | None = None

    def prepare(self) -> None:
        """Load the model."""
        super().prepare()
        if self._model is None:
            folder = folder_of(self.params)
            from faster_whisper import WhisperModel

            self._model = WhisperModel(
                str(folder),
                device=self.tuning.device,
                compute_type=self.params.compute_type,
                cpu_threads=thread_count(self.tuning.threads),
                local_files_only=True,
            )

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
