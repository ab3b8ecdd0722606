"""silero.onnx: the authors' sequence form of the network, run by onnxruntime.

One call takes many frames (n, 64 + 512) and the state of the LSTM, and gives one probability a
frame and the new state.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime

from vsat_core.artifacts import Audio, Speech
from vsat_core.plugin import NoParams, Run
from vsat_plugins.detect import SILERO, SileroParams
from vsat_plugins.detect.silero import BLOCK_FRAMES, FRAME, UNITS, framed, n_frames, speech_from


class Onnx:
    """Blocks of frames in one call, the LSTM's state carried from one to the next."""

    def __init__(self, params: SileroParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning
        self._session: Any = None

    def prepare(self) -> None:
        """Load the network.

        It runs on one thread: its steps wait for each other, a second one only spins (1.8 times the
        processor time).
        """
        if self._session is None:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            self._session = onnxruntime.InferenceSession(
                str(SILERO.path()), options, providers=["CPUExecutionProvider"]
            )

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        """Segments of speech; nobody's voice is known."""
        return speech_from(self.probabilities(audio, run), len(audio.samples), self.params)

    def probabilities(self, audio: Audio, run: Run) -> np.ndarray:
        """Probability of speech in every frame; float32 (n_frames,)."""
        self.prepare()
        out = run.array((n_frames(len(audio.samples)),), "float32")
        hidden = cell = np.zeros((1, 1, UNITS), np.float32)
        for first in range(0, len(out), BLOCK_FRAMES):
            frames = framed(audio.samples, first, min(BLOCK_FRAMES, len(out) - first))
            values, hidden, cell = self._session.run(
                ["speech_probs", "hn", "cn"], {"input": frames, "h": hidden, "c": cell}
            )
            out[first : first + len(frames)] = values.reshape(-1)
            run.progress(min((first + len(frames)) * FRAME, len(audio.samples)))
        return out
