"""Embeddings of known speakers for tests of clustering: unit vectors scattered around one
direction per speaker.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

SPEAKERS, DIM = 6, 192
WITHIN = 0.75  # cosine of a vector with its speaker's direction, on average
KIN = 0.35  # cosine between the directions of the two most alike speakers
TURN = (3, 13)  # vectors in one turn


def write_embeddings(folder: Path, rng: np.random.Generator) -> None:
    """speaker_embeddings.npy float32 (n, 192), and speaker_embeddings.labels.npy int32 (n,),
    numbered by appearance.
    """
    centres = _unit(rng.standard_normal((SPEAKERS, DIM)))
    own = _unit(centres[1] - (centres[1] @ centres[0]) * centres[0])
    centres[1] = KIN * centres[0] + np.sqrt(1 - KIN**2) * own
    turns = rng.permutation(np.repeat(np.arange(SPEAKERS), 6))
    labels = np.repeat(turns, rng.integers(*TURN, len(turns)))
    # a direction plus isotropic noise, put on the sphere: close to von Mises-Fisher in many
    # dimensions
    spread = np.sqrt(1 / WITHIN**2 - 1)
    vectors = _unit(
        centres[labels] + spread * rng.standard_normal((len(labels), DIM)) / np.sqrt(DIM)
    )
    _, first = np.unique(labels, return_index=True)
    number = np.empty(SPEAKERS, np.int32)
    number[labels[np.sort(first)]] = np.arange(SPEAKERS)
    np.save(folder / "speaker_embeddings.npy", vectors.astype(np.float32))
    np.save(folder / "speaker_embeddings.labels.npy", number[labels])


def _unit(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x, axis=-1, keepdims=True)
