"""What the techniques of `stats` share: embeddings without a model, of the average spectrum of a
voice and its variation.

The mean and the deviation of each cepstral coefficient over a window (the oldest text-independent
speaker features: Furui 1981; Markel, Oshika and Gray 1977), each centred on the recording and
divided by how much it changes between successive windows of one segment or known voice, that is,
while the speaker stays the same (the diagonal of within-class covariance normalisation, Hatch et
al. 2006). Embeddings of different recordings cannot be compared.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_plugins.embed import StatsParams
from vsat_plugins.embed.rows import embeddings_of
from vsat_plugins.embed.windows import Window

LEAST_PAIRS = 8  # fewer changes of a coefficient say too little about its deviation
NOTHING = 1e-4  # smaller changes and differences are rounding of float32 frames, not a voice


def cosine_basis(n_bins: int, n_cepstra: int) -> np.ndarray:
    """The orthonormal DCT-II as a matrix: float64 (n_bins, n_cepstra)."""
    k, j = np.arange(n_cepstra), np.arange(n_bins)[:, None]
    basis = np.sqrt(2 / n_bins) * np.cos(np.pi * k * (2 * j + 1) / (2 * n_bins))
    basis[:, 0] /= np.sqrt(2)
    return basis


def deviations(values: np.ndarray, voice: np.ndarray) -> np.ndarray:
    """Each column's typical change between successive windows of one voice; 1 where nothing
    changes.

    Where the recording has too few of them, the deviation over all windows stands in.
    """
    order = np.argsort(voice, kind="stable")
    same = np.diff(voice[order]) == 0
    changes = np.diff(values[order], axis=0)[same]
    typical = np.sqrt(np.mean(changes**2, axis=0)) if len(changes) >= LEAST_PAIRS else values.std(0)
    return np.where(typical > NOTHING, typical, 1.0)


def unit_vectors(values: np.ndarray, voice: np.ndarray, common: float) -> np.ndarray:
    """The normalised statistics, and in the last column what all embeddings have in common; rows of
    length 1.

    Two embeddings that have nothing else in common are at a cosine of `common`; a lone window has
    only that column. With 0.3 the error rates of same and different speakers are equal at the
    cosine where they are for CAM++, so that a threshold which suits those embeddings suits these.
    """
    centred = (values - values.mean(0)) / deviations(values, voice)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    own = np.sqrt(1 - common) * centred / np.where(length > NOTHING, length, 1.0)
    vectors = np.hstack((own, np.full((len(own), 1), np.sqrt(common))))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def normalised(
    features: Features,
    speech: Speech,
    windows: list[Window],
    values: list[np.ndarray],
    params: StatsParams,
) -> Embeddings:
    """Embeddings of the statistics of each window, arrays of one or several rows of 2 * cepstra - 1
    columns.
    """
    if not windows:
        return embeddings_of(features, [], np.zeros((0, 2 * params.cepstra)))
    rows = np.vstack(values)
    vectors = unit_vectors(rows, voices_of(windows, speech), params.common)
    return embeddings_of(features, windows, vectors)


def voices_of(windows: list[Window], speech: Speech) -> np.ndarray:
    """The detector's voice of each window, int64, or where it knows none a number below 0 for its
    segment.
    """
    segment = np.array([window[0].segment for window in windows])
    voice = speech.voice[segment].astype(np.int64)
    return np.where(voice < 0, -1 - segment, voice)
