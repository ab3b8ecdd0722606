"""How much text of a language a subtitle may show, and for how long.

The limits of Netflix's Timed Text Style Guides for adult programmes, as tabulated for 30 languages
at https://sublingo.cc/guides/subtitle-specs-by-language (2026). A full-width character takes two
cells.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE

LINE_CELLS = {"ja": 26, "zh": 32, "yue": 32, "ko": 32}
OTHER_LINE = 42
# characters a second, and the cells of one; of a language that is not known as of English
SPEED = {"": (20, 1), "en": (20, 1), "ja": (4, 2), "zh": (9, 2), "yue": (9, 2), "ko": (12, 2)}
OTHER_SPEED = (17, 1)


def line_cells(languages: Sequence[str]) -> np.ndarray:
    """The cells of a line, int64."""
    return np.array([LINE_CELLS.get(code, OTHER_LINE) for code in languages], np.int64)


def samples_per_cell(languages: Sequence[str]) -> np.ndarray:
    """What a cell takes to read, float64 samples."""
    rates = [SPEED.get(code, OTHER_SPEED) for code in languages]
    return np.array([SAMPLE_RATE / (speed * size) for speed, size in rates], np.float64)
