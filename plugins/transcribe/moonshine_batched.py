"""moonshine.batched: utterances of like length go through the network together, several batches at
a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from vsat_core.artifacts import Audio, Texts, Utterances
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run, Threads
from vsat_plugins.transcribe import DECODER, ENCODER, TOKENIZER, MoonshineBatched
from vsat_plugins.transcribe.digit_strings import joined_answers
from vsat_plugins.transcribe.hallucinations import Answer, HallucinationFilter
from vsat_plugins.transcribe.language_check import warn_if_foreign
from vsat_plugins.transcribe.level import brought_up
from vsat_plugins.transcribe.network import Network, token_limit
from vsat_plugins.transcribe.silence import is_silent
from vsat_plugins.transcribe.tokens import read_vocabulary, text_of


def batches_of(lengths: np.ndarray, size: int) -> list[np.ndarray]:
    """Numbers of the utterances of each batch, int64: longest first, so that like lengths meet and
    no core waits long.

    >>> batches_of(np.array([5, 9, 1]), 2)
    [array([1, 0]), array([2])]
    """
    order = np.argsort(-lengths, kind="stable")
    return [order[i : i + size] for i in range(0, len(order), size)]


class Batched:
    """Texts without word times. One batch of sound per thread is in memory, however long the
    recording.
    """

    network = Network

    def __init__(self, params: MoonshineBatched, tuning: Threads) -> None:
        self.params = params
        self.tuning = tuning
        self._filter = HallucinationFilter(params)
        self._network: Network | None = None
        self._pieces: list[bytes] = []

    def prepare(self) -> None:
        """Open both networks and read the vocabulary."""
        self._filter.prepare()
        if self._network is None:
            self._pieces = read_vocabulary(TOKENIZER.path())
            encode = None
            if self.params.encoder == "float32":
                from vsat_plugins.transcribe.float_encoder import FloatEncoder  # torch takes memory

                encode = FloatEncoder(ENCODER.path())
            self._network = self.network(ENCODER.path(), DECODER.path(), encode)

    def __call__(self, audio: Audio, utterances: Utterances, *, run: Run) -> Texts:
        self.prepare()
        lengths = utterances.end - utterances.start
        answers = [Answer()] * len(lengths)
        total, done = int(lengths.sum()), 0
        jobs = batches_of(lengths, self.params.batch_size)
        with ThreadPoolExecutor(thread_count(self.tuning.threads)) as pool:
            work = [pool.submit(self._answers, audio, utterances, job) for job in jobs]
            for job, found in self._finished(jobs, work):
                for i, answer in zip(job, found, strict=True):
                    answers[i] = answer
                done += int(lengths[job].sum())
                run.progress(len(audio.samples) * done // total)
        warn_if_foreign(run, audio, utterances, answers)
        return self._filter(audio, utterances, joined_answers(answers))

    @staticmethod
    def _finished(
        jobs: list[np.ndarray], work: list[Future[list[Answer]]]
    ) -> Iterator[tuple[np.ndarray, list[Answer]]]:
        try:
            for job, future in zip(jobs, work, strict=True):
                yield job, future.result()
        finally:
            for future in work:
                future.cancel()

    def _answers(self, audio: Audio, utterances: Utterances, job: np.ndarray) -> list[Answer]:
        assert self._network is not None
        bounds = {int(i): (int(utterances.start[i]), int(utterances.end[i])) for i in job}
        answers = dict.fromkeys(bounds, Answer())
        audible = [
            i
            for i, (a, b) in bounds.items()
            if not is_silent(audio, a, b, self.params.silence_dbfs)
        ]
        if audible:
            sounds = [brought_up(audio.samples[slice(*bounds[i])]) for i in audible]
            limits = [token_limit(len(sound), self.params.tokens_per_s) for sound in sounds]
            for i, limit, decoded in zip(
                audible, limits, self._network.transcribe(sounds, limits), strict=True
            ):
                n = len(decoded.tokens)
                answers[i] = Answer(
                    text_of(self._pieces, decoded.tokens), decoded.log_probability, n, n >= limit
                )
        return list(answers.values())
