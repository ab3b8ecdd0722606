"""sentence.vectorized: the rules of `sentence` on arrays, all sentences at once."""

import numpy as np

from vsat_core.artifacts import TextColumn
from vsat_plugins.attribute import overlap_vectorized
from vsat_plugins.attribute.sentence import Sentence, bounds_of, strays


def owners(speaker: np.ndarray, of: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The speaker with most words of each of n sentences (the earliest among equals) and their
    number, int64.
    """
    keys = int(speaker.max()) + 2
    key, first, count = np.unique(of * keys + speaker + 1, return_index=True, return_counts=True)
    order = np.lexsort((first, -count, key // keys))
    key, count = key[order], count[order]
    best = np.searchsorted(key // keys, np.arange(n))
    return key[best] % keys - 1, count[best]


class Vectorized(Sentence, overlap_vectorized.Vectorized):
    """NumPy."""

    def without_strays(
        self, speaker: np.ndarray, text: TextColumn, max_words: int, min_share: float
    ) -> np.ndarray:
        """The speakers with strays given back."""
        bounds, word = bounds_of(text), np.arange(len(speaker))
        length, sentence = np.diff(bounds), np.arange(len(bounds) - 1)
        of = np.repeat(sentence, length)
        owner, count = owners(speaker, of, len(sentence))
        own = np.flatnonzero(speaker == owner[of])
        first = own[np.searchsorted(of[own], sentence)]
        last = own[np.searchsorted(of[own], sentence, "right") - 1]
        same = np.concatenate([[0], np.cumsum(speaker[1:] == speaker[:-1])])
        enough = count >= min_share * length
        stray = strays(same, of, word, first, last, bounds, enough, max_words)
        return np.where(stray, owner[of], speaker)
