"""wav2vec2 with a CTC head, exported to ONNX: a kind that onnx-asr does not have.

The network takes the samples themselves, made mean 0 and variance 1, and gives scores of letters
every 20 ms (Baevski et al., "wav2vec 2.0", 2020). The likeliest letter of each frame counts once
for a run of frames; `<pad>` is CTC's blank, `|` parts words (Graves et al., 2006).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
from onnx_asr.asr import TimestampedResult

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.errors import ModelMissing

BLANKS = ("<pad>", "[PAD]")
BLANK_BETWEEN_WORDS = "|"
SPECIAL = ("<s>", "</s>", "<unk>", "[UNK]")


class Wav2Vec2:
    """The network of one folder. Raises ModelMissing if its vocabulary is not one."""

    def __init__(
        self, files: Mapping[str, Path], options: onnxruntime.SessionOptions, providers: list[str]
    ) -> None:
        try:
            vocabulary = json.loads(files["vocab"].read_text(encoding="utf-8"))
            self._letters = {int(k): str(letter) for letter, k in vocabulary.items()}
            self._blank = next(k for k, letter in self._letters.items() if letter in BLANKS)
        except (ValueError, TypeError, AttributeError, StopIteration):
            raise ModelMissing(
                f"{files['vocab']}: expected letters with their numbers, <pad> among them"
            ) from None
        self._session = onnxruntime.InferenceSession(files["model"], options, providers)
        self._input = self._session.get_inputs()[0].name

    def recognize(self, sound: np.ndarray) -> TimestampedResult:
        """The letters in float32 (n_samples,)."""
        scaled = (sound - sound.mean()) / np.sqrt(sound.var() + 1e-7)
        scores = self._session.run(None, {self._input: scaled[None].astype(np.float32)})[0][0]
        scores = scores - scores.max(1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(1, keepdims=True))
        best = logs.argmax(1)
        new = np.flatnonzero((np.diff(best, prepend=self._blank) != 0) & (best != self._blank))
        frame_s = len(sound) / SAMPLE_RATE / max(len(best), 1)
        kept = [k for k in new.tolist() if self._letters.get(int(best[k])) not in (*SPECIAL, None)]
        letters = [self._letters[int(best[k])].replace(BLANK_BETWEEN_WORDS, " ") for k in kept]
        return TimestampedResult(
            " ".join("".join(letters).split()),
            [k * frame_s for k in kept],
            letters,
            [float(logs[k, best[k]]) for k in kept],
        )
