"""What is clustered: voice prints of length 1, each with what it stands for."""

from __future__ import annotations

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Embeddings, Speech

ALIKE = (
    0.5,
    0.75,
)  # from reverberant rooms and 5 dB of noise to clean lines, for CAM++ prints of 1.5 s
ALIKE_UNITS = 250  # prints, about three minutes of talk
NEAR = 7 * SAMPLE_RATE  # `segmentation` hears this much at once


@attrs.frozen
class Units:
    """The rows of Embeddings, vectors scaled to length 1 (a vector of zeros stays).

    `vectors` float64 (n, dim); `seconds` float64 (n,) of sound; `talk` float64 (n,) is the part of
    it that counts as talk, since windows overlap; `center` (n,) the middle of the sound in samples;
    `segment` and `voice` int64 (n,).
    """

    vectors: np.ndarray
    seconds: np.ndarray
    talk: np.ndarray
    center: np.ndarray
    segment: np.ndarray
    voice: np.ndarray

    @classmethod
    def of(cls, embeddings: Embeddings, speech: Speech) -> Units:
        """The units of these rows, in their order."""
        vectors = embeddings.vectors.astype(np.float64)
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        segment = np.asarray(embeddings.segment)
        center = (embeddings.start + embeddings.end) / 2
        begin, end = borders_of(embeddings, center)
        return cls(
            vectors / np.where(length > 0, length, 1.0),
            (embeddings.end - embeddings.start) / SAMPLE_RATE,
            (end - begin) / SAMPLE_RATE,
            center,
            segment,
            speech.voice[segment].astype(np.int64),
        )

    def __len__(self) -> int:
        return len(self.vectors)

    def take(self, rows: np.ndarray) -> Units:
        """Some of them, in the order given."""
        return Units(
            **{name: value[rows] for name, value in attrs.asdict(self, recurse=False).items()}
        )

    def likeness(self, apart: float) -> np.ndarray:
        """Cosine similarities, float64 (n, n), less `apart` for two prints near each other of
        different voices.

        A detector that heard both at once took them for two people, which it does not do lightly.
        """
        known = (self.voice[:, None] >= 0) & (self.voice >= 0)
        near = np.abs(self.center[:, None] - self.center) < NEAR
        return self.vectors @ self.vectors.T - apart * (
            known & near & (self.voice[:, None] != self.voice)
        )

    def alikeness(self) -> float:
        """How similar two prints of one voice are in this recording: median similarity to the most
        similar print.

        Prints that share sound do not count. Noise and echo lower it, a telephone line raises it.
        It stays within ALIKE, because in a very short recording nobody may be heard twice. Long
        ones are sampled: the best of many is better than the best of few.
        """
        if len(self) > ALIKE_UNITS:
            return self.take(np.linspace(0, len(self) - 1, ALIKE_UNITS).astype(int)).alikeness()
        likeness = self.vectors @ self.vectors.T
        width = self.seconds * SAMPLE_RATE
        likeness[np.abs(self.center[:, None] - self.center) < (width[:, None] + width) / 2] = -1
        return float(np.clip(np.median(likeness.max(1)), *ALIKE)) if len(self) else ALIKE[0]


def borders_of(embeddings: Embeddings, center: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row's sound, int64 begin and end, up to half way to the row before and after it in the
    same segment.
    """
    begin, end = embeddings.start.copy(), embeddings.end.copy()
    order = np.lexsort((center, embeddings.segment))
    left, right = order[:-1], order[1:]
    beside = (embeddings.segment[left] == embeddings.segment[right]) & (end[left] > begin[right])
    left, right = left[beside], right[beside]
    middle = ((center[left] + center[right]) / 2).astype(np.int64)
    end[left], begin[right] = middle, middle
    return begin, end
