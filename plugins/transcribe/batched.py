"""moonshine.batched: utterances of like length go through the network together, several batches at a time."""
from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from vsat_core.artifacts import Audio, Texts, Utterances
from vsat_core.plugin import Run, Threads
from vsat_core.threads import thread_count
from vsat_plugins.transcribe import DECODER, ENCODER, TOKENIZER, MoonshineBatched
from vsat_plugins.transcribe.guards import believed, is_silent, token_limit
from vsat_plugins.transcribe.network import Network
from vsat_plugins.transcribe.tokens import read_vocabulary, text_of


def batches_of(lengths: np.ndarray, size: int) -> list[np.ndarray]:
    """Numbers of the utterances of each batch, int64: longest first, so that like lengths meet and no core waits long.

    >>> batches_of(np.array([5, 9, 1]), 2)
    [array([1, 0]), array([2])]
    """
    order = np.argsort(-lengths, kind="stable")
    return [order[i : i + size] for i in range(0, len(order), size)]


class Batched:
    """Texts without word times. One batch of sound per thread is in memory, however long the recording."""

    network = Network

    def __init__(self, params: MoonshineBatched, tuning: Threads) -> None:
        self.params = params
        self.tuning = tuning
        self._network: Network | None = None
        self._pieces: list[bytes] = []

    def prepare(self) -> None:
        """Open both networks and read the vocabulary."""
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
        texts = [""] * len(lengths)
        total, done = int(lengths.sum()), 0
        jobs = batches_of(lengths, self.params.batch_size)
        with ThreadPoolExecutor(thread_count(self.tuning.threads)) as pool:
            work = [pool.submit(self._texts, audio, utterances, job) for job in jobs]
            for job, answer in self._finished(jobs, work):
                for i, text in zip(job, answer, strict=True):
                    texts[i] = text
                done += int(lengths[job].sum())
                run.progress(len(audio.samples) * done // total)
        return Texts.untimed(texts)

    @staticmethod
    def _finished(jobs: list[np.ndarray], work: list[Future[list[str]]]) -> Iterator[tuple[np.ndarray, list[str]]]:
        try:
            for job, future in zip(jobs, work, strict=True):
                yield job, future.result()
        finally:
            for future in work:
                future.cancel()

    def _texts(self, audio: Audio, utterances: Utterances, job: np.ndarray) -> list[str]:
        assert self._network is not None
        sounds = {int(i): audio.samples[utterances.start[i] : utterances.end[i]] for i in job}
        heard = [i for i, sound in sounds.items() if not is_silent(sound, self.params.silence_dbfs)]
        answer = dict.fromkeys(sounds, "")
        if heard:
            limits = [token_limit(len(sounds[i]), self.params.tokens_per_s) for i in heard]
            for i, decoded in zip(heard, self._network.transcribe([sounds[i] for i in heard], limits), strict=True):
                if decoded.log_probability >= self.params.min_log_probability:
                    said = text_of(self._pieces, decoded.tokens)
                    answer[i] = believed(said, len(sounds[i]), self.params.min_words_per_s)
        return list(answer.values())
