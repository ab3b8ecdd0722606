"""Who talks when, by windows of pyannote's segmentation-3.0: tells overlapping voices apart.

Windows of ten seconds overlap; the network marks up to three speakers in each, and `stitch` makes
voices of them. How the network is computed is the techniques' affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech
from vsat_core.contract.threads import map_threads
from vsat_core.plugin import Run
from vsat_plugins.detect import SegmentationParams
from vsat_plugins.detect.stitch import Stitcher, joined

WINDOW = 10 * SAMPLE_RATE  # what the network was trained on
# RMS that the loudest stretch is brought to: a constant in the network's norms means something
# there
LEVEL = 0.1
FRAME_HOP = (
    270  # samples from one output frame to the next: 10 (first stride) x 3 x 3 x 3 (poolings)
)
FRAME_WIDTH = 991  # samples that one output frame sees before the recurrent layers
FIRST = (
    FRAME_WIDTH - FRAME_HOP
) // 2  # sample at which frame 0 begins to be nearer than any other frame
N_FRAMES = (WINDOW - FRAME_WIDTH) // FRAME_HOP + 1
# classes: nobody; 1; 2; 3; 1 and 2; 1 and 3; 2 and 3
POWERSET = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], np.float32
)

# From sound, float32 (samples,), and where in it windows begin, int64 (windows,), to how sure each
# local speaker talks: float32 (windows, N_FRAMES, 3).
Network = Callable[[np.ndarray, np.ndarray], np.ndarray]


def gain_of(audio: Audio) -> float:
    """What brings the loudest ten seconds to LEVEL; 1 for silence."""
    blocks = (audio.samples[i : i + WINDOW] for i in range(0, len(audio.samples), WINDOW))
    power = max((float(np.dot(b, b)) / max(len(b), SAMPLE_RATE) for b in blocks), default=0.0)
    return LEVEL / power**0.5 if power > 0 else 1.0


def window_starts(n_samples: int, step: int) -> list[int]:
    """First frame of every window: each `step` frames, and a last one that ends with the
    recording.
    """
    last = max(0, -(-(n_samples - WINDOW) // FRAME_HOP))
    return [*range(0, last, step), last]


def activity_of(scores: np.ndarray) -> np.ndarray:
    """How sure each speaker talks, float32 (..., 3), from scores of the seven classes before their
    softmax.
    """
    likely = np.exp(scores - scores.max(-1, keepdims=True))
    return likely / likely.sum(-1, keepdims=True) @ POWERSET


@attrs.frozen
class Windows:
    """A way through a recording: the network, the windows it takes at a time, and how many such
    calls side by side.
    """

    network: Network
    batch: int
    threads: int

    def speech(self, audio: Audio, params: SegmentationParams, run: Run) -> Speech:
        """Segments of speech, each with its voice; they overlap where voices do."""
        per_second = SAMPLE_RATE / FRAME_HOP
        stitcher = Stitcher(
            np.hamming(N_FRAMES), params.min_common_s * per_second, params.min_agreement
        )
        for first_frame, activity in self.activities(audio, params.step_s, run):
            stitcher.add(first_frame, activity)
        pause, least = (round(s * per_second) for s in (params.min_pause_s, params.min_speech_s))
        begin, end, voice = joined(*stitcher.finish(), pause, least)
        start = np.where(begin == 0, 0, FIRST + begin * FRAME_HOP)
        stop = np.minimum(FIRST + end * FRAME_HOP, len(audio.samples))
        kept = stop > start
        return Speech(start[kept], stop[kept], voice[kept].astype(np.int32), len(audio.samples))

    def activities(self, audio: Audio, step_s: float, run: Run) -> Iterator[tuple[int, np.ndarray]]:
        """Window by window: its first frame, and how sure each local speaker talks, float32
        (N_FRAMES, 3).
        """
        if len(audio.samples) < FRAME_WIDTH:
            return
        gain = gain_of(audio)
        starts = window_starts(len(audio.samples), max(1, round(step_s * SAMPLE_RATE / FRAME_HOP)))
        parts = [
            np.array(starts[i : i + self.batch]) * FRAME_HOP
            for i in range(0, len(starts), self.batch)
        ]

        def compute(part: np.ndarray) -> np.ndarray:
            sound = np.zeros(part[-1] + WINDOW - part[0], np.float32)
            piece = audio.samples[part[0] : part[-1] + WINDOW]
            np.multiply(piece, gain, out=sound[: len(piece)])
            return self.network(sound, part - part[0])

        for part, activity in zip(parts, map_threads(compute, parts, self.threads), strict=True):
            yield from zip((part // FRAME_HOP).tolist(), activity, strict=True)
            run.progress(min(int(part[-1]) + WINDOW, len(audio.samples)))
