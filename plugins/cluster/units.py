"""What is clustered: voice prints of equal length, each with what it stands for."""
from __future__ import annotations

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Embeddings, Speech


@attrs.frozen
class Units:
    """The rows of Embeddings, vectors scaled to length 1 (a vector of zeros stays).

    `vectors` float64 (n, dim); `seconds` (n,) is how much sound a print was made from, all its rows together;
    `center` (n,) the middle of the row's sound in samples; `segment` and `voice` int64 (n,) where it belongs.
    """

    vectors: np.ndarray
    seconds: np.ndarray
    center: np.ndarray
    segment: np.ndarray
    voice: np.ndarray

    @classmethod
    def of(cls, embeddings: Embeddings, speech: Speech) -> Units:
        """The units of these rows."""
        vectors = embeddings.vectors.astype(np.float64)
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return cls(
            vectors / np.where(length > 0, length, 1.0),
            (embeddings.end - embeddings.start) / SAMPLE_RATE,
            (embeddings.start + embeddings.end) / 2,
            np.asarray(embeddings.segment),
            speech.voice[embeddings.segment].astype(np.int64),
        )

    def __len__(self) -> int:
        return len(self.vectors)
