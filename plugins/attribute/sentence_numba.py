"""sentence.numba: the rules of `sentence` as one compiled sweep after that of `overlap`."""

import numpy as np
from numba import njit

from vsat_core.artifacts import TextColumn
from vsat_plugins.attribute import overlap_numba
from vsat_plugins.attribute.sentence import Sentence, closed


@njit(cache=True)
def _give_back(out, speaker, begin, stop, step, beyond, owner, max_words):
    """The first words of a sentence in the direction of `step`, if they are strays, to `owner`."""
    i = begin
    while i != stop and speaker[i] != owner:
        if speaker[i] != speaker[beyond] or (i - begin) * step >= max_words:
            return
        i += step
    while i != begin:
        i -= step
        out[i] = owner


@njit(cache=True)
def without_strays(speaker, closed, max_words, min_share):
    """The speakers with strays given back, int32 (n_words,), given which words end a sentence."""
    n = len(speaker)
    out = speaker.copy()
    counts = np.zeros(speaker.max() + 2, np.int64)
    begin = 0
    for i in range(n):
        if i < n - 1 and not closed[i]:
            continue
        for k in range(begin, i + 1):
            counts[speaker[k] + 1] += 1
        owner = speaker[begin]
        for k in range(begin, i + 1):
            if counts[speaker[k] + 1] > counts[owner + 1]:
                owner = speaker[k]
        enough = counts[owner + 1] >= min_share * (i + 1 - begin)
        for k in range(begin, i + 1):
            counts[speaker[k] + 1] = 0
        if enough and begin > 0:
            _give_back(out, speaker, begin, i + 1, 1, begin - 1, owner, max_words)
        if enough and i + 1 < n:
            _give_back(out, speaker, i, begin - 1, -1, i + 1, owner, max_words)
        begin = i + 1
    return out


class Numba(Sentence, overlap_numba.Numba):
    """Two sweeps."""

    def prepare(self) -> None:
        """Compile."""
        super().prepare()
        self.without_strays(np.zeros(1, np.int32), TextColumn.of(["a"]), 1, 1.0)

    def without_strays(
        self, speaker: np.ndarray, text: TextColumn, max_words: int, min_share: float
    ) -> np.ndarray:
        """The speakers with strays given back."""
        return without_strays(speaker, closed(text), max_words, min_share)
