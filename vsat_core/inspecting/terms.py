"""How often the words of an index occur."""

from collections import Counter

import numpy as np

from vsat_core.artifacts import WordIndex


def most_frequent(index: WordIndex, n: int) -> list[tuple[str, int]]:
    """The `n` most frequent words with their numbers; of equals the first in the index."""
    if len(index.term) == 0:
        return Counter(index.token).most_common(n)
    counts = np.diff(index.offsets)
    first = np.argsort(-counts, kind="stable")[:n].tolist()
    return [(index.term[i], int(counts[i])) for i in first]
