"""whisper.baseline: OpenAI's Whisper by faster-whisper, one utterance at a time."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_core.formats.scripts import UNSPACED
from vsat_core.plugin import Run
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.silence import bounds_of
from vsat_plugins.transcribe.whisper import Whisper
from vsat_plugins.transcribe.whisper_answers import joined, with_names, within
from vsat_plugins.transcribe.whisper_recogniser import WhisperRecogniser
from vsat_plugins.transcribe.whisper_windows import Piece
from vsat_plugins.transcribe.whisper_words import grouped

if TYPE_CHECKING:
    from faster_whisper.transcribe import Segment

SHORTEST = 1_600  # samples; less has no word in it


class Baseline(WhisperRecogniser):
    """Every utterance is filled up to 30 s of sound; all threads compute one."""

    def loaded(self, threads: int) -> Whisper:
        """The model for one call of so many threads."""
        return Whisper(self.params, self.tuning.device, threads, 1)

    def answers(self, audio: Audio, utterances: Utterances, run: Run) -> list[Answer]:
        """The raw answer for each utterance."""
        pieces = self.pieces(audio, utterances)
        languages = {
            piece: language
            for language, own in self.by_language(audio, pieces, run).items()
            for piece in own
        }

        def answer(piece: Piece) -> Answer:
            sound, language, names = self.sound(audio, piece), languages[piece], self.whisper.names
            heard = self._answer(sound, language)
            if not names:
                return heard
            return with_names(heard, self._answer(sound, language, self.whisper.words), names)

        kept = run.resumable(answer, lambda p: f"{p.start}-{p.end}", Answer)
        by_piece = {}
        for piece in pieces:
            by_piece[piece] = kept(piece)
            run.progress(piece.end)
        return joined(bounds_of(utterances), by_piece)

    def _answer(self, sound: np.ndarray, language: str, told: str | None = None) -> Answer:
        """The raw answer for one utterance that is not silent, in which the words `told` may be
        spoken.
        """
        if len(sound) < SHORTEST:
            return Answer(language=language)
        results, _ = self.whisper.model.transcribe(
            sound.copy(),
            language=language,
            beam_size=self.params.beam_size,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
            vad_filter=False,
            word_timestamps=True,
            hotwords=told,
        )
        # with word times it would go on behind the last word, and write about the silence there
        segments = list(takewhile(lambda segment: segment.seek == 0, results))
        n_tokens = sum(len(segment.tokens) for segment in segments)
        if not n_tokens:
            return Answer(language=language)
        total = sum(segment.avg_logprob * len(segment.tokens) for segment in segments)
        words = _words(segments, language in UNSPACED)
        return Answer(
            " ".join(text for text, *_ in words),
            total / n_tokens,
            n_tokens,
            False,
            tuple(within(start, end, (0, len(sound))) for _, start, end, _ in words),
            language,
            tuple(confidence for *_, confidence in words),
            max(segment.no_speech_prob for segment in segments),
        )


def _words(segments: list[Segment], unspaced: bool) -> list[tuple[str, int, int, float]]:
    """Text, start and end in samples, and confidence of each word."""
    units = [word for segment in segments for word in segment.words or ()]
    words = []
    for first, last in grouped([unit.word for unit in units], unspaced):
        own = units[first:last]
        text = "".join(unit.word for unit in own).strip()
        start, end = (round(s * SAMPLE_RATE) for s in (own[0].start, own[-1].end))
        words.append((text, start, end, float(np.mean([unit.probability for unit in own]))))
    return [word for word in words if word[0]]
