"""Which groups of embeddings are speakers: a calibrated probability instead of a least length.

A real speaker may say no more than a short answer, and noise or two voices at once may last for
long. A logistic model weighs together how long a group is, how loud, how unlike all others, and how
much of it lies within what others say. It is fitted to groups of the tune conversations:
docs/accuracy.md
"""

from __future__ import annotations

import numpy as np

from vsat_plugins.cluster.evidence import Merges
from vsat_plugins.cluster.units import Units

# log odds of a speaker: BIAS + LENGTH ln(s / min_speaker_s) + LEVEL ln(level)
# - SIMILARITY similarity - SHARED shared
BIAS, LENGTH, LEVEL, SIMILARITY, SHARED = 4.8, 3.5, 2.8, 6.6, 4.3
LEAST_S = 0.1  # shorter groups count as this long
UNLIKE = 0.2  # less similarity tells no more: two speakers are as unlike as speech and noise
CLEAR_DB = 15.0  # speech this far above the quietest sound is as clear as can be
FAINTEST = 0.05  # least level
NOISE_DB = 4.0  # speech less far above the quietest sound, or half the median, counts less
BELOW = 1 - 1e-9  # what is hardly no speaker has less than one


def founding_odds(
    units: Units, labels: np.ndarray, merges: Merges, min_speaker_s: float
) -> np.ndarray:
    """Log odds that each group left after all merges is a speaker; -inf for those that are no more:
    float64 (k,).
    """
    kept, group = np.unique(merges.after(len(merges.odds))[labels], return_inverse=True)
    clear_s = np.bincount(group, units.speech_s * standing_out(units))
    seconds = np.maximum(clear_s, LEAST_S) / max(min_speaker_s, LEAST_S)
    similarity = merges.groups.similarity(kept)[:, kept]
    np.fill_diagonal(similarity, UNLIKE)
    odds = np.full(len(merges.left), -np.inf)
    odds[kept] = (
        BIAS
        + LENGTH * np.log(seconds)
        + LEVEL * np.log(levels(units, group))
        - SIMILARITY * np.maximum(similarity.max(1), UNLIKE)
        - SHARED * shared(units, group)
    )
    return odds


def levels(units: Units, group: np.ndarray) -> np.ndarray:
    """The mean level of each group above the quietest sound, as a share of the recording's median
    or of CLEAR_DB: FAINTEST to 1, float64 (k,).
    """
    snr_db = np.minimum(units.snr_db, CLEAR_DB)
    whole = max(float(np.median(snr_db)), 1.0)
    mean = np.bincount(group, snr_db * units.speech_s) / np.bincount(group, units.speech_s)
    share: np.ndarray = np.clip(mean / whole, FAINTEST, 1.0)
    return share


def standing_out(units: Units) -> np.ndarray:
    """How much the speech of each embedding counts, 0 to 1, float64 (n,): less where it hardly
    stands out of the noise.
    """
    limit = min(NOISE_DB, max(float(np.median(units.snr_db)), 1.0) / 2)
    share: np.ndarray = np.clip(units.snr_db / limit, 0.0, 1.0) ** 2
    return share


def shared(units: Units, group: np.ndarray) -> np.ndarray:
    """The share of each group's speech in segments that hold embeddings of other groups too: 0 to
    1, float64 (k,).
    """
    pairs = np.unique(np.stack([units.segment, group]), axis=1)
    crowded = np.isin(units.segment, np.flatnonzero(np.bincount(pairs[0]) > 1))
    return np.bincount(group, units.speech_s * crowded) / np.bincount(group, units.speech_s)


def in_speakers(
    units: Units, labels: np.ndarray, merges: Merges, odds: np.ndarray, min_speaker_s: float
) -> np.ndarray:
    """The speech of each group before all merges in multiples of what a speaker needs: after them a
    group has at least 1 if it is a speaker by its `odds`, else less; float64 (k,).
    """
    k = len(merges.left)
    after = merges.after(len(merges.odds))
    amount = np.bincount(labels, units.speech_s, k) / max(min_speaker_s, LEAST_S)
    total = np.maximum(np.bincount(after, amount, k), 1e-9)
    less = np.exp(np.minimum(odds, 0.0) / LENGTH) * BELOW
    wanted = np.where(odds >= 0, np.maximum(total, 1.0), less)
    scaled: np.ndarray = amount * (wanted / total)[after]
    return scaled
