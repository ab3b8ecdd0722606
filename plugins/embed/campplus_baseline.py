"""campplus.baseline: the network layer by layer as published, one window at a time.

Layer names are those of 3D-Speaker's weights. `campplus_net` computes the same several times
faster.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.plugin import Embed, Run
from vsat_plugins.embed import CAMPPLUS, WindowParams
from vsat_plugins.embed.campplus import BLOCKS, CONTEXT, DIM, LONE_DEVIATION, filled
from vsat_plugins.embed.rows import embeddings_of
from vsat_plugins.embed.windows import one_by_one

State = dict[str, Tensor]


def norm(state: State, name: str, x: Tensor) -> Tensor:
    """A trained batch norm on (channels, ...)."""
    mean, variance, weight, bias = (
        state.get(f"{name}.{part}") for part in ("running_mean", "running_var", "weight", "bias")
    )
    return functional.batch_norm(x[None], mean, variance, weight, bias)[0]


def residual(state: State, name: str, x: Tensor) -> Tensor:
    """Two 3x3 convolutions next to a shortcut; a stride, if there is one, goes down the bins."""
    narrows = f"{name}.shortcut.0.weight" in state
    stride = (2, 1) if narrows else (1, 1)
    y = functional.conv2d(x, state[f"{name}.conv1.weight"], stride=stride, padding=1)
    y = functional.relu(norm(state, f"{name}.bn1", y))
    y = norm(state, f"{name}.bn2", functional.conv2d(y, state[f"{name}.conv2.weight"], padding=1))
    if narrows:
        x = functional.conv2d(x, state[f"{name}.shortcut.0.weight"], stride=stride)
        x = norm(state, f"{name}.shortcut.1", x)
    return functional.relu(y + x)


def front(state: State, frames: Tensor) -> Tensor:
    """(frames, bins) to (channels, frames): patterns of time and pitch, an eighth of the bins."""
    x = functional.conv2d(frames.T[None], state["head.conv1.weight"], padding=1)
    x = functional.relu(norm(state, "head.bn1", x))
    for block in ("layer1.0", "layer1.1", "layer2.0", "layer2.1"):
        x = residual(state, f"head.{block}", x)
    x = functional.conv2d(x, state["head.conv2.weight"], stride=(2, 1), padding=1)
    return functional.relu(norm(state, "head.bn2", x)).flatten(0, 1)


def masked(state: State, name: str, x: Tensor, dilation: int) -> Tensor:
    """The new channels of one dense layer, scaled by the context-aware mask (eq. 1 to 5)."""
    x = functional.relu(norm(state, f"{name}.nonlinear1.batchnorm", x))
    x = functional.conv1d(x, state[f"{name}.linear1.weight"])
    x = functional.relu(norm(state, f"{name}.nonlinear2.batchnorm", x))
    cam = f"{name}.cam_layer"
    local = functional.conv1d(
        x, state[f"{cam}.linear_local.weight"], padding=dilation, dilation=dilation
    )
    n = x.shape[-1]
    second = torch.cat(
        [
            x[:, a : a + CONTEXT].mean(-1, keepdim=True).expand(-1, min(CONTEXT, n - a))
            for a in range(0, n, CONTEXT)
        ],
        -1,
    )
    context = x.mean(-1, keepdim=True) + second
    for layer, activation in (("linear1", functional.relu), ("linear2", torch.sigmoid)):
        context = activation(
            functional.conv1d(context, state[f"{cam}.{layer}.weight"], state[f"{cam}.{layer}.bias"])
        )
    return local * context


def embedding(state: State, frames: Tensor) -> Tensor:
    """float32 (frames, 80), their mean already taken out, to (192,)."""
    x = functional.conv1d(
        front(state, frames), state["xvector.tdnn.linear.weight"], stride=2, padding=2
    )
    x = functional.relu(norm(state, "xvector.tdnn.nonlinear.batchnorm", x))
    for b, (n_layers, dilation) in enumerate(BLOCKS, 1):
        for i in range(1, n_layers + 1):
            x = torch.cat([x, masked(state, f"xvector.block{b}.tdnnd{i}", x, dilation)])
        x = functional.relu(norm(state, f"xvector.transit{b}.nonlinear.batchnorm", x))
        x = functional.conv1d(x, state[f"xvector.transit{b}.linear.weight"])
    x = functional.relu(norm(state, "xvector.out_nonlinear.batchnorm", x))
    deviation = x.std(-1) if x.shape[-1] > 1 else torch.full_like(x[:, 0], LONE_DEVIATION)
    x = functional.conv1d(
        torch.cat([x.mean(-1), deviation])[:, None], state["xvector.dense.linear.weight"]
    )
    return norm(state, "xvector.dense.nonlinear.batchnorm", x)[:, 0]


class Baseline(Embed):
    """The specification."""

    params: WindowParams
    _state: State | None = None

    def prepare(self) -> None:
        """Load the weights."""
        self.state()

    def state(self) -> State:
        """The weights, loaded once."""
        if self._state is None:
            self._state = torch.load(CAMPPLUS.path(), map_location="cpu", weights_only=True)
        return self._state

    @torch.inference_mode()
    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        torch.set_num_threads(1)  # the order of a sum, and so its last digits, depends on this
        state = self.state()

        def vector_of(rows: np.ndarray) -> np.ndarray:
            return embedding(state, torch.from_numpy(filled(rows))).numpy()

        windows, vectors = one_by_one(features, speech, self.params, vector_of, run)
        return embeddings_of(features, windows, np.array(vectors, np.float32).reshape(-1, DIM))
