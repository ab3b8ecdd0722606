"""`silero.onnx`: the authors' sequence form of the network, run by onnxruntime.

One call takes many frames (n, 64 + 512) and the state of the LSTM, and gives one probability a
frame and the new state.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import onnxruntime

from vsat_plugins._weights.onnx_session import open_session
from vsat_plugins.detect import SILERO
from vsat_plugins.detect.silero import BLOCK_FRAMES, FRAME, UNITS, Progress, Silero, framed


class Onnx(Silero):
    """Blocks of frames in one call, the LSTM's state carried from one to the next."""

    @cached_property
    def session(self) -> onnxruntime.InferenceSession:
        """On one thread: its steps wait for each other, a second one only costs processor time."""
        return open_session(SILERO.path())

    def prepare(self) -> None:
        """Load the network."""
        _ = self.session

    def probabilities(self, samples: np.ndarray, out: np.ndarray, progress: Progress) -> None:
        hidden = cell = np.zeros((1, 1, UNITS), np.float32)
        for first in range(0, len(out), BLOCK_FRAMES):
            frames = framed(samples, first, min(BLOCK_FRAMES, len(out) - first))
            values, hidden, cell = self.session.run(
                ["speech_probs", "hn", "cn"], {"input": frames, "h": hidden, "c": cell}
            )
            out[first : first + len(frames)] = values.reshape(-1)
            progress(min((first + len(frames)) * FRAME, len(samples)))
