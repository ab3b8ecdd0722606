"""files.numba: bytes put together by one compiled loop."""

from __future__ import annotations

import numpy as np
from numba import njit

from vsat_plugins.write.places import PlacesWriter


class Numba(PlacesWriter):
    """Byte by byte."""

    def prepare(self) -> None:
        """Compile."""
        super().prepare()
        joined(*(np.zeros(1, t) for t in (np.uint8, np.int64, np.int64)))

    def joined(self, text: np.ndarray, begin: np.ndarray, length: np.ndarray) -> np.ndarray:
        """The bytes of all rows."""
        out: np.ndarray = joined(text, begin, length)
        return out


@njit(cache=True)
def joined(text, begin, length):
    """text[begin[i]:begin[i] + length[i]] for every i, one after the other."""
    out = np.empty(length.sum(), np.uint8)
    at = 0
    for i in range(len(begin)):
        for k in range(begin[i], begin[i] + length[i]):
            out[at] = text[k]
            at += 1
    return out
