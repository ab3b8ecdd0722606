"""What the techniques of `moonshine` share: VSAT's own run of the networks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator
from contextlib import closing

import numpy as np

from vsat_core.artifacts import Audio, Utterances
from vsat_core.contract.threads import batch_name, map_threads
from vsat_core.plugin import Run
from vsat_plugins.transcribe import TOKENIZER, MoonshineParams
from vsat_plugins.transcribe.digit_strings import joined_answers
from vsat_plugins.transcribe.greedy import Greedy, token_limit
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.language_check import marked
from vsat_plugins.transcribe.recogniser import Recogniser, audible
from vsat_plugins.transcribe.silence import bounds_of
from vsat_plugins.transcribe.tokens import read_vocabulary, text_of, word_scores
from vsat_plugins.transcribe.word_confidence import confidences_of


class Moonshine:
    """Networks and vocabulary. Safe to use from several threads."""

    def __init__(self, tokens_per_s: float, network: Greedy) -> None:
        self.network = network
        self._pieces = read_vocabulary(TOKENIZER.path())
        self._tokens_per_s = tokens_per_s

    def answers(self, sounds: list[np.ndarray]) -> list[Answer]:
        """Raw answers for utterances that go through the decoder together, at least one."""
        limits = [token_limit(len(sound), self._tokens_per_s) for sound in sounds]
        answers = []
        for decoded, limit in zip(self.network.transcribe(sounds, limits), limits, strict=True):
            text, n = text_of(self._pieces, decoded.tokens), len(decoded.tokens)
            mean = decoded.log_probability
            words = word_scores(self._pieces, decoded.tokens, decoded.scores)
            sure = confidences_of("moonshine", words, mean)
            answers.append(Answer(text, mean, n, n >= limit, language="en", confidences=sure))
        return answers


class InBatches(Recogniser):
    """Texts without word times. One batch of sound per thread is in memory, however long the
    recording.
    """

    params: MoonshineParams
    _networks: Moonshine | None = None

    @abstractmethod
    def network(self) -> Greedy:
        """Both networks, loaded."""

    @abstractmethod
    def batches(self, lengths: np.ndarray) -> list[np.ndarray]:
        """Numbers of the utterances of each batch, int64, of utterances of so many samples."""

    def threads(self) -> int:
        """Batches at a time."""
        return 1

    def prepare(self) -> None:
        """Load both networks and read the vocabulary."""
        super().prepare()
        if self._networks is None:
            self._networks = Moonshine(self.params.tokens_per_s, self.network())

    def answers(self, audio: Audio, utterances: Utterances, run: Run) -> list[Answer]:
        """The raw answer for each utterance."""
        lengths = utterances.end - utterances.start
        answers = [Answer()] * len(lengths)
        total, done = int(lengths.sum()), 0
        batches, bounds = self.batches(lengths), bounds_of(utterances)

        def decoded_batch(batch: np.ndarray) -> list[Answer]:
            return self._decoded(audio, [bounds[i] for i in batch])

        kept = run.resumable(decoded_batch, batch_name, list[Answer])

        def report() -> None:
            run.progress(len(audio.samples) * done // total)

        def results() -> Generator[list[Answer], None, None]:
            yield from map_threads(kept, batches, self.threads(), report)

        with closing(results()) as found:
            for batch, decoded in zip(batches, found, strict=True):
                for i, answer in zip(batch, decoded, strict=True):
                    answers[i] = answer
                done += int(lengths[batch].sum())
                report()
        return joined_answers(marked(run, audio, utterances, answers))

    def _decoded(self, audio: Audio, bounds: list[tuple[int, int]]) -> list[Answer]:
        """Answers of one batch."""
        assert self._networks is not None
        sounds = [audible(audio, *span, self.params.silence_dbfs) for span in bounds]
        spoken = [sound for sound in sounds if sound is not None]
        answers = iter(self._networks.answers(spoken) if spoken else ())
        return [Answer() if sound is None else next(answers) for sound in sounds]


def batches_of(lengths: np.ndarray, size: int, most: int | None = None) -> list[np.ndarray]:
    """Numbers of the utterances of each batch, int64: longest first, so that similar lengths meet
    and no core waits long; at most `size` of them, and `most` samples when filled up to the longest
    one.

    >>> batches_of(np.array([5, 9, 1]), 2)
    [array([1, 0]), array([2])]
    >>> batches_of(np.array([5, 9, 1]), 2, 10)
    [array([1]), array([0, 2])]
    """
    order, batches, at = np.argsort(-lengths, kind="stable"), [], 0
    while at < len(order):
        longest = max(1, int(lengths[order[at]]))
        n = size if most is None else max(1, min(size, most // longest))
        batches.append(order[at : at + n])
        at += n
    return batches
