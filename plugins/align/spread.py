"""What the techniques of `spread` share: each word gets voiced time in proportion to its length.

1. Frames of 10 ms; a frame's energy is the sum of its squared samples as 16-bit integers, so that
   it is exact.
2. A frame is voiced when its energy reaches a threshold: `above_floor_db` above the quiet frames
   (10th percentile) or `range_db` below the loud ones (95th percentile), whichever is more, but
   never above half of the loud energy.
3. Unvoiced gaps shorter than `min_pause_s` between voiced frames count as voiced. Without any voice
   all frames do.
4. A word weighs its letters and digits and one more. The voiced samples, one after the other, are
   shared out by weight.
5. Of the ends of words the nearest to each pause moves there, so that no word goes on after it.
"""

from bisect import bisect_left

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.align import SpreadParams

FRAME = 160  # 10 ms
QUIET_PERCENT, LOUD_PERCENT = 10, 95


def weight_of(word: str) -> int:
    """How long a word is, in letters and digits and one more for itself.

    >>> weight_of("don't,")
    5
    """
    return 1 + sum(c.isalnum() for c in word)


def integers(samples: np.ndarray) -> np.ndarray:
    """float32 -1..1 as int64 of 16 bits: sums of squares no longer depend on their order."""
    return np.rint(samples * 32768.0).astype(np.int64)


def threshold(quiet: int, loud: int, params: SpreadParams) -> int:
    """The energy that a voiced frame reaches, from that of quiet and loud frames."""
    over_floor, in_range = limits(params)
    return max(1, int(min(max(quiet * over_floor, loud * in_range), loud / 2)))


def limits(params: SpreadParams) -> tuple[float, float]:
    """What the energy of quiet and of loud frames is multiplied with to be a threshold."""
    return 10 ** (params.above_floor_db / 10), 10 ** (-params.range_db / 10)


def longest_bridge(params: SpreadParams) -> int:
    """Frames of the longest gap that counts as voiced."""
    limit = params.min_pause_s * SAMPLE_RATE
    frames = int(limit / FRAME) + 1
    while frames * FRAME >= limit:
        frames -= 1
    return frames


def snapped(bounds: list[int], pauses: list[int]) -> list[int]:
    """Rule 5: `bounds` (n_words + 1), in voiced samples like `pauses`; the first and the last bound
    stay.

    >>> snapped([0, 40, 100], [50])
    [0, 50, 100]
    """
    out = list(bounds)
    taken = {0, len(out) - 1}
    for pause in pauses:
        after = bisect_left(out, pause)
        free = [k for k in (after - 1, after) if k not in taken]
        if out[after] != pause and free:
            nearest = min(free, key=lambda k: abs(out[k] - pause))
            out[nearest] = pause
            taken.add(nearest)
    return out
