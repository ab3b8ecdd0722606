"""Energy VAD: speech is what exceeds a noise floor that follows the recording.

The level of each frame is compared with the floor and the peak (percentiles) of the sound around
it, in the spirit of minimum statistics (Martin 2001): steady noise rises with its own floor and
never becomes speech, and a recording whose level changes is judged piece by piece. What changes
slower than a voice can, offset and rumble, is taken out first: it would swing the level of a frame
by 10 dB in noise that sounds steady. All of it is integers, samples in multiples of -120 dBFS and
levels in thousandths of a decibel: sums do not depend on their order, so every technique decides
the same.
"""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech
from vsat_core.plugin import Detect, Run
from vsat_plugins.detect import EnergyParams
from vsat_plugins.detect.frames import Timing, segments_of, speech_of

Ints = Any  # int64: one value, or an array of them
QUANTUM = 2.0**-20  # -120 dBFS
# samples of the moving average taken out: halves what lies at 75 Hz, keeps what lies above 110 Hz
SMOOTH = 128
SILENCE_MDB = -120_000
STEP_S = 1.0  # how often the floor is measured again
BLOCK_SAMPLES = 1 << 18
BLOCK_LEVELS = 1 << 20


@attrs.frozen
class FramePlan:
    """The params in samples, frames and thousandths of a decibel."""

    frame: int
    hop: int
    step: int
    adapt: int
    floor_share: float
    peak_share: float
    onset: int
    onset_share: float
    hysteresis: int
    range: int
    min_level: int
    timing: Timing

    @classmethod
    def of(cls, params: EnergyParams) -> FramePlan:
        """What these params mean."""
        hop = round(params.hop_s * SAMPLE_RATE)
        return cls(
            frame=round(params.frame_s * SAMPLE_RATE),
            hop=hop,
            step=max(1, round(STEP_S * SAMPLE_RATE / hop)),
            adapt=round(params.adapt_s * SAMPLE_RATE / hop),
            floor_share=params.floor_percentile / 100,
            peak_share=params.peak_percentile / 100,
            onset=round(params.onset_db * 1000),
            onset_share=params.onset_share,
            hysteresis=round(params.hysteresis_db * 1000),
            range=round(params.range_db * 1000),
            min_level=round(params.min_level_db * 1000),
            timing=Timing.seconds(params.min_speech_s, params.min_pause_s, params.pad_s),
        )

    def n_frames(self, n_samples: int) -> int:
        """Each frame represents `hop` samples, the last one what is left."""
        return -(-n_samples // self.hop)

    def bounds(self, i: Ints, n_samples: int) -> tuple[Ints, Ints]:
        """First and last (exclusive) sample whose level frame i has: `frame` samples centred on its
        `hop`.
        """
        begin = i * self.hop + (self.hop - self.frame) // 2
        return np.clip(begin, 0, n_samples - 1), np.minimum(begin + self.frame, n_samples)

    def onset_level(self, floor: Ints, peak: Ints) -> Ints:
        """The level at which speech begins, from that of the floor and of loud speech; all int64,
        0.001 dBFS.
        """
        above = np.maximum(self.onset, (self.onset_share * (peak - floor)).astype(np.int64))
        return np.maximum(np.maximum(floor + above, peak - self.range), self.min_level)


def rough(samples: np.ndarray, begin: int, end: int) -> np.ndarray:
    """Samples begin..end, as int64 multiples of QUANTUM, less the average of the SMOOTH samples
    around each.

    Beyond its ends the recording goes on with its last value. Squares stay below 2**42, their sum
    over a block below 2**61.
    """
    half = SMOOTH // 2
    around = samples[max(begin - half, 0) : end + half]
    around = np.pad(around, (max(half - begin, 0), max(end + half - len(samples), 0)), mode="edge")
    x = np.rint(np.clip(around, -1, 1) * np.float32(1 / QUANTUM)).astype(np.int64)
    total = np.cumsum(x)
    return x[half:-half] - (total[SMOOTH:] - total[:-SMOOTH]) // SMOOTH


def level_mdb(squares: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Level of `count` quantised samples from the sum of their squares; int32, 0.001 dBFS of
    RMS.
    """
    power = squares / count * QUANTUM**2
    return np.rint(10_000 * np.log10(np.maximum(power, 10 ** (SILENCE_MDB / 10_000)))).astype(
        np.int32
    )


def squares_of(samples: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Sum of the squares of what is `rough` from `begin` to `end`, ascending; int64, in QUANTUM
    squared.
    """
    x = rough(samples, int(begin[0]), int(end[-1]))
    squares = np.concatenate(([0], np.cumsum(x * x)))
    return squares[end - begin[0]] - squares[begin - begin[0]]


def ranked(levels: np.ndarray, width: int, first: np.ndarray, ranks: list[int]) -> np.ndarray:
    """Of the `width` levels from each of `first` on, those of these ranks, 0 the least; int64 (n,
    ranks).
    """
    around = np.partition(sliding_window_view(levels, width)[first], ranks, axis=1)
    return around[:, ranks].astype(np.int64)


class Energy(Detect):
    """Levels of all frames, the level where speech begins around each, and segments by both."""

    params: EnergyParams

    def squares(self, samples: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        """See `squares_of`."""
        return squares_of(samples, begin, end)

    def ranked(
        self, levels: np.ndarray, width: int, first: np.ndarray, ranks: list[int]
    ) -> np.ndarray:
        """See `ranked`."""
        return ranked(levels, width, first, ranks)

    def levels(self, audio: Audio, plan: FramePlan, run: Run) -> np.ndarray:
        """Level of every frame; int32 (n_frames,), 0.001 dBFS."""
        n_samples = len(audio.samples)
        levels = run.array((plan.n_frames(n_samples),), "int32")
        block = max(1, BLOCK_SAMPLES // plan.hop)
        for i in range(0, len(levels), block):
            begin, end = plan.bounds(np.arange(i, min(i + block, len(levels))), n_samples)
            squares = self.squares(audio.samples, begin, end)
            levels[i : i + len(begin)] = level_mdb(squares, end - begin)
            run.progress(int(end[-1]))
        return levels

    def onsets(self, levels: np.ndarray, plan: FramePlan) -> np.ndarray:
        """The level at which speech begins, for every `step` frames; int64 (n_steps,), 0.001 dBFS.

        Floor and peak are order statistics of the `adapt` frames around the step, or of the nearest
        that many where the recording begins and ends.
        """
        width = min(plan.adapt, len(levels))
        centre = np.arange(0, len(levels), plan.step) + plan.step // 2
        first = np.clip(centre - width // 2, 0, len(levels) - width)
        ranks = [int(share * (width - 1)) for share in (plan.floor_share, plan.peak_share)]
        onsets = np.empty(len(first), np.int64)
        block = max(1, BLOCK_LEVELS // max(1, width))
        for i in range(0, len(first), block):
            floor, peak = self.ranked(levels, width, first[i : i + block], ranks).T
            onsets[i : i + block] = plan.onset_level(floor, peak)
        return onsets

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        plan, n_samples = FramePlan.of(self.params), len(audio.samples)
        levels = self.levels(audio, plan, run)
        onset = np.repeat(self.onsets(levels, plan), plan.step)[: len(levels)]
        high, low = levels >= onset, levels < onset - plan.hysteresis
        return speech_of(*segments_of(high, low, plan.hop, n_samples, plan.timing), n_samples)
