"""moonshine.batched: utterances of similar length go through the network together, several batches
at a time.
"""

from __future__ import annotations

import numpy as np

from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Threads
from vsat_plugins.transcribe import DECODER, ENCODER, MoonshineBatchParams
from vsat_plugins.transcribe.float_encoder import FloatEncoder
from vsat_plugins.transcribe.moonshine import InBatches, batches_of
from vsat_plugins.transcribe.network import Batch, Network


class Batched(InBatches):
    """By onnxruntime."""

    params: MoonshineBatchParams
    tuning: Threads
    batch = Batch

    def network(self) -> Network:
        """Open both networks."""
        encode = FloatEncoder(ENCODER.path()) if self.params.encoder == "float32" else None
        return Network(ENCODER.path(), DECODER.path(), encode, self.batch)

    def batches(self, lengths: np.ndarray) -> list[np.ndarray]:
        return batches_of(lengths, self.params.batch_size)

    def threads(self) -> int:
        return thread_count(self.tuning.threads)
