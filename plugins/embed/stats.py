"""Voice prints without a model: how the spectrum of a voice looks on average, and how it moves.

The mean and the deviation of each cepstral coefficient over a window (the oldest text-independent
speaker features: Furui 1981; Markel, Oshika and Gray 1977), each centred on the recording and
divided by how much it changes between successive windows of one segment or known voice, that is,
while the speaker stays the same (the diagonal of within-class covariance normalisation, Hatch et
al. 2006). Prints of different recordings cannot be compared.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.plugin import NoParams, Run
from vsat_plugins.embed import StatsParams
from vsat_plugins.embed.windows import Lengths, Piece, embeddings_of, windows_of

POWER_FLOOR = 1e-10  # of mel40, far below any microphone's noise
LEAST_PAIRS = 8  # fewer changes of a coefficient say too little about its spread
NOTHING = 1e-4  # smaller changes and differences are rounding of float32 frames, not a voice


def cosine_basis(n_bins: int, n_cepstra: int) -> np.ndarray:
    """The orthonormal DCT-II as a matrix: float64 (n_bins, n_cepstra)."""
    k, j = np.arange(n_cepstra), np.arange(n_bins)[:, None]
    basis = np.sqrt(2 / n_bins) * np.cos(np.pi * k * (2 * j + 1) / (2 * n_bins))
    basis[:, 0] /= np.sqrt(2)
    return basis


def log_mel(frames: np.ndarray) -> np.ndarray:
    """Logarithmic frames of either front end: fbank80 (80 bins) has them, mel40 (40 bins) is
    power.
    """
    return frames if frames.shape[1] == 80 else np.log(np.maximum(frames, POWER_FLOOR))


def statistics_of(frames: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Means of coefficients 1, 2, ... (0 is loudness) and deviations of all: float64 (2 * n_cepstra
    - 1,).
    """
    cepstra = log_mel(frames) @ basis
    return np.concatenate((cepstra.mean(0)[1:], cepstra.std(0)))


def spread_of(values: np.ndarray, voice: np.ndarray) -> np.ndarray:
    """Each column's typical change between successive windows of one voice; 1 where nothing
    changes.

    Where the recording has too few of them, the deviation over all windows stands in.
    """
    order = np.argsort(voice, kind="stable")
    same = np.diff(voice[order]) == 0
    changes = np.diff(values[order], axis=0)[same]
    spread = np.sqrt(np.mean(changes**2, axis=0)) if len(changes) >= LEAST_PAIRS else values.std(0)
    return np.where(spread > NOTHING, spread, 1.0)


def prints_of(values: np.ndarray, voice: np.ndarray, common: float) -> np.ndarray:
    """Unit vectors: the normalised statistics, and in the last column what all prints have in
    common.

    Two prints that have nothing else in common are at a cosine of `common`; a lone window has only
    that column. With 0.3 as many strangers as friends are mistaken at the same cosine as for CAM++
    (0.35, measured on conversations of two and three), so that a distance which suits those prints
    suits these.
    """
    centred = (values - values.mean(0)) / spread_of(values, voice)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    own = np.sqrt(1 - common) * centred / np.where(length > NOTHING, length, 1.0)
    prints = np.hstack((own, np.full((len(own), 1), np.sqrt(common))))
    return prints / np.linalg.norm(prints, axis=1, keepdims=True)


class Baseline:
    """One window after the other."""

    def __init__(self, params: StatsParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        """One vector a window; it stands in one row for every segment the window has a piece of."""
        p = self.params
        basis = cosine_basis(features.frames.shape[1], p.cepstra)
        windows: list[list[Piece]] = []
        values: list[np.ndarray] = []
        for window in windows_of(speech, Lengths.of(self.params)):
            frames = np.concatenate([features.rows(q.start, q.end) for q in window])
            if len(frames):
                windows.append(window)
                values.append(statistics_of(frames, basis))
                run.progress(window[-1].end)
        if not windows:
            return embeddings_of([], np.zeros((0, 2 * p.cepstra)))
        return embeddings_of(
            windows, prints_of(np.array(values), voices_of(windows, speech), p.common)
        )


def voices_of(windows: list[list[Piece]], speech: Speech) -> np.ndarray:
    """Whose window it is, int64: the detector's voice, or where it knows none a number below 0 for
    its segment.
    """
    segment = np.array([window[0].segment for window in windows])
    voice = speech.voice[segment].astype(np.int64)
    return np.where(voice < 0, -1 - segment, voice)
