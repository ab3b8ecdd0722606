"""Embeddings of speakers that are known."""

from __future__ import annotations

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Embeddings, Speech


def scene_of(
    speakers: list[int], seed: int = 0, spread: float = 0.05, voice: list[int] | None = None
) -> tuple[Embeddings, Speech]:
    """Two-second segments, one embedding each, half a second apart; each speaker's embeddings lie
    around a direction.
    """
    rng = np.random.default_rng(seed)
    n = len(speakers)
    means = np.linalg.qr(rng.standard_normal((32, 32)))[0]
    vectors = means[np.array(speakers, int)] + spread * rng.standard_normal((n, 32))
    start = np.arange(n, dtype=np.int64) * 5 * SAMPLE_RATE // 2
    end = start + 2 * SAMPLE_RATE
    voices = np.array([-1] * n if voice is None else voice, np.int32)
    speech = Speech(start, end, voices, int(end[-1]) if n else 0)
    return Embeddings(vectors.astype(np.float32), start, end, np.arange(n)), speech


def with_vectors(embeddings: Embeddings, vectors: np.ndarray) -> Embeddings:
    """The same sound, other vectors."""
    return attrs.evolve(embeddings, vectors=np.ascontiguousarray(vectors, np.float32))


def tied(kind: str, seed: int, most: int = 90) -> tuple[Embeddings, Speech]:
    """Embeddings of five speakers, most of them of known voices, changed so that many similarities
    are equal.
    """
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, most))
    speakers, voice = rng.integers(0, 5, n).tolist(), rng.integers(-1, 4, n).tolist()
    embeddings, speech = scene_of(speakers, seed, 0.3, voice)
    vectors = {
        "any": embeddings.vectors,
        "corners": rng.integers(0, 2, (n, 3)),
        "signs": np.sign(embeddings.vectors[:, :3]),
        "thrice": np.repeat(embeddings.vectors, 3, axis=0)[:n],
        "opposite": np.where(rng.random((n, 1)) < 0.5, -1, 1) * embeddings.vectors,
        "silent": np.zeros((n, 4)),
    }[kind]
    return with_vectors(embeddings, vectors), speech


def renumbered(speakers: list[int]) -> list[int]:
    """Speakers numbered by first appearance."""
    names: dict[int, int] = {}
    return [names.setdefault(k, len(names)) for k in speakers]
