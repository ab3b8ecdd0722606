"""What is clustered: embeddings of length 1, each with the sound it represents."""

from __future__ import annotations

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Embeddings, Speech

SAMPLED = 250  # embeddings, about three minutes of speech
NEAR = 7 * SAMPLE_RATE  # window of `segmentation`


def _unknown(units: Units) -> np.ndarray:
    return np.full(len(units.vectors), np.inf)


@attrs.frozen
class Units:
    """The rows of Embeddings, vectors scaled to length 1 (a vector of zeros stays).

    `vectors` float64 (n, dim); `seconds` float64 (n,) of sound; `speech_s` float64 (n,) is the part
    of it that counts as speech, since windows overlap; `center` (n,) the middle of the sound in
    samples; `segment` and `voice` int64 (n,). `snr_db` float64 (n,) is the level above the
    quietest sound, infinite where the embeddings do not tell.
    """

    vectors: np.ndarray
    seconds: np.ndarray
    speech_s: np.ndarray
    center: np.ndarray
    segment: np.ndarray
    voice: np.ndarray
    within: tuple[float, float]  # as in Embeddings
    snr_db: np.ndarray = attrs.field(default=attrs.Factory(_unknown, takes_self=True))

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
            embeddings.within_similarity,
            *([embeddings.snr_db.astype(np.float64)] if len(embeddings.snr_db) else []),
        )

    def __len__(self) -> int:
        return len(self.vectors)

    def take(self, rows: np.ndarray) -> Units:
        """Some of them, in the order given."""
        columns = attrs.asdict(self, recurse=False, filter=lambda field, _: field.name != "within")
        return attrs.evolve(self, **{name: column[rows] for name, column in columns.items()})

    def similarity(self, penalty: float) -> np.ndarray:
        """Cosine similarities, float64 (n, n), less `penalty` for two embeddings near each other of
        different voices.

        A detector whose window holds both gave them to two speakers, which it rarely does wrongly.
        """
        known = (self.voice[:, None] >= 0) & (self.voice >= 0)
        near = np.abs(self.center[:, None] - self.center) < NEAR
        return self.vectors @ self.vectors.T - penalty * (
            known & near & (self.voice[:, None] != self.voice)
        )

    def within_similarity(self) -> float:
        """Within-speaker similarity of this recording: the median of the similarities to the most
        similar embedding.

        Embeddings that share sound do not count. Noise and echo lower it, a telephone line raises
        it. It stays within the range of the method, because in a very short recording each speaker
        may have one embedding. Long recordings are sampled: the best of many is better than the
        best of few.
        """
        if len(self) > SAMPLED:
            rows = np.linspace(0, len(self) - 1, SAMPLED).astype(int)
            return self.take(rows).within_similarity()
        similarity = self.vectors @ self.vectors.T
        width = self.seconds * SAMPLE_RATE
        similarity[np.abs(self.center[:, None] - self.center) < (width[:, None] + width) / 2] = -1
        return float(np.clip(np.median(similarity.max(1)), *self.within))


def neighbours(center: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of different rows whose centres, in ascending order, are less than `reach` samples
    apart, both ways round, in order of the first; int64 (n_pairs,).

    >>> neighbours(np.array([0.0, 5.0, 20.0]), 6.0)
    (array([0, 1]), array([1, 0]))
    """
    begin = np.searchsorted(center, center - reach, "right")
    count = np.searchsorted(center, center + reach) - begin
    left = np.repeat(np.arange(len(center)), count)
    right = np.arange(count.sum()) - np.repeat(count.cumsum() - count - begin, count)
    different = left != right
    return left[different], right[different]


def borders_of(embeddings: Embeddings, center: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row's sound, int64 begin and end, up to half way to the row before and after it in the
    same segment.
    """
    begin, end = embeddings.start.copy(), embeddings.end.copy()
    order = np.lexsort((center, embeddings.segment))
    left, right = order[:-1], order[1:]
    adjacent = (embeddings.segment[left] == embeddings.segment[right]) & (end[left] > begin[right])
    left, right = left[adjacent], right[adjacent]
    middle = ((center[left] + center[right]) / 2).astype(np.int64)
    end[left], begin[right] = middle, middle
    return begin, end
