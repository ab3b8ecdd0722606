"""How much of an utterance is speech, and how clearly, by a detector that knows speech from music:
Silero VAD.

It is asked again here, whichever detector made the utterances: detection prefers to keep what might
be speech.
"""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.detect import SILERO
from vsat_plugins.detect.silero import BLOCK_FRAMES, FRAME, UNITS, framed, n_frames

PROBABILITY = 0.3  # of speech, from which a frame of 32 ms counts
# quieter utterances are amplified to this peak: the detector knows usual levels only
QUIET_PEAK = 0.1


@attrs.frozen
class Speech:
    """Seconds of speech in an utterance, and the highest probability of speech of any 32 ms
    in it.
    """

    seconds: float = 0.0
    peak: float = 0.0


class SpeechEvidence:
    """Speech in single utterances."""

    def __init__(self) -> None:
        self._session: Any = None

    def prepare(self) -> None:
        """Load the network."""
        if self._session is None:
            from vsat_plugins._weights.onnx_session import open_session

            self._session = open_session(SILERO.path())

    def __call__(self, samples: np.ndarray) -> Speech:
        """The speech in one utterance, float32 (n_samples,) at 16 kHz."""
        self.prepare()
        peak = float(np.abs(samples).max(initial=0.0))
        if 0 < peak < QUIET_PEAK:
            samples = samples * np.float32(QUIET_PEAK / peak)
        hidden = cell = np.zeros((1, 1, UNITS), np.float32)
        total = n_frames(len(samples))
        spoken, highest = 0, 0.0
        for first in range(0, total, BLOCK_FRAMES):
            frames = framed(samples, first, min(BLOCK_FRAMES, total - first))
            values, hidden, cell = self._session.run(
                ["speech_probs", "hn", "cn"], {"input": frames, "h": hidden, "c": cell}
            )
            spoken += int(np.count_nonzero(values >= PROBABILITY))
            highest = max(highest, float(values.max()))
        return Speech(spoken * FRAME / SAMPLE_RATE, highest)
