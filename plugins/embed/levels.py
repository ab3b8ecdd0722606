"""How far the sound of a window is above the quietest sound of the recording: windows of noise that
a detector let through are hardly above it.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Features
from vsat_plugins.embed.windows import Window, frame_numbers

POWER_FLOOR = 1e-10  # of mel40, far below any microphone's noise
QUIETEST = 0.05  # share of the frames of speech that is taken to be a pause
LOG_BINS = 80  # of frames that are logarithms
BLOCK = 8192  # frames whose powers are in memory at once


def log_mel(frames: np.ndarray) -> np.ndarray:
    """Logarithmic frames of either front end: fbank80 (80 bins) has them, mel40 (40 bins) is
    power.
    """
    return frames if frames.shape[1] == LOG_BINS else np.log(np.maximum(frames, POWER_FLOOR))


def frame_levels(features: Features) -> np.ndarray:
    """The power of each frame, all bands together, in dB from any reference; float64
    (n_frames,).
    """
    frames = features.frames
    power = np.empty(len(frames))
    for begin in range(0, len(frames), BLOCK):
        block = frames[begin : begin + BLOCK]
        power[begin : begin + BLOCK] = (
            np.exp(block) if frames.shape[1] == LOG_BINS else block
        ).sum(1)
    return 10 * np.log10(np.maximum(power, POWER_FLOOR))


def snr_of(features: Features, windows: list[Window]) -> np.ndarray:
    """The mean level of each window in dB above that of the quietest frames of all speech, float32
    (n_windows,); every window must have frames.
    """
    if not windows:
        return np.zeros(0, np.float32)
    levels = frame_levels(features)
    numbers, counts = frame_numbers(features, windows)
    owner = np.repeat(np.arange(len(windows)), counts)
    mean = np.bincount(owner, levels[numbers], len(windows)) / counts
    return (mean - np.quantile(levels, QUIETEST)).astype(np.float32)
