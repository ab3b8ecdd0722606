"""What vsat_core.search.query.normalise makes of each ASCII character, as tables for code that
works on bytes.
"""

from __future__ import annotations

import numpy as np

DROPPED, LETTER, DIGIT, APOSTROPHE, STOP = range(5)
KIND = np.zeros(128, np.uint8)  # of each ASCII character
KIND[ord("a") : ord("z") + 1] = KIND[ord("A") : ord("Z") + 1] = LETTER
KIND[ord("0") : ord("9") + 1] = DIGIT
KIND[ord("'")], KIND[ord(".")] = APOSTROPHE, STOP
LOWER = np.arange(128, dtype=np.uint8)
LOWER[ord("A") : ord("Z") + 1] += 32
