"""moonshine.vectorized: both networks in NumPy and in float32, up to 16 utterances of similar
length at a time.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.transcribe import DECODER, ENCODER
from vsat_plugins.transcribe.array_decoder import ArraySteps, read_decoder
from vsat_plugins.transcribe.array_encoder import ArrayEncoder
from vsat_plugins.transcribe.greedy import Greedy
from vsat_plugins.transcribe.moonshine import InBatches, batches_of

BATCH = 16  # utterances: a step reads all weights once for all of them
# samples, with the padding: what the decoder keeps of a second of sound takes 600 kB
MOST = 120 * SAMPLE_RATE


class ArrayNetwork(Greedy):
    """The trained numbers of both."""

    def __init__(self) -> None:
        self._encoder, self._decoder = ArrayEncoder(ENCODER.path()), read_decoder(DECODER.path())

    def encode(self, samples: np.ndarray) -> np.ndarray:
        return self._encoder(samples)

    def begin(self, lengths: list[int], hidden: list[np.ndarray]) -> ArraySteps:
        return ArraySteps(self._decoder, hidden)


class Vectorized(InBatches):
    """NumPy."""

    def network(self) -> ArrayNetwork:
        """Read both networks."""
        return ArrayNetwork()

    def batches(self, lengths: np.ndarray) -> list[np.ndarray]:
        return batches_of(lengths, BATCH, MOST)
