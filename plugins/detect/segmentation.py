"""Who talks when, by windows of pyannote's segmentation-3.0: tells overlapping voices apart.

Windows of ten seconds overlap; the network marks up to three speakers in each, and `stitch` makes voices of them.
"""
from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech
from vsat_core.plugin import Run, Threads
from vsat_core.threads import spread, thread_count
from vsat_plugins.detect import SEGMENTATION, SegmentationParams
from vsat_plugins.detect.segmentation_net import FRAME_HOP, FRAME_WIDTH, POWERSET, SegmentationNet, load
from vsat_plugins.detect.stitch import Stitcher, joined

WINDOW = 10 * SAMPLE_RATE  # what the network was trained on
BATCH = 8  # windows a call: more is no faster on a CPU
LEVEL = 0.1  # RMS that the loudest stretch is brought to: a constant in the network's norms means something there
FIRST = (FRAME_WIDTH - FRAME_HOP) // 2  # sample at which frame 0 begins to be nearer than any other frame


def gain_of(audio: Audio) -> float:
    """What brings the loudest ten seconds to LEVEL; 1 for silence."""
    blocks = (audio.samples[i : i + WINDOW] for i in range(0, len(audio.samples), WINDOW))
    power = max((float(np.dot(b, b)) / max(len(b), SAMPLE_RATE) for b in blocks), default=0.0)
    return LEVEL / power**0.5 if power > 0 else 1.0


def window_starts(n_samples: int, step: int) -> list[int]:
    """First frame of every window: each `step` frames, and a last one that ends with the recording."""
    last = max(0, -(-(n_samples - WINDOW) // FRAME_HOP))
    return [*range(0, last, step), last]


class Batched:
    """Several windows through the network in one call, and a call on each thread."""

    def __init__(self, params: SegmentationParams, tuning: Threads) -> None:
        self.params, self.tuning = params, tuning
        self._net: SegmentationNet | None = None

    def prepare(self) -> None:
        """Load the network."""
        self._loaded()

    def _loaded(self) -> SegmentationNet:
        if self._net is None:
            self._net = load(SEGMENTATION.path())
        return self._net

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        """Segments of speech, each with its voice; they overlap where voices do."""
        n_frames = (WINDOW - FRAME_WIDTH) // FRAME_HOP + 1
        per_second = SAMPLE_RATE / FRAME_HOP
        stitcher = Stitcher(np.hamming(n_frames), self.params.min_common_s * per_second, self.params.min_agreement)
        for first_frame, activity in self._activities(audio, run):
            stitcher.add(first_frame, activity)
        pause, least = (round(s * per_second) for s in (self.params.min_pause_s, self.params.min_speech_s))
        begin, end, voice = joined(*stitcher.finish(), pause, least)
        start = np.where(begin == 0, 0, FIRST + begin * FRAME_HOP)
        stop = np.minimum(FIRST + end * FRAME_HOP, len(audio.samples))
        kept = stop > start
        return Speech(start[kept], stop[kept], voice[kept].astype(np.int32), len(audio.samples))

    def _activities(self, audio: Audio, run: Run) -> Iterator[tuple[int, np.ndarray]]:
        """Window by window: its first frame, and how sure each local speaker talks, float32 (frames, 3)."""
        if len(audio.samples) < FRAME_WIDTH:
            return
        net = self._loaded()
        torch.set_num_threads(1)
        gain = gain_of(audio)
        starts = window_starts(len(audio.samples), max(1, round(self.params.step_s * SAMPLE_RATE / FRAME_HOP)))
        parts = [starts[i : i + BATCH] for i in range(0, len(starts), BATCH)]

        def compute(part: list[int]) -> np.ndarray:
            sound = np.zeros((len(part), WINDOW), np.float32)
            for row, start in zip(sound, part, strict=True):
                piece = audio.samples[start * FRAME_HOP : start * FRAME_HOP + WINDOW]
                np.multiply(piece, gain, out=row[: len(piece)])
            with torch.inference_mode():
                return (net(torch.from_numpy(sound)).exp_() @ POWERSET).numpy()

        results = spread(compute, parts, thread_count(self.tuning.threads))
        for part, activity in zip(parts, results, strict=True):
            yield from zip(part, activity, strict=True)
            run.progress(min(part[-1] * FRAME_HOP + WINDOW, len(audio.samples)))
