"""moonshine.baseline: Moonshine through its authors' own library, one utterance at a time."""
from __future__ import annotations

from typing import TYPE_CHECKING

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances
from vsat_core.plugin import NoParams, Run
from vsat_plugins.transcribe import MOONSHINE, Moonshine
from vsat_plugins.transcribe.guards import believed, is_silent

if TYPE_CHECKING:
    from moonshine_voice import Transcriber

WHOLE = {  # the library is to take each utterance as it is: no voice detection of its own, and nothing but text back
    "vad_threshold": "0", "vad_max_segment_duration": "120", "identify_speakers": "false", "return_audio_data": "false",
}


class Baseline:
    """Texts without word times."""

    def __init__(self, params: Moonshine, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning
        self._library: Transcriber | None = None

    def prepare(self) -> None:
        """Load the network. The library is imported here and given a folder, so it has no reason to download."""
        if self._library is None:
            from moonshine_voice import ModelArch, Transcriber

            folders = {model.path().parent for model in MOONSHINE}
            options = {**WHOLE, "max_tokens_per_second": str(self.params.tokens_per_s)}
            self._library = Transcriber(str(folders.pop()), ModelArch.TINY, options=options)

    def __call__(self, audio: Audio, utterances: Utterances, *, run: Run) -> Texts:
        self.prepare()
        assert self._library is not None
        texts = []
        for start, end in zip(utterances.start.tolist(), utterances.end.tolist(), strict=True):
            sound = audio.samples[start:end]
            text = ""
            if not is_silent(sound, self.params.silence_dbfs):
                answer = self._library.transcribe_without_streaming(sound.tolist(), SAMPLE_RATE)
                said = " ".join(line.text for line in answer.lines)
                text = believed(said, end - start, self.params.min_words_per_s)
            texts.append(text)
            run.progress(end)
        return Texts.untimed(texts)
