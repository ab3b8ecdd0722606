"""From frame decisions to segments of speech: hysteresis, bridged pauses, dropped blips, padding.

The rules are those of Silero VAD's `get_speech_timestamps` (its MIT-licensed reference), stated
without its loop, so that any detector which scores equally spaced frames can use them.
"""

from __future__ import annotations

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Speech


@attrs.frozen
class Timing:
    """In samples: speech lasts longer than `min_speech`, pauses at least `min_pause`; `pad` goes
    around speech.
    """

    min_speech: int
    min_pause: int
    pad: int

    @classmethod
    def seconds(cls, min_speech_s: float, min_pause_s: float, pad_s: float) -> Timing:
        """The same from seconds."""
        return cls(*(round(s * SAMPLE_RATE) for s in (min_speech_s, min_pause_s, pad_s)))


def spoken(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    """Hysteresis: bool (n,), true from a `high` frame up to the next `low` one.

    >>> spoken(np.array([0, 1, 0, 0, 0], bool), np.array([1, 0, 0, 1, 0], bool))
    array([False,  True,  True, False, False])
    """
    decided = np.flatnonzero(high | low)
    latest = np.searchsorted(decided, np.arange(len(high)), "right") - 1
    return (latest >= 0) & high[decided[latest]] if len(decided) else np.zeros(len(high), bool)


def segments_of(
    high: np.ndarray, low: np.ndarray, hop: int, n_samples: int, timing: Timing
) -> tuple[np.ndarray, np.ndarray]:
    """Disjoint segments, int64 (start, end) in samples, from bool frames of `hop` samples each.

    Speech begins in a `high` frame and ends in the first `low` one after it. A pause lasts from
    that frame to the last `low` frame before speech returns; a shorter one than `min_pause` is part
    of the speech, at the end of the recording as well. Padding never passes the middle of a pause.
    """
    inside = np.concatenate(([False], spoken(high, low), [False]))
    first, last = np.flatnonzero(np.diff(inside.astype(np.int8)).reshape(-1)).reshape(-1, 2).T
    if len(first) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    ends_of_pauses = np.append(first[1:], len(high))
    last_low = np.maximum.accumulate(np.where(low, np.arange(len(low)), -1))[ends_of_pauses - 1]
    paused = (last_low - last) * hop >= timing.min_pause
    start = first[np.append(True, paused[:-1])] * hop
    end = last[paused] * hop
    if not paused[-1]:
        end = np.append(end, n_samples)
    return _padded(start, end, n_samples, timing)


def _padded(
    start: np.ndarray, end: np.ndarray, n_samples: int, timing: Timing
) -> tuple[np.ndarray, np.ndarray]:
    kept = end - start > timing.min_speech
    start, end = start[kept], end[kept]
    pad = np.minimum((start[1:] - end[:-1]) // 2, timing.pad)
    start[1:] -= pad
    end[:-1] += pad
    start[:1] = np.maximum(start[:1] - timing.pad, 0)
    end[-1:] = np.minimum(end[-1:] + timing.pad, n_samples)
    return start.astype(np.int64), end.astype(np.int64)


def speech_of(start: np.ndarray, end: np.ndarray, n_samples: int) -> Speech:
    """Speech of detectors that cannot tell voices apart."""
    return Speech(start, end, np.full(len(start), -1, np.int32), n_samples)
