"""Who speaks when, by windows of pyannote's segmentation-3.0, which separates overlapping voices.

Windows of ten seconds overlap; the network marks up to three speakers in each, and `stitch` makes
voices of them. The techniques compute the network, and Silero where it hears nobody.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech
from vsat_core.contract.threads import batch_name, map_threads
from vsat_core.plugin import Detect, Run
from vsat_plugins.detect import SegmentationParams
from vsat_plugins.detect.background import HOP, Background, powers_of
from vsat_plugins.detect.silero import Silero
from vsat_plugins.detect.stitch import Stitcher, joined
from vsat_plugins.detect.unheard import Unheard

WINDOW = 10 * SAMPLE_RATE  # what the network was trained on
# RMS that the loudest stretch is brought to: a constant in the network's norms means something
# there
LEVEL = 0.1
# samples from one output frame to the next: 10 (first stride) x 3 x 3 x 3 (poolings)
FRAME_HOP = 270
FRAME_WIDTH = 991  # samples that one output frame sees before the recurrent layers
# sample at which frame 0 begins to be nearer than any other frame
FIRST = (FRAME_WIDTH - FRAME_HOP) // 2
N_FRAMES = (WINDOW - FRAME_WIDTH) // FRAME_HOP + 1
# classes: no speaker; 1; 2; 3; 1 and 2; 1 and 3; 2 and 3
POWERSET = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], np.float32
)


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
    """Probability that each speaker is active, float32 (..., 3), from scores of the seven classes
    before their softmax.
    """
    likely = np.exp(scores - scores.max(-1, keepdims=True))
    return likely / likely.sum(-1, keepdims=True) @ POWERSET


class Segmentation(Detect):
    """Segments of speech, each with its voice; they overlap where voices do."""

    params: SegmentationParams

    @abstractmethod
    def activity(self, sound: np.ndarray, starts: np.ndarray) -> np.ndarray:
        """From sound, float32 (samples,), and where in it windows begin, int64 (windows,), the
        probability that each local speaker is active: float32 (windows, N_FRAMES, 3).
        """

    @cached_property
    def second(self) -> Silero:
        """Who is asked about sound in which the network hears nobody; loaded where there is such
        sound only.
        """
        raise NotImplementedError

    def batch(self) -> int:
        """Windows of one call."""
        return 1

    def threads(self) -> int:
        """Calls at a time."""
        return 1

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        self.prepare()
        params, per_second = self.params, SAMPLE_RATE / FRAME_HOP
        stitcher = Stitcher(
            np.hamming(N_FRAMES), params.min_common_s * per_second, params.min_agreement
        )
        for first_frame, activity in self.activities(audio, run):
            stitcher.add(first_frame, activity)
        pause, least = (round(s * per_second) for s in (params.min_pause_s, params.min_speech_s))
        begin, end, voice = joined(*stitcher.finish(), pause, least)
        start = np.where(begin == 0, 0, FIRST + begin * FRAME_HOP)
        stop = np.minimum(FIRST + end * FRAME_HOP, len(audio.samples))
        kept = stop > start
        heard = Speech(start[kept], stop[kept], voice[kept].astype(np.int32), len(audio.samples))
        return self._revised(heard, audio, run)

    def _revised(self, heard: Speech, audio: Audio, run: Run) -> Speech:
        """The speech without the background, and with what the network did not hear."""
        p, powers = self.params, powers_of(audio.samples)
        background = Background.seconds(
            p.background_share,
            p.background_db,
            p.background_window_s,
            p.min_background_s,
            p.background_margin_s,
        )
        unheard = Unheard(
            p.unheard_share, p.unheard_threshold, max(1, round(p.min_unheard_s * SAMPLE_RATE / HOP))
        )
        least = round(p.min_speech_s * SAMPLE_RATE)
        speech = background.without(heard, audio, powers, least)
        if audio.environment and audio.environment.snr_db >= p.silence_snr_db:
            speech = background.silence(p.min_silence_s).without(speech, audio, powers, least)

        def judge(samples: np.ndarray, probabilities: np.ndarray) -> None:
            run.progress(len(audio.samples))
            self.second.prepare()
            self.second.probabilities(samples, probabilities, lambda _: None)

        return unheard.added(speech, audio, powers, judge)

    def activities(self, audio: Audio, run: Run) -> Iterator[tuple[int, np.ndarray]]:
        """Window by window: its first frame, and its part of `activity`."""
        if len(audio.samples) < FRAME_WIDTH:
            return
        gain, size = gain_of(audio), self.batch()
        step = max(1, round(self.params.step_s * SAMPLE_RATE / FRAME_HOP))
        starts = np.array(window_starts(len(audio.samples), step)) * FRAME_HOP
        batches = [starts[i : i + size] for i in range(0, len(starts), size)]

        def compute(batch: np.ndarray) -> np.ndarray:
            begin, end = batch[0], batch[-1] + WINDOW
            sound = np.zeros(end - begin, np.float32)
            piece = audio.samples[begin:end]
            np.multiply(piece, gain, out=sound[: len(piece)])
            return self.activity(sound, batch - begin)

        kept = run.resumable(compute, batch_name, np.ndarray)
        reached = 0
        results = map_threads(kept, batches, self.threads(), lambda: run.progress(reached))
        for batch, activity in zip(batches, results, strict=True):
            yield from zip((batch // FRAME_HOP).tolist(), activity, strict=True)
            reached = min(int(batch[-1]) + WINDOW, len(audio.samples))
            run.progress(reached)
