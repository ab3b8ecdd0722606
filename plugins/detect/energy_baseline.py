"""`energy.baseline`: one frame after the other: the specification."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Audio, Speech
from vsat_core.plugin import Detect, Run
from vsat_plugins.detect import EnergyParams
from vsat_plugins.detect.energy import FramePlan, level_mdb, rough
from vsat_plugins.detect.frames import Timing, speech_of

PROGRESS_FRAMES = 1000


class Baseline(Detect):
    """Plain loops over frames."""

    params: EnergyParams

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        plan = FramePlan.of(self.params)
        n_samples = len(audio.samples)
        levels = run.array((plan.n_frames(n_samples),), "int32")
        for i in range(len(levels)):
            begin, end = plan.bounds(np.int64(i), n_samples)
            x = rough(audio.samples, int(begin), int(end))
            levels[i] = level_mdb((x * x).sum(), end - begin)
            if i % PROGRESS_FRAMES == 0:
                run.progress(int(end))
        widened = padded(segments_in(levels, plan, n_samples), n_samples, plan.timing)
        bounds = np.array(widened, np.int64).reshape(-1, 2)
        return speech_of(bounds[:, 0], bounds[:, 1], n_samples)


def onset_near(levels: np.ndarray, step: int, plan: FramePlan) -> int:
    """The level at which speech begins during this step."""
    width = min(plan.adapt, len(levels))
    centre = step * plan.step + plan.step // 2
    first = min(max(centre - width // 2, 0), len(levels) - width)
    around = np.sort(levels[first : first + width])
    floor, peak = (
        np.int64(around[int(share * (width - 1))]) for share in (plan.floor_share, plan.peak_share)
    )
    return int(plan.onset_level(floor, peak))


def segments_in(levels: np.ndarray, plan: FramePlan, n_samples: int) -> list[tuple[int, int]]:
    """Speech from its first loud frame to the first quiet one of a long enough pause, in
    samples.
    """
    segments = []
    start = pause = -1  # first sample of the speech and of the pause we are in, -1 outside
    onset = 0
    for i, level in enumerate(levels.tolist()):
        now = i * plan.hop
        if i % plan.step == 0:
            onset = onset_near(levels, i // plan.step, plan)
        if level >= onset:
            start = now if start < 0 else start
            pause = -1
        elif level < onset - plan.hysteresis and start >= 0:
            pause = now if pause < 0 else pause
            if now - pause >= plan.timing.min_pause:
                segments.append((start, pause))
                start = pause = -1
    if start >= 0:
        segments.append((start, n_samples))
    return [(a, b) for a, b in segments if b - a > plan.timing.min_speech]


def padded(
    segments: list[tuple[int, int]], n_samples: int, timing: Timing
) -> list[tuple[int, int]]:
    """Segments widened at both ends, at most to the middle of a pause."""
    out = []
    for k, (start, end) in enumerate(segments):
        before = (start - segments[k - 1][1]) // 2 if k else start
        after = (segments[k + 1][0] - end) // 2 if k + 1 < len(segments) else n_samples - end
        out.append((start - min(before, timing.pad), end + min(after, timing.pad)))
    return out
