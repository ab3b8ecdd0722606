"""What the techniques of `campplus` share: the network's shape and the frames of a window.

Wang et al., "CAM++: a fast and efficient network for speaker verification using context-aware
masking", Interspeech 2023: a small 2-D convolutional front end, then densely connected dilated
layers whose output a mask, computed from the mean of the window and of each second, scales.
Weights by 3D-Speaker (Alibaba), Apache-2.0.
"""

from __future__ import annotations

import numpy as np

DIM, N_BINS = 192, 80
STEP_FRAMES = 4  # windows are filled up to a multiple of this, so that many have one length
BLOCKS = ((12, 1), (24, 2), (16, 2))  # layers, dilation
CONTEXT = 100  # frames (after the stride of 2) that share one local mean
LONE_DEVIATION = 1e-2  # represents the deviation of a single frame


def filled(rows: np.ndarray) -> np.ndarray:
    """A window's frames, float32 (n, n_bins), without their mean, repeated from the first until
    their number is a multiple of STEP_FRAMES.
    """
    n = -(-len(rows) // STEP_FRAMES) * STEP_FRAMES
    return np.resize(rows - rows.mean(0), (n, rows.shape[1]))


def statistics(x: np.ndarray) -> np.ndarray:
    """Mean and deviation of every channel over the frames of a window: float32 (windows, frames,
    channels) to (windows, 2 channels).
    """
    alone = x.shape[1] == 1
    deviation = np.full_like(x[:, 0], LONE_DEVIATION) if alone else x.std(1, ddof=1)
    return np.concatenate([x.mean(1), deviation], 1)
