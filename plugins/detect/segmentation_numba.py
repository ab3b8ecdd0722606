"""`segmentation.numba`: the network compiled, six windows at a time, one such batch a thread."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from vsat_plugins._kernels.gemm import COLUMNS, packed
from vsat_plugins._kernels.parallel import OnThreads
from vsat_plugins.detect import SEGMENTATION, SileroParams, silero_numba
from vsat_plugins.detect.segmentation import (
    FRAME_HOP,
    FRAME_WIDTH,
    POWERSET,
    WINDOW,
    Segmentation,
    activity_of,
)
from vsat_plugins.detect.segmentation_jit import Weights, scores
from vsat_plugins.detect.segmentation_weights import load
from vsat_plugins.detect.silero import Silero

BATCH = 6  # windows whose recurrent layers go in step: the rows of a tile


def weights_of(arrays: dict[str, np.ndarray]) -> Weights:
    """The network's numbers as the compiled functions want them."""

    def conv(k: int) -> np.ndarray:
        w = arrays[f"conv.{k}.weight"]
        return packed(w.transpose(0, 2, 1).reshape(len(w), -1))

    def norm(name: str) -> np.ndarray:
        return np.stack([arrays[f"{name}.weight"], arrays[f"{name}.bias"]])

    def dense(name: str) -> tuple[np.ndarray, np.ndarray]:
        bias = arrays[f"{name}.bias"]
        return packed(arrays[f"{name}.weight"]), np.pad(bias, (0, -len(bias) % COLUMNS))

    def way(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        w_in, w_again, b_in, b_again = (
            arrays[f"lstm.{what}_{name}"]
            for what in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        return packed(w_in), packed(w_again), b_in + b_again

    filters = arrays["filters"][:, 0]
    return Weights(
        filters=packed(filters),
        tap_sums=filters.sum(1, dtype=np.float64),
        norm_sound=norm("wave_norm"),
        norms=[norm(f"norm.{k}") for k in range(3)],
        convs=[conv(0), conv(1)],
        conv_bias=[arrays["conv.0.bias"], arrays["conv.1.bias"]],
        lstm=[[way(f"l{k}"), way(f"l{k}_reverse")] for k in range(4)],
        linear=[dense("linear.0"), dense("linear.1"), dense("classifier")],
    )


class Numba(OnThreads, Segmentation):
    """Windows that overlap are filtered once, and their recurrent layers go in step."""

    @cached_property
    def weights(self) -> Weights:
        """The trained network, compiled by a first call."""
        weights, n = weights_of(load(SEGMENTATION.path())), FRAME_WIDTH + FRAME_HOP
        scores(np.zeros(n + FRAME_HOP, np.float32), np.array([0, FRAME_HOP]), n, weights)
        return weights

    @cached_property
    def second(self) -> Silero:
        return silero_numba.Numba(SileroParams(), self.tuning)

    def prepare(self) -> None:
        """Load the network and compile it."""
        _ = self.weights

    def batch(self) -> int:
        return BATCH

    def activity(self, sound: np.ndarray, starts: np.ndarray) -> np.ndarray:
        return activity_of(scores(sound, starts, WINDOW, self.weights)[..., : len(POWERSET)])
