"""spread.baseline: each word gets voiced time in proportion to its length. The specification of
`spread`.

1. Frames of 10 ms; a frame's energy is the sum of its squared samples as 16-bit integers, so that
it is exact. 2. A frame is voiced when its energy reaches a threshold: `above_floor_db` above the
quiet frames (10th percentile) or
   `range_db` below the loud ones (95th percentile), whichever is more, but never above half of the
   loud energy.
3. Unvoiced gaps shorter than `min_pause_s` between voiced frames count as voiced. Without any voice
all frames do. 4. A word weighs its letters and digits and one more. The voiced samples, one after
the other, are shared out by weight. 5. Of the ends of words the nearest to each pause moves there,
so that no word goes on after it.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate, pairwise

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances, Words
from vsat_core.plugin import NoParams, Run
from vsat_plugins.align import Spread
from vsat_plugins.align.timed import Times, bounds_of, collected, passed_on

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


def threshold(quiet: int, loud: int, params: Spread) -> int:
    """The energy that a voiced frame reaches, from that of quiet and loud frames."""
    over_floor, in_range = limits(params)
    return max(1, int(min(max(quiet * over_floor, loud * in_range), loud / 2)))


def limits(params: Spread) -> tuple[float, float]:
    """What the energy of quiet and of loud frames is multiplied with to be a threshold."""
    return 10 ** (params.above_floor_db / 10), 10 ** (-params.range_db / 10)


def longest_bridge(params: Spread) -> int:
    """Frames of the longest gap that counts as voiced."""
    limit = params.min_pause_s * SAMPLE_RATE
    frames = int(limit / FRAME) + 1
    while frames * FRAME >= limit:
        frames -= 1
    return frames


def voiced_frames(samples: np.ndarray, params: Spread) -> list[int]:
    """Numbers of the voiced frames of one utterance, float32 (n_samples,); a last part of a frame
    counts as one.
    """
    energies = []
    for at in range(0, len(samples), FRAME):
        frame = integers(samples[at : at + FRAME])
        energies.append(int(frame @ frame))
    ranked = sorted(energies)
    last = len(ranked) - 1
    limit = threshold(
        ranked[last * QUIET_PERCENT // 100], ranked[last * LOUD_PERCENT // 100], params
    )
    out: list[int] = []
    for k, energy in enumerate(energies):
        if energy >= limit:
            gap = k - out[-1] - 1 if out else 0
            bridged = gap * FRAME < params.min_pause_s * SAMPLE_RATE
            out += range(k - gap if bridged else k, k + 1)
    return out or list(range(len(energies)))


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


def spread(words: list[str], start: int, end: int, voiced: list[int]) -> Times:
    """Times of the words of an utterance from sample `start` to `end`, given its voiced frames.

    >>> spread(["ab", "cde"], 1000, 3000, [0, 1, 2, 8, 9, 10])
    [(1000, 1480), (2280, 2760)]
    """
    room = len(voiced) * FRAME
    ends = list(accumulate(weight_of(w) for w in words))
    pauses = [k * FRAME for k in range(1, len(voiced)) if voiced[k] > voiced[k - 1] + 1]
    bounds = snapped([room * weight // ends[-1] for weight in (0, *ends)], pauses)

    def place(k: int) -> int:
        return min(start + voiced[k // FRAME] * FRAME + k % FRAME, end - 1)

    times = []
    for first, last in pairwise(bounds):
        times.append((place(first), max(place(first), place(max(first, last - 1))) + 1))
    return times


class Baseline:
    """Words spread over the voiced part of their utterance."""

    def __init__(self, params: Spread, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, utterances: Utterances, texts: Texts, *, run: Run) -> Words:
        words = passed_on(audio, utterances, texts)
        if words is not None:
            return words
        times: list[Times] = []
        for (start, end), text in zip(bounds_of(utterances), texts.text, strict=True):
            said = text.split()
            voiced = voiced_frames(audio.samples[start:end], self.params) if said else []
            times.append(spread(said, start, end, voiced) if said else [])
            run.progress(end)
        return collected(audio, utterances, texts, times)
