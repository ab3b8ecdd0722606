"""What the techniques of `whisper` share: the pieces of a recording, and the language of each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_core.contract.threads import map_threads, thread_count
from vsat_core.plugin import Run, ThreadsOrDevice
from vsat_plugins._whisper.languages import EACH
from vsat_plugins.transcribe import WhisperParams
from vsat_plugins.transcribe.recogniser import Recogniser, audible
from vsat_plugins.transcribe.silence import bounds_of, is_silent
from vsat_plugins.transcribe.whisper import Whisper
from vsat_plugins.transcribe.whisper_language import VOTERS, each_of, spread, voted
from vsat_plugins.transcribe.whisper_windows import LONGEST_S, Piece, pieces_of

_STEP = 3  # neighbouring pieces of which the longest votes
NOTED_S = 4.0  # seconds of speech, at least, that a note on the language goes by
# samples of a piece that its language is judged by: as good as all of it (98.8 % of 86 clips)
ENOUGH = 10 * SAMPLE_RATE
CERTAIN = 0.8  # probability from which another language than was asked for is noted


class WhisperRecogniser(Recogniser):
    """Texts with word times, confidences and languages."""

    params: WhisperParams
    tuning: ThreadsOrDevice
    _whisper: Whisper | None = None

    def prepare(self) -> None:
        """Load the model."""
        super().prepare()
        if self._whisper is None:
            self._whisper = self.loaded(thread_count(self.tuning.threads))

    def loaded(self, threads: int) -> Whisper:
        """The model for this number of threads."""
        return Whisper(self.params, self.tuning.device, 1, threads)

    @property
    def whisper(self) -> Whisper:
        """The loaded model."""
        assert self._whisper is not None
        return self._whisper

    def tail_s(self) -> float:
        """Seconds of silence behind a sound."""
        return LONGEST_S

    def pieces(self, audio: Audio, utterances: Utterances) -> list[Piece]:
        """What is not silent, in pieces that Whisper takes at once."""
        silence = self.params.silence_dbfs
        bounds = enumerate(bounds_of(utterances))
        heard = [(i, b) for i, b in bounds if not is_silent(audio, *b, silence)]
        return list(pieces_of(heard, round((LONGEST_S - 1) * SAMPLE_RATE)))

    def sound(self, audio: Audio, piece: Piece) -> np.ndarray:
        """float32 (n_samples,)."""
        sound = audible(audio, piece.start, piece.end, self.params.silence_dbfs)
        return np.zeros(len(piece), np.float32) if sound is None else sound

    def by_language(
        self, audio: Audio, pieces: Sequence[Piece], run: Run
    ) -> dict[str, list[Piece]]:
        """The pieces by the language they are in, in order."""
        known, asked = self.whisper.languages, self.params.language
        if not pieces or len(known) == 1:
            return {known[0]: list(pieces)}
        if asked == EACH:
            rows, seconds = self._detected(audio, pieces, run)
            found: dict[str, list[Piece]] = {}
            for piece, k in zip(pieces, each_of(rows, seconds), strict=True):
                found.setdefault(known[k], []).append(piece)
            return found
        parts = [pieces[k : k + _STEP] for k in range(0, len(pieces), _STEP)]
        voters = [max(parts[k], key=len) for k in spread(len(parts), 1 if asked else VOTERS)]
        rows, seconds = self._detected(audio, voters, run)
        votes = voted(rows, seconds)
        winner = known[int(votes.argmax())]
        if asked and winner != asked and votes.max() >= CERTAIN and seconds.sum() >= NOTED_S:
            run.warn(f"the speech seems to be {winner!r}, not {asked!r}; see --language")
        return {asked or winner: list(pieces)}

    def _detected(
        self, audio: Audio, pieces: Sequence[Piece], run: Run
    ) -> tuple[np.ndarray, np.ndarray]:
        """float64 (n_pieces, n_languages): how probable each is; and the seconds of each piece."""

        def detect(piece: Piece) -> list[float]:
            sound = self.sound(audio, piece)[:ENOUGH]
            return self.whisper.language_probabilities([sound], self.tail_s())[0].tolist()

        kept = run.resumable(detect, lambda piece: f"language {piece.start}", list[float])
        rows = self.mapped(kept, pieces, partial(run.progress, 0))
        seconds = np.array([len(piece) / SAMPLE_RATE for piece in pieces])
        with closing(rows) as found:
            return np.array(list(found)), seconds

    def mapped(self, work: Callable, items: Sequence, look: Callable[[], None]) -> Generator:
        """`work` on each item, by as many threads as the tuning says."""
        yield from map_threads(work, items, thread_count(self.tuning.threads), look)
