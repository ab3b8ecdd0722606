"""whisper.batched: neighbouring utterances share windows, and several windows go through the
networks together, on each core.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from functools import partial

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_core.contract.threads import batch_name, map_threads, thread_count
from vsat_core.plugin import Run, ThreadsOrDevice
from vsat_plugins._whisper.languages import EACH
from vsat_plugins.transcribe import WhisperBatchParams
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.recogniser import Recogniser, audible
from vsat_plugins.transcribe.silence import bounds_of, is_silent
from vsat_plugins.transcribe.whisper import Decoded, Whisper
from vsat_plugins.transcribe.whisper_answers import answers_of, joined
from vsat_plugins.transcribe.whisper_language import each_of, named, spread, voted
from vsat_plugins.transcribe.whisper_windows import LONGEST_S, Piece, Window, pieces_of, windows_of

UNHEARD = SAMPLE_RATE  # samples: a piece this long without a word is tried again by itself


@attrs.frozen
class Batch:
    """Windows that are decoded together; `first` is the number of the first one's first piece."""

    numbers: np.ndarray
    windows: tuple[Window, ...]
    language: str


class Batched(Recogniser):
    """Texts with word times. One batch of windows per thread is in memory, however long the
    recording.
    """

    params: WhisperBatchParams
    tuning: ThreadsOrDevice
    _whisper: Whisper | None = None

    def prepare(self) -> None:
        """Load the model."""
        super().prepare()
        if self._whisper is None:
            self._whisper = Whisper(self.params, self.tuning)

    def answers(self, audio: Audio, utterances: Utterances, run: Run) -> list[Answer]:
        """The raw answer for each utterance."""
        p, bounds = self.params, bounds_of(utterances)
        heard = [(i, b) for i, b in enumerate(bounds) if not is_silent(audio, *b, p.silence_dbfs)]
        pieces = list(pieces_of(heard, round((LONGEST_S - 1) * SAMPLE_RATE)))
        by_piece: dict[Piece, Answer] = {}
        batches = list(self._batches(audio, pieces, run))
        total, done = sum(map(len, pieces)), 0

        def decode(batch: Batch) -> list[list[Answer]]:
            return self._answered(audio, batch)

        def report() -> None:
            run.progress(len(audio.samples) * done // max(1, total))

        kept = run.resumable(decode, lambda b: f"{b.language} {batch_name(b.numbers)}", _ANSWERS)

        def results() -> Generator[list[list[Answer]], None, None]:
            yield from map_threads(kept, batches, thread_count(self.tuning.threads), report)

        with closing(results()) as found:
            for batch, answered in zip(batches, found, strict=True):
                for window, answers in zip(batch.windows, answered, strict=True):
                    by_piece |= zip(window.pieces, answers, strict=True)
                    done += sum(map(len, window.pieces))
                report()
        return joined(bounds, by_piece)

    def _batches(self, audio: Audio, pieces: list[Piece], run: Run) -> Generator[Batch, None, None]:
        """All pieces in windows of one language, those of similar length together, longest
        first.
        """
        assert self._whisper is not None
        p = self.params
        longest, gap = (round(s * SAMPLE_RATE) for s in (p.window_s, p.gap_s))
        for language, own in self._languages(audio, pieces, run).items():
            windows = windows_of(own, longest, gap)
            order = np.argsort([-len(w) for w in windows], kind="stable")
            for k in range(0, len(order), p.batch_size):
                numbers = order[k : k + p.batch_size]
                yield Batch(numbers, tuple(windows[i] for i in numbers), language)

    def _languages(self, audio: Audio, pieces: list[Piece], run: Run) -> dict[str, list[Piece]]:
        """The pieces by the language they are in."""
        assert self._whisper is not None
        known, asked = self._whisper.languages, self.params.language
        if not pieces or len(known) == 1 or asked not in ("", EACH):
            return {asked if asked in known else known[0]: pieces}
        chosen = pieces
        if asked != EACH:
            longest, gap = (round(s * SAMPLE_RATE) for s in (self.params.window_s, 0))
            windows = windows_of(pieces, longest, gap)
            chosen = [max(windows[k].pieces, key=len) for k in spread(len(windows))]
        detect = run.resumable(
            partial(self._detected, audio), lambda b: f"language {b.start}", list[float]
        )

        def found() -> Generator[list[float], None, None]:
            threads = thread_count(self.tuning.threads)
            yield from map_threads(detect, chosen, threads, lambda: run.progress(0))

        with closing(found()) as results:
            rows = np.array(list(results))
        seconds = np.array([len(piece) / SAMPLE_RATE for piece in chosen])
        if asked != EACH:
            return {named(voted(rows, seconds), known): pieces}
        by_language: dict[str, list[Piece]] = {}
        for piece, k in zip(pieces, each_of(rows, seconds), strict=True):
            by_language.setdefault(known[k], []).append(piece)
        return by_language

    def _detected(self, audio: Audio, piece: Piece) -> list[float]:
        """How probable each language is in one piece."""
        assert self._whisper is not None
        sound = self._sound(audio, piece)
        return self._whisper.language_probabilities([sound], self.params.tail_s)[0].tolist()

    def _sound(self, audio: Audio, piece: Piece) -> np.ndarray:
        sound = audible(audio, piece.start, piece.end, self.params.silence_dbfs)
        return np.zeros(len(piece), np.float32) if sound is None else sound

    def _answered(self, audio: Audio, batch: Batch) -> list[list[Answer]]:
        """The answer for each piece of each window."""
        windows, language = batch.windows, batch.language
        decoded = self._decoded(audio, windows, language)
        answered = [answers_of(w, d, language) for w, d in zip(windows, decoded, strict=True)]
        alone = [
            (i, k)
            for i, window in enumerate(windows)
            for k, piece in enumerate(window.pieces)
            if not answered[i][k].text and len(piece) >= UNHEARD and len(window.pieces) > 1
        ]
        for i, k in alone:
            window = Window((windows[i].pieces[k],), 0)
            (again,) = self._decoded(audio, [window], language)
            (answered[i][k],) = answers_of(window, again, language)
        return answered

    def _decoded(self, audio: Audio, windows: Sequence[Window], language: str) -> list[Decoded]:
        assert self._whisper is not None
        sounds = [w.sound([self._sound(audio, piece) for piece in w.pieces]) for w in windows]
        return self._whisper.decoded(sounds, language, self.params.tail_s)


_ANSWERS = list[list[Answer]]
