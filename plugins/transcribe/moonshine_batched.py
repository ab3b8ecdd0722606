"""moonshine.batched: utterances of similar length go through the network together, several batches
at a time.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

import numpy as np

from vsat_core.artifacts import Audio, Utterances
from vsat_core.contract.threads import batch_name, map_threads, thread_count
from vsat_core.plugin import Run, Threads
from vsat_plugins.transcribe import ENCODER, MoonshineBatchParams
from vsat_plugins.transcribe.digit_strings import joined_answers
from vsat_plugins.transcribe.float_encoder import FloatEncoder
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.language_check import marked
from vsat_plugins.transcribe.moonshine import Moonshine
from vsat_plugins.transcribe.network import Batch
from vsat_plugins.transcribe.recogniser import Recogniser, audible
from vsat_plugins.transcribe.silence import bounds_of


def batches_of(lengths: np.ndarray, size: int) -> list[np.ndarray]:
    """Numbers of the utterances of each batch, int64: longest first, so that similar lengths meet
    and no core waits long.

    >>> batches_of(np.array([5, 9, 1]), 2)
    [array([1, 0]), array([2])]
    """
    order = np.argsort(-lengths, kind="stable")
    return [order[i : i + size] for i in range(0, len(order), size)]


class Batched(Recogniser):
    """Texts without word times. One batch of sound per thread is in memory, however long the
    recording.
    """

    params: MoonshineBatchParams
    tuning: Threads
    batch = Batch
    _networks: Moonshine | None = None

    def prepare(self) -> None:
        """Open both networks and read the vocabulary."""
        super().prepare()
        if self._networks is None:
            encode = None
            if self.params.encoder == "float32":
                encode = FloatEncoder(ENCODER.path())
            self._networks = Moonshine(self.params.tokens_per_s, encode, self.batch)

    def answers(self, audio: Audio, utterances: Utterances, run: Run) -> list[Answer]:
        """The raw answer for each utterance."""
        lengths = utterances.end - utterances.start
        answers = [Answer()] * len(lengths)
        total, done = int(lengths.sum()), 0
        batches = batches_of(lengths, self.params.batch_size)

        bounds = bounds_of(utterances)

        def decoded_batch(batch: np.ndarray) -> list[Answer]:
            return self._decoded(audio, [bounds[i] for i in batch])

        kept = run.resumable(decoded_batch, batch_name, list[Answer])

        def report() -> None:
            run.progress(len(audio.samples) * done // total)

        def results() -> Generator[list[Answer], None, None]:
            yield from map_threads(kept, batches, thread_count(self.tuning.threads), report)

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
