"""whisper.batched: neighbouring utterances share windows, and several windows go through the
networks together, on each core.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_core.contract.threads import batch_name
from vsat_core.plugin import Run
from vsat_plugins.transcribe import WhisperBatchParams
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.silence import bounds_of
from vsat_plugins.transcribe.whisper import Decoded
from vsat_plugins.transcribe.whisper_answers import answers_of, joined
from vsat_plugins.transcribe.whisper_recogniser import WhisperRecogniser
from vsat_plugins.transcribe.whisper_windows import Piece, Window, windows_of

UNHEARD = SAMPLE_RATE  # samples: a piece this long without a word is tried again by itself
Answers = list[list[Answer]]  # for each piece of each window


@attrs.frozen
class Batch:
    """Windows that are decoded together, and their numbers among those of their language."""

    numbers: np.ndarray
    windows: tuple[Window, ...]
    language: str

    @property
    def name(self) -> str:
        """What tells it from the others of a recording."""
        return f"{self.language} {batch_name(self.numbers)}"


def batches_of(
    by_language: Mapping[str, Sequence[Piece]], longest: int, gap: int, size: int
) -> Iterator[Batch]:
    """All pieces in windows of at most `longest` samples and of one language, `size` windows of
    similar length together, the longest first.
    """
    for language, pieces in by_language.items():
        windows = windows_of(pieces, longest, gap)
        order = np.argsort([-len(window) for window in windows], kind="stable")
        for k in range(0, len(order), size):
            numbers = order[k : k + size]
            yield Batch(numbers, tuple(windows[i] for i in numbers), language)


class Batched(WhisperRecogniser):
    """One batch of windows per thread is in memory, however long the recording."""

    params: WhisperBatchParams

    def tail_s(self) -> float:
        """Seconds of silence behind a window."""
        return self.params.tail_s

    def answers(self, audio: Audio, utterances: Utterances, run: Run) -> list[Answer]:
        """The raw answer for each utterance."""
        p, pieces = self.params, self.pieces(audio, utterances)
        longest, gap = (round(s * SAMPLE_RATE) for s in (p.window_s, p.gap_s))
        by_language = self.by_language(audio, pieces, run)
        batches = list(batches_of(by_language, longest, gap, p.batch_size))
        total, done = sum(map(len, pieces)), 0
        by_piece: dict[Piece, Answer] = {}

        def report() -> None:
            run.progress(len(audio.samples) * done // max(1, total))

        def decode(batch: Batch) -> Answers:
            return self._answered(audio, batch)

        kept = run.resumable(decode, lambda batch: batch.name, Answers)
        with closing(self.mapped(kept, batches, report)) as found:
            for batch, answered in zip(batches, found, strict=True):
                for window, answers in zip(batch.windows, answered, strict=True):
                    by_piece |= zip(window.pieces, answers, strict=True)
                    done += sum(map(len, window.pieces))
                report()
        return joined(bounds_of(utterances), by_piece)

    def _answered(self, audio: Audio, batch: Batch) -> Answers:
        windows, language = batch.windows, batch.language
        decoded = self._decoded(audio, windows, language)
        answered = [answers_of(w, d, language) for w, d in zip(windows, decoded, strict=True)]
        for window, answers in zip(windows, answered, strict=True):
            for k, piece in enumerate(window.pieces):
                if not answers[k].text and len(piece) >= UNHEARD and len(answers) > 1:
                    alone = Window((piece,), 0)
                    (again,) = self._decoded(audio, [alone], language)
                    (answers[k],) = answers_of(alone, again, language)
        return answered

    def _decoded(self, audio: Audio, windows: Sequence[Window], language: str) -> list[Decoded]:
        sounds = [w.sound([self.sound(audio, piece) for piece in w.pieces]) for w in windows]
        return self.whisper.decoded(sounds, language, self.params.tail_s)
