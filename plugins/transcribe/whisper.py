"""whisper.baseline: OpenAI's Whisper by faster-whisper, with a model the user brings; nothing is
ever downloaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances
from vsat_core.contract.threads import thread_count
from vsat_core.errors import ModelMissing
from vsat_core.plugin import Run
from vsat_plugins.transcribe import Whisper, WhisperTuning
from vsat_plugins.transcribe.hallucinations import Answer, HallucinationFilter
from vsat_plugins.transcribe.level import brought_up
from vsat_plugins.transcribe.silence import is_silent

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

FILES = (
    "model.bin",
    "config.json",
    "tokenizer.json",
)  # faster-whisper would download a missing tokenizer
SHORTEST = 1_600  # samples; less has no word in it
LANGUAGE_SAMPLES = 4 * SAMPLE_RATE  # the least sound that the language is judged by
LANGUAGE_CERTAIN = 0.8  # probability from which the model's judgement counts


def folder_of(params: Whisper) -> Path:
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
            f"transcribe whisper: {folder} lacks {', '.join(missing)}; name the folder of a whole "
            "model"
        )
    return folder


class Baseline:
    """Texts without word times, one utterance at a time; Whisper itself takes 30 s at once."""

    def __init__(self, params: Whisper, tuning: WhisperTuning) -> None:
        self.params = params
        self.tuning = tuning
        self._filter = HallucinationFilter(params)
        self._model: WhisperModel | None = None

    def prepare(self) -> None:
        """Load the model."""
        self._filter.prepare()
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

    def __call__(self, audio: Audio, utterances: Utterances, *, run: Run) -> Texts:
        self.prepare()
        answers = []
        for start, end in zip(utterances.start.tolist(), utterances.end.tolist(), strict=True):
            audible = end - start >= SHORTEST and not is_silent(
                audio, start, end, self.params.silence_dbfs
            )
            answers.append(self._answer(audio.samples[start:end]) if audible else Answer())
            run.progress(end)
        if note := self._other_language(audio, utterances):
            run.warn(note)
        return self._filter(audio, utterances, answers)

    def _answer(self, samples: np.ndarray) -> Answer:
        assert self._model is not None
        found, _ = self._model.transcribe(
            brought_up(samples).copy(),
            language=self.params.language or None,
            beam_size=self.params.beam_size,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
            vad_filter=False,
        )
        segments = list(found)
        text = " ".join(segment.text.strip() for segment in segments)
        n_tokens = sum(len(segment.tokens) for segment in segments)
        if not n_tokens:
            return Answer()
        return Answer(
            text,
            sum(segment.avg_logprob * len(segment.tokens) for segment in segments) / n_tokens,
            n_tokens,
        )

    def _other_language(self, audio: Audio, utterances: Utterances) -> str:
        """A note if the model itself hears another language than was asked for in the longest
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
