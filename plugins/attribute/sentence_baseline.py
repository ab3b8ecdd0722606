"""sentence.baseline: the rules of `sentence`, sentence by sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from vsat_core.artifacts import TextColumn
from vsat_core.formats.scripts import CLOSINGS, STOPS
from vsat_plugins.attribute import overlap_baseline
from vsat_plugins.attribute.sentence import Sentence


def sentences(words: Sequence[str]) -> Iterator[range]:
    """Word numbers of each sentence: up to a word that ends with a sign of STOPS (closing quotes
    aside), or the last word.

    >>> [list(s) for s in sentences(["Yes.", "So", "what?", "Well"])]
    [[0], [1, 2], [3]]
    """
    begin = 0
    for i, word in enumerate(words):
        if word.rstrip(CLOSINGS).endswith(tuple(STOPS)) or i == len(words) - 1:
            yield range(begin, i + 1)
            begin = i + 1


def without_strays(
    speaker: Sequence[int], texts: Sequence[str], max_words: int, min_share: float
) -> list[int]:
    """The speakers with strays given back.

    >>> without_strays([0, 0, 1, 1, 1], ["I", "am", "here.", "Are", "you?"], 1, 0.6)
    [0, 0, 0, 1, 1]
    """
    out = list(speaker)
    for sentence in sentences(texts):
        own, count = Counter(speaker[i] for i in sentence).most_common(1)[0]
        if count < min_share * len(sentence):
            continue
        for order, beyond in ((sentence, sentence.start - 1), (sentence[::-1], sentence.stop)):
            n = next((n for n, i in enumerate(order) if speaker[i] == own), 0)
            if (
                0 < n <= max_words
                and 0 <= beyond < len(speaker)
                and all(speaker[i] == speaker[beyond] for i in order[:n])
            ):
                for i in order[:n]:
                    out[i] = own
    return out


class Baseline(Sentence, overlap_baseline.Baseline):
    """The specification."""

    def without_strays(
        self, speaker: np.ndarray, text: TextColumn, max_words: int, min_share: float
    ) -> np.ndarray:
        """The speakers with strays given back."""
        return np.array(without_strays(speaker.tolist(), list(text), max_words, min_share))
