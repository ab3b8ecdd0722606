"""Silero VAD 6: the probability of speech in every 32 ms of sound, from a small recurrent network.

Each frame is seen with the last 64 samples of the frame before it: a short-time spectrum (as a
convolution), four convolutions, one LSTM over the frames, one output. All but the LSTM sees one
frame only, so that blocks of frames are encoded together before the LSTM goes through them.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from vsat_core.artifacts import Audio, Speech
from vsat_core.contract.threads import map_threads
from vsat_core.plugin import Detect, Run
from vsat_plugins.detect import SileroParams
from vsat_plugins.detect.frames import Timing, segments_of, speech_of

FRAME = 512
CONTEXT = 64  # samples before a frame that are seen with it, and samples mirrored at its end
TAPS, HOP = 256, 128  # of the spectrum: four columns a frame
BINS = 129
UNITS = 128
BLOCK_FRAMES = 480  # 15.4 s of sound are encoded at a time
BLOCKS = 16  # that may wait for the LSTM
Progress = Callable[[int], None]
LEAST_OFFSET = 0.01  # the authors never let speech end at a lower probability


def n_frames(n_samples: int) -> int:
    """How many frames; silence follows the end of the recording."""
    return -(-n_samples // FRAME)


def framed(samples: np.ndarray, first: int, count: int) -> np.ndarray:
    """`count` frames from number `first` on, each with what comes before it; float32 (count,
    CONTEXT + FRAME).
    """
    sound = np.zeros(CONTEXT + count * FRAME, np.float32)
    begin, end = first * FRAME, min((first + count) * FRAME, len(samples))
    lead = min(begin, CONTEXT)
    sound[CONTEXT - lead : CONTEXT + end - begin] = samples[begin - lead : end]
    return np.ascontiguousarray(sliding_window_view(sound, CONTEXT + FRAME)[::FRAME])


def mirrored(frames: np.ndarray) -> np.ndarray:
    """Frames with their last CONTEXT samples but one mirrored at their end; float32 (n, CONTEXT +
    FRAME + CONTEXT).
    """
    return np.concatenate([frames, frames[:, -2 : -2 - CONTEXT : -1]], axis=1)


class Silero(Detect):
    """Segments of speech without voices."""

    params: SileroParams

    @abstractmethod
    def probabilities(self, samples: np.ndarray, out: np.ndarray, progress: Progress) -> None:
        """Fill `out` float32 (n_frames,) with the probability of speech in every FRAME of `samples`
        float32 (n,); `progress` is told how many of them are done.
        """

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        self.prepare()
        params, n_samples = self.params, len(audio.samples)
        probability = run.array((n_frames(n_samples),), "float32")
        self.probabilities(audio.samples, probability, run.progress)
        offset = max(params.threshold - params.hysteresis, LEAST_OFFSET)
        timing = Timing.seconds(params.min_speech_s, params.min_pause_s, params.pad_s)
        high, low = probability >= params.threshold, probability < offset
        return speech_of(*segments_of(high, low, FRAME, n_samples, timing), n_samples)


class BlockwiseSilero(Silero):
    """Blocks of frames are encoded, several at a time, then go through the LSTM in order."""

    @abstractmethod
    def encode(self, frames: np.ndarray) -> np.ndarray:
        """All before the LSTM, of `mirrored` frames: one array, first axis frames."""

    @abstractmethod
    def memory(self) -> Callable[[np.ndarray], np.ndarray]:
        """The LSTM for one recording: takes encoded blocks in order, gives the probability of each
        frame, float32 (n,).
        """

    @abstractmethod
    def threads(self) -> int:
        """Blocks encoded at a time."""

    def probabilities(self, samples: np.ndarray, out: np.ndarray, progress: Progress) -> None:
        remember, threads = self.memory(), self.threads()

        def encoded(first: int) -> np.ndarray:
            count = min(BLOCK_FRAMES, len(out) - first)
            return self.encode(mirrored(framed(samples, first, count)))

        blocks = range(0, len(out), BLOCK_FRAMES)
        for k in range(0, len(blocks), BLOCKS):
            some = blocks[k : k + BLOCKS]
            for first, block in zip(some, map_threads(encoded, some, threads), strict=True):
                out[first : first + len(block)] = remember(block)
                progress(min((first + len(block)) * FRAME, len(samples)))
