"""Silero VAD 6: the probability of speech in every 32 ms, from a small recurrent network run by onnxruntime.

The file is the sequence form of the model: one call takes many frames (n, 64 + 512), each with the last 64 samples of
the frame before it, and the state of the LSTM, and gives one probability a frame and the new state. It computes what
the streaming form does one frame at a time.
"""
from __future__ import annotations

import numpy as np
import onnxruntime
from numpy.lib.stride_tricks import sliding_window_view

from vsat_core.artifacts import Audio, Speech
from vsat_core.plugin import NoParams, Run
from vsat_plugins.detect import SILERO, SileroParams
from vsat_plugins.detect.frames import Timing, segments_of, speech_of

FRAME = 512
CONTEXT = 64
STATE = (1, 1, 128)
BLOCK_FRAMES = 512  # 16.4 s of sound in one call
LEAST_OFFSET = 0.01  # the authors never let speech end at a lower probability


def session_of() -> onnxruntime.InferenceSession:
    """The network, ready to run. Raises ModelMissing when its file is absent.

    On one thread: its steps wait for each other, a second thread only spins (1.8 times the processor time, no faster).
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(SILERO.path()), options, providers=["CPUExecutionProvider"])


def probabilities(session: onnxruntime.InferenceSession, audio: Audio, run: Run) -> np.ndarray:
    """Probability of speech in every FRAME samples; float32 (n_frames,). Silence follows the end of the recording."""
    n_samples = len(audio.samples)
    out = run.array((-(-n_samples // FRAME),), "float32")
    hidden, cell = np.zeros(STATE, np.float32), np.zeros(STATE, np.float32)
    for i in range(0, len(out), BLOCK_FRAMES):
        n = min(BLOCK_FRAMES, len(out) - i)
        sound = np.zeros(CONTEXT + n * FRAME, np.float32)
        begin, end = i * FRAME, min((i + n) * FRAME, n_samples)
        lead = min(begin, CONTEXT)
        sound[CONTEXT - lead : CONTEXT + end - begin] = audio.samples[begin - lead : end]
        frames = np.ascontiguousarray(sliding_window_view(sound, CONTEXT + FRAME)[::FRAME])
        values, hidden, cell = session.run(
            ["speech_probs", "hn", "cn"], {"input": frames, "h": hidden, "c": cell}
        )
        out[i : i + n] = values.reshape(-1)
        run.progress(end)
    return out


class Batched:
    """Blocks of frames in one call, the LSTM's state carried from one to the next."""

    def __init__(self, params: SileroParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning
        self._session: onnxruntime.InferenceSession | None = None

    def prepare(self) -> None:
        """Load the network."""
        if self._session is None:
            self._session = session_of()

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        """Segments of speech; nobody's voice is known."""
        self.prepare()
        probability = probabilities(self._session, audio, run)
        onset = self.params.threshold
        offset = max(onset - self.params.hysteresis, LEAST_OFFSET)
        timing = Timing.seconds(self.params.min_speech_s, self.params.min_pause_s, self.params.pad_s)
        high, low = probability >= onset, probability < offset
        return speech_of(*segments_of(high, low, FRAME, len(audio.samples), timing), len(audio.samples))
