"""Moonshine's decoder in NumPy, the utterances of a batch at once: its weights are bytes in the
file, but what it computes is not rounded to bytes, so that a text does not depend on the batch.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from vsat_plugins._kernels.numpy_layers import logistic
from vsat_plugins.transcribe.array_layers import attended, normed, turn_at, turned
from vsat_plugins.transcribe.greedy import (
    HEAD_SIZE,
    HEADS,
    LAYERS,
    SIZE,
    Steps,
    joined,
    likeliest,
)
from vsat_plugins.transcribe.tokens import START
from vsat_plugins.transcribe.weights import read_weights

ROOM = 64  # tokens that the cache has room for at first


class Layer(NamedTuple):
    """Matrices (n_in, n_out), norms and biases (n,); `query`, `sound` (keys and values) and
    `sound_leave` are those of the attention to the sound.
    """

    norms: list[np.ndarray]
    heads: np.ndarray
    leave: np.ndarray
    query: np.ndarray
    sound: np.ndarray
    sound_leave: np.ndarray
    wide: np.ndarray
    wide_bias: np.ndarray
    narrow: np.ndarray
    narrow_bias: np.ndarray


class Decoder(NamedTuple):
    """`tokens` (SIZE, n_tokens): a token's column is what it enters as and what scores it."""

    layers: list[Layer]
    norm: np.ndarray
    tokens: np.ndarray


def read_decoder(path: Path) -> Decoder:
    """The trained numbers."""
    arrays, matrices = read_weights(path, "else_branch")  # which is for the first token, uses all
    layers = [_layer(arrays, matrices, number) for number in range(LAYERS)]
    return Decoder(layers, arrays["model.decoder.norm.weight_merged_0"], matrices["logits"])


def _layer(arrays: dict[str, np.ndarray], matrices: dict[str, np.ndarray], number: int) -> Layer:
    name = f"model.decoder.layers.{number}"
    inner = f"/model/decoder/layers.{number}"
    own, sound = (
        [matrices[f"{inner}/{which}_attn/{part}_proj/MatMul_output_0"] for part in "qkvo"]
        for which in ("self", "encoder")
    )
    across = joined(*sound[:3])
    norms = ("input", "post_attention", "final")
    wide, narrow = (matrices[f"{inner}/mlp/fc{k}/Add_output_0"] for k in (1, 2))
    return Layer(
        [arrays[f"{name}.{norm}_layernorm.weight_merged_0"] for norm in norms],
        joined(*own[:3]),
        own[3],
        across[:, :SIZE].copy(),
        across[:, SIZE:].copy(),
        sound[3],
        wide,
        arrays[f"{name}.mlp.fc1.bias_merged_0"],
        narrow,
        arrays[f"{name}.mlp.fc2.bias_merged_0"],
    )


class ArraySteps(Steps):
    """`sound` and `own` hold the keys and values of the sound and of the tokens so far, of each
    layer (2, utterances, HEADS, frames or tokens, HEAD_SIZE).
    """

    def __init__(self, decoder: Decoder, hidden: list[np.ndarray]) -> None:
        n, frames = len(hidden), max(map(len, hidden))
        states = np.zeros((n, frames, SIZE), np.float32)
        self.hide = np.full((n, 1, 1, frames), -np.inf, np.float32)
        for row, own in enumerate(hidden):
            states[row, : len(own)] = own
            self.hide[row, ..., : len(own)] = 0
        self.decoder, self.done = decoder, 0
        self.tokens = np.full(n, START, np.int64)
        self.sound = [self._heads(states, layer.sound, 2) for layer in decoder.layers]
        self.own = np.empty((LAYERS, 2, n, HEADS, ROOM, HEAD_SIZE), np.float32)

    def step(self) -> tuple[list[int], list[float]]:
        if self.done == self.own.shape[4]:
            self.own = np.concatenate([self.own, np.empty_like(self.own)], 4)
        self.done += 1
        x = np.ascontiguousarray(self.decoder.tokens[:, self.tokens].T)
        turn = turn_at(np.array([self.done - 1]))
        for layer, own, sound in zip(self.decoder.layers, self.own, self.sound, strict=True):
            x += self._seen_tokens(normed(x, layer.norms[0]), layer, own, turn) @ layer.leave
            (query,) = self._heads(normed(x, layer.norms[1])[:, None], layer.query, 1)
            key, value = sound
            x += _flat(attended(query, key, value, self.hide)) @ layer.sound_leave
            values, gates = np.split(
                normed(x, layer.norms[2]) @ layer.wide + layer.wide_bias, 2, axis=1
            )
            x += (gates * logistic(gates) * values) @ layer.narrow + layer.narrow_bias
        best, score = likeliest(normed(x, self.decoder.norm) @ self.decoder.tokens)
        self.tokens = best
        return best.tolist(), score.tolist()

    def keep(self, rows: list[int]) -> None:
        self.tokens, self.hide = self.tokens[rows], self.hide[rows]
        self.sound = [sound[:, rows] for sound in self.sound]
        self.own = self.own[:, :, rows]

    def _seen_tokens(
        self, x: np.ndarray, layer: Layer, own: np.ndarray, turn: tuple[np.ndarray, np.ndarray]
    ) -> np.ndarray:
        """What the tokens so far say, the last one included: (utterances, SIZE)."""
        query, key, value = self._heads(x[:, None], layer.heads, 3)
        own[:, :, :, self.done - 1] = turned(key, turn)[:, :, 0], value[:, :, 0]
        keys, values = own[:, :, :, : self.done]
        return _flat(attended(turned(query, turn), keys, values))

    @staticmethod
    def _heads(x: np.ndarray, matrix: np.ndarray, kinds: int) -> np.ndarray:
        """x (utterances, n, SIZE) to contiguous (kinds, utterances, HEADS, n, HEAD_SIZE)."""
        made = (x.reshape(-1, SIZE) @ matrix).reshape(*x.shape[:2], kinds, HEADS, HEAD_SIZE)
        return np.ascontiguousarray(made.transpose(2, 0, 3, 1, 4))


def _flat(heads: np.ndarray) -> np.ndarray:
    """(utterances, HEADS, 1, HEAD_SIZE) to (utterances, SIZE)."""
    return heads.reshape(len(heads), SIZE)
