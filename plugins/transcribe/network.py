"""Moonshine's encoder and decoder in onnxruntime."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime

from vsat_plugins._weights.onnx_session import open_session
from vsat_plugins.transcribe.greedy import (
    HEAD_SIZE,
    HEADS,
    LAYERS,
    MIN_SAMPLES,
    Greedy,
    Steps,
    likeliest,
)
from vsat_plugins.transcribe.tokens import START

HOP = 384  # samples from one frame of the encoder to the next
OWN = [f"{layer}.decoder.{part}" for layer in range(LAYERS) for part in ("key", "value")]
CROSS = [f"{layer}.encoder.{part}" for layer in range(LAYERS) for part in ("key", "value")]


class Batch(Steps):
    """The caches stay inside onnxruntime and are never copied out."""

    def __init__(
        self, decoder: onnxruntime.InferenceSession, lengths: list[int], hidden: list[np.ndarray]
    ) -> None:
        """`lengths` are the utterances' samples: the decoder wants a mask of the sound and makes
        that of the frames.
        """
        n = len(hidden)
        mask = np.zeros((n, max(MIN_SAMPLES, *lengths)), np.int64)
        states = np.zeros((n, max(map(len, hidden)), hidden[0].shape[1]), np.float32)
        for row, frames in enumerate(hidden):
            # the decoder takes every 384th value; the encoder gives up to two frames fewer than lie
            # in the sound
            mask[row, : (len(frames) - 1) * HOP + 1] = 1
            states[row, : len(frames)] = frames
        empty = np.zeros((n, HEADS, 0, HEAD_SIZE), np.float32)
        self._decoder = decoder
        self._tokens = np.full((n, 1), START, np.int64)
        self._given = {
            "encoder_attention_mask": _value(mask),
            "encoder_hidden_states": _value(states),
        }
        self._past = {name: _value(empty) for name in OWN + CROSS}
        self._first = True

    def step(self) -> tuple[list[int], list[float]]:
        binding = self._decoder.io_binding()
        for name, value in self._given.items():
            binding.bind_ortvalue_input(name, value)
        for name, value in self._past.items():
            binding.bind_ortvalue_input(f"past_key_values.{name}", value)
        binding.bind_cpu_input("input_ids", self._tokens)
        binding.bind_cpu_input("use_cache_branch", np.array([not self._first]))
        # what the decoder keeps of the encoder is made in the first step and stays the same
        kept = OWN + CROSS if self._first else OWN
        for name in ("logits", *(f"present.{k}" for k in kept)):
            binding.bind_output(name, "cpu")
        self._decoder.run_with_iobinding(binding)
        logits, *present = binding.get_outputs()
        self._past.update(zip(kept, present, strict=True))
        self._first = False
        best, score = self.choose(logits.numpy()[:, -1])
        self._tokens = best[:, None]
        return best.tolist(), score.tolist()

    def choose(self, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As `likeliest`."""
        return likeliest(logits)

    def keep(self, rows: list[int]) -> None:
        self._tokens = self._tokens[rows]
        self._given = {name: _value(value.numpy()[rows]) for name, value in self._given.items()}
        self._past = {name: _value(value.numpy()[rows]) for name, value in self._past.items()}


class Network(Greedy):
    """Both sessions."""

    def __init__(
        self,
        encoder: Path,
        decoder: Path,
        encode: Callable[[np.ndarray], np.ndarray] | None = None,
        batch: type[Batch] = Batch,
    ) -> None:
        """`encode` may take the place of the encoder's own session."""
        self._batch, self._encode = batch, encode
        self._encoder = None if encode else open_session(encoder)
        # its inputs differ in length: kept memory would be 80 MB more on long utterances
        self._decoder = open_session(decoder, keep_memory=False)

    def encode(self, samples: np.ndarray) -> np.ndarray:
        if self._encoder is None:
            assert self._encode is not None
            return self._encode(samples)
        sound = np.zeros((1, max(MIN_SAMPLES, len(samples))), np.float32)
        sound[0, : len(samples)] = samples
        mask = np.ones(sound.shape, np.int64)
        return self._encoder.run(None, {"input_values": sound, "attention_mask": mask})[0][0]

    def begin(self, lengths: list[int], hidden: list[np.ndarray]) -> Batch:
        return self._batch(self._decoder, lengths, hidden)


def _value(array: np.ndarray) -> onnxruntime.OrtValue:
    return onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array))
