"""whisper.batched: neighbouring utterances share windows, and several windows go through the
networks together, on each core.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import pairwise

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_core.contract.threads import batch_name
from vsat_core.plugin import Run
from vsat_plugins.transcribe import WhisperBatchParams
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.silence import bounds_of
from vsat_plugins.transcribe.whisper import Decoded
from vsat_plugins.transcribe.whisper_answers import (
    answers_of,
    certainty,
    joined,
    together,
    with_names,
)
from vsat_plugins.transcribe.whisper_recogniser import WhisperRecogniser
from vsat_plugins.transcribe.whisper_windows import LONGEST_S, Piece, Window, pieces_of, windows_of

# the length of windows of the first look, the second, ...: of `window_s`
LOOKS = (1.0, 1.4, 0.7, 1.2, 0.85)
LEAST_BATCHES = 4  # a short recording is divided into so many, for several threads
# samples: a piece this long without a word, or with such a stretch in which none begins, is tried
# again by itself; Whisper skips parts of windows
UNHEARD, SKIPPED = SAMPLE_RATE, 3 * SAMPLE_RATE
Answers = list[list[Answer]]  # for each piece of each window


@attrs.frozen
class Batch:
    """Windows that are decoded together, and their numbers among those of their language."""

    numbers: np.ndarray
    windows: tuple[Window, ...]
    language: str
    longest: int

    @property
    def name(self) -> str:
        """What tells it from the others of a recording."""
        return f"{self.language} {self.longest} {batch_name(self.numbers)}"


def incomplete(answer: Answer, length: int) -> bool:
    """Whether words seem to be missing from the answer for a piece of so many samples."""
    if not answer.times:
        return length >= UNHEARD
    starts = [0, *(start for start, _ in answer.times), length]
    return max(b - a for a, b in pairwise(starts)) >= SKIPPED


class Batched(WhisperRecogniser):
    """One batch of windows per thread is in memory, however long the recording."""

    params: WhisperBatchParams

    def tail_s(self) -> float:
        """Seconds of silence behind a window."""
        return self.params.tail_s

    def answers(self, audio: Audio, utterances: Utterances, run: Run) -> list[Answer]:
        """The raw answer for each utterance."""
        p, pieces = self.params, self.pieces(audio, utterances)
        by_language = self.by_language(audio, pieces, run)
        batches = [b for longest in self._lengths() for b in self._batches(by_language, longest)]
        total, done = p.looks * sum(map(len, pieces)), 0
        by_piece: dict[Piece, Answer] = {}

        def report() -> None:
            run.progress(len(audio.samples) * done // max(1, total))

        def decode(batch: Batch) -> Answers:
            return self._answered(audio, batch)

        kept = run.resumable(decode, lambda batch: batch.name, Answers)
        with closing(self.mapped(kept, batches, report)) as found:
            for batch, answered in zip(batches, found, strict=True):
                for window, answers in zip(batch.windows, answered, strict=True):
                    for piece, answer in zip(window.pieces, answers, strict=True):
                        by_piece[piece] = max(by_piece.get(piece, answer), answer, key=certainty)
                    done += sum(map(len, window.pieces))
                report()
        return joined(bounds_of(utterances), by_piece)

    def _lengths(self) -> list[int]:
        """Samples of the longest window of each look."""
        seconds = [min(self.params.window_s * f, LONGEST_S - 1) for f in LOOKS[: self.params.looks]]
        return [round(s * SAMPLE_RATE) for s in seconds]

    def _batches(self, by_language: Mapping[str, Sequence[Piece]], longest: int) -> Iterator[Batch]:
        """All pieces in windows of one language, those of similar length together, the longest
        first.
        """
        gap = round(self.params.gap_s * SAMPLE_RATE)
        for language, pieces in by_language.items():
            windows = windows_of(pieces, longest, gap)
            size = min(self.params.batch_size, max(1, len(windows) // LEAST_BATCHES))
            order = np.argsort([-len(window) for window in windows], kind="stable")
            for k in range(0, len(order), size):
                numbers = order[k : k + size]
                yield Batch(numbers, tuple(windows[i] for i in numbers), language, longest)

    def _answered(self, audio: Audio, batch: Batch) -> Answers:
        windows, language = batch.windows, batch.language
        decoded = self._decoded(audio, windows, language)
        answered = [answers_of(w, d, language) for w, d in zip(windows, decoded, strict=True)]
        for window, answers, heard in zip(windows, answered, decoded, strict=True):
            for k, piece in enumerate(window.pieces):
                if not heard.silent and incomplete(answers[k], len(piece)):
                    again = self._again(audio, piece, language, alone=len(answers) == 1)
                    answers[k] = max(answers[k], again, key=certainty)
        return self._told(audio, batch, answered) if self.whisper.names else answered

    def _again(self, audio: Audio, piece: Piece, language: str, alone: bool) -> Answer:
        """The answer for a piece by itself, in halves if it was `alone` in its window before."""
        halves = list(pieces_of([(0, (piece.start, piece.end))], -(-len(piece) // (1 + alone))))
        windows = [Window((half,), 0) for half in halves]
        decoded = self._decoded(audio, windows, language)
        answers = [answers_of(w, d, language)[0] for w, d in zip(windows, decoded, strict=True)]
        by_piece = dict(zip(halves, answers, strict=True))
        return together([(piece.start, piece.end)], by_piece)[0]

    def _told(self, audio: Audio, batch: Batch, answered: Answers) -> Answers:
        """The same, with the words that may be spoken where they are in the sound."""
        decoded = self._decoded(audio, batch.windows, batch.language, told=True)
        names = self.whisper.names
        return [
            [
                with_names(answer, told, names)
                for answer, told in zip(answers, answers_of(w, d, batch.language), strict=True)
            ]
            for answers, w, d in zip(answered, batch.windows, decoded, strict=True)
        ]

    def _decoded(
        self, audio: Audio, windows: Sequence[Window], language: str, told: bool = False
    ) -> list[Decoded]:
        sounds = [w.sound([self.sound(audio, piece) for piece in w.pieces]) for w in windows]
        return self.whisper.decoded(sounds, language, self.params.tail_s, told)
