"""Moonshine's encoder and decoder in onnxruntime: greedy decoding of several utterances at once.

Jeffries et al., "Moonshine: Speech Recognition for Live Transcription and Voice Commands", arXiv
2410.15608.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import numpy as np
import onnxruntime

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins._weights.onnx_session import open_session
from vsat_plugins.transcribe.tokens import END, START

LAYERS, HEADS, HEAD_SIZE = 6, 8, 36
HOP = 384  # samples from one frame of the encoder to the next
OWN = [f"{layer}.decoder.{part}" for layer in range(LAYERS) for part in ("key", "value")]
CROSS = [f"{layer}.encoder.{part}" for layer in range(LAYERS) for part in ("key", "value")]
SHRINK_BELOW = 0.5  # finished rows leave the batch once no more than this share is still unfinished
MIN_SAMPLES = 1_600  # the encoder's convolutions need 0.06 s; shorter sound is padded with silence


@attrs.frozen
class Decoded:
    """One utterance's tokens, without start and end, and the natural log-probability of each choice
    made: of every token and, unless decoding was stopped, of the end.
    """

    tokens: tuple[int, ...]
    scores: tuple[float, ...]

    @property
    def log_probability(self) -> float:
        """The mean of all choices."""
        return sum(self.scores) / len(self.scores)


def token_limit(n_samples: int, tokens_per_s: float) -> int:
    """The maximum number of tokens for this much sound, at least one."""
    return max(1, math.ceil(n_samples * tokens_per_s / SAMPLE_RATE))


class Batch:
    """Utterances on their way through the decoder; the caches stay inside onnxruntime and are never
    copied out.
    """

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
        """The next token of each row and its natural log-probability."""
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
        return self._choose(logits.numpy()[:, -1])

    def _choose(self, logits: np.ndarray) -> tuple[list[int], list[float]]:
        best = logits.argmax(axis=1)
        self._tokens = best[:, None].astype(np.int64)
        above = logits - np.take_along_axis(logits, best[:, None], axis=1)
        return best.tolist(), (-np.log(np.exp(above).sum(axis=1))).tolist()

    def keep(self, rows: list[int]) -> None:
        """Go on with these rows only."""
        self._tokens = self._tokens[rows]
        self._given = {name: _value(value.numpy()[rows]) for name, value in self._given.items()}
        self._past = {name: _value(value.numpy()[rows]) for name, value in self._past.items()}


class Network:
    """Both sessions. Safe to use from several threads."""

    def __init__(
        self,
        encoder: Path,
        decoder: Path,
        encode: Callable[[np.ndarray], np.ndarray] | None = None,
        batch: type[Batch] = Batch,
    ) -> None:
        """`encode` may take the place of the encoder's own session."""
        self._batch = batch
        self._encoder = None if encode else open_session(encoder)
        self.encode = encode or self._encode
        # its inputs differ in length: kept memory would be 80 MB more on long utterances
        self._decoder = open_session(decoder, keep_memory=False)

    def _encode(self, samples: np.ndarray) -> np.ndarray:
        """Hidden states float32 (n_frames, 288) of one utterance, float32 (n_samples,) at 16 kHz.

        Utterances are encoded one by one: padding to a common length would change the result and
        cost time.
        """
        sound = np.zeros((1, max(MIN_SAMPLES, len(samples))), np.float32)
        sound[0, : len(samples)] = samples
        mask = np.ones(sound.shape, np.int64)
        assert self._encoder is not None
        return self._encoder.run(None, {"input_values": sound, "attention_mask": mask})[0][0]

    def transcribe(self, sounds: Sequence[np.ndarray], limits: Sequence[int]) -> list[Decoded]:
        """The likeliest token at each step for utterances float32 (n_samples,); utterance i gets at
        most limits[i].
        """
        batch = self._batch(
            self._decoder, [len(s) for s in sounds], [self.encode(s) for s in sounds]
        )
        tokens: list[list[int]] = [[] for _ in sounds]
        scores: list[list[float]] = [[] for _ in sounds]
        rows = list(range(len(sounds)))  # which utterance sits in each row of the batch
        unfinished = set(rows)
        while unfinished:
            for row, token, score in zip(rows, *batch.step(), strict=True):
                if row not in unfinished:
                    continue
                scores[row].append(score)
                if token != END:
                    tokens[row].append(token)
                if token == END or len(tokens[row]) >= limits[row]:
                    unfinished.remove(row)
            if 0 < len(unfinished) <= SHRINK_BELOW * len(rows):
                kept = [j for j, row in enumerate(rows) if row in unfinished]
                batch.keep(kept)
                rows = [rows[j] for j in kept]
        return [Decoded(tuple(t), tuple(s)) for t, s in zip(tokens, scores, strict=True)]


def _value(array: np.ndarray) -> onnxruntime.OrtValue:
    return onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array))
