"""CAM++: 192-dimensional voice prints from 80 log mel bins.

Wang et al., "CAM++: a fast and efficient network for speaker verification using context-aware masking", Interspeech
2023: a small 2-D convolutional front end, then densely connected dilated layers whose output a mask, computed from the
mean of the whole window and of each second, scales. Weights by 3D-Speaker (Alibaba), Apache-2.0.
"""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

DIM = 192
N_BINS = 80
GROWTH, BOTTLENECK, CHANNELS = 32, 128, 128
BLOCKS = ((12, 1), (24, 2), (16, 2))  # layers, dilation
CONTEXT = 100  # frames (after the stride of 2) that share one local mean
BN_EPS = 1e-5


def _scale_shift(state: Mapping[str, Tensor], name: str) -> tuple[Tensor, Tensor]:
    """A trained batch norm as x * scale + shift."""
    scale = torch.rsqrt(state[f"{name}.running_var"] + BN_EPS) * state.get(f"{name}.weight", torch.ones(1))
    return scale, state.get(f"{name}.bias", torch.zeros(1)) - state[f"{name}.running_mean"] * scale


class Folded(nn.Module):
    """A convolution with the batch norm that follows it folded into weight and bias."""

    def __init__(self, state: Mapping[str, Tensor], conv: str, norm: str, **how: Any) -> None:
        super().__init__()
        scale, shift = _scale_shift(state, norm)
        weight = state[f"{conv}.weight"]
        self.weight = nn.Parameter(weight * scale.view(-1, *[1] * (weight.ndim - 1)), requires_grad=False)
        self.bias = nn.Parameter(shift.expand(len(weight)).clone(), requires_grad=False)
        self.conv = functional.conv2d if weight.ndim == 4 else functional.conv1d
        self.how = how

    def forward(self, x: Tensor) -> Tensor:
        """As the convolution."""
        return self.conv(x, self.weight, self.bias, **self.how)


class Rectified(nn.Module):
    """A batch norm and a rectifier, computed in place of a fresh tensor."""

    def __init__(self, state: Mapping[str, Tensor], norm: str) -> None:
        super().__init__()
        scale, shift = _scale_shift(state, norm)
        self.scale = nn.Parameter(scale[:, None], requires_grad=False)
        self.shift = nn.Parameter(shift[:, None], requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape: (batch, channels, frames)."""
        return torch.addcmul(self.shift, x, self.scale).relu_()


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut; the stride goes down the bins only."""

    def __init__(self, state: Mapping[str, Tensor], name: str) -> None:
        super().__init__()
        narrows = f"{name}.shortcut.0.weight" in state
        stride = (2, 1) if narrows else (1, 1)
        self.first = Folded(state, f"{name}.conv1", f"{name}.bn1", stride=stride, padding=1)
        self.second = Folded(state, f"{name}.conv2", f"{name}.bn2", padding=1)
        self.shortcut = Folded(state, f"{name}.shortcut.0", f"{name}.shortcut.1", stride=stride) if narrows else None

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, bins, frames)."""
        beside = x if self.shortcut is None else self.shortcut(x)
        return self.second(self.first(x).relu_()).add_(beside).relu_()


class Masked(nn.Module):
    """One densely connected layer with context-aware masking: GROWTH new channels from all before it (eq. 1 to 5)."""

    linear_local_weight: Tensor
    linear1_weight: Tensor
    linear1_bias: Tensor
    linear2_weight: Tensor
    linear2_bias: Tensor

    def __init__(self, state: Mapping[str, Tensor], name: str, dilation: int) -> None:
        super().__init__()
        self.enter = Rectified(state, f"{name}.nonlinear1.batchnorm")
        self.bottleneck = Folded(state, f"{name}.linear1", f"{name}.nonlinear2.batchnorm")
        cam = f"{name}.cam_layer"
        for field in ("linear_local.weight", "linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"):
            self.register_buffer(field.replace(".", "_"), state[f"{cam}.{field}"])
        self.dilation = dilation

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, frames) to (batch, GROWTH, frames)."""
        x = self.bottleneck(self.enter(x)).relu_()
        local = functional.conv1d(x, self.linear_local_weight, padding=self.dilation, dilation=self.dilation)
        context = x.mean(-1, keepdim=True) + functional.avg_pool1d(x, CONTEXT, CONTEXT, ceil_mode=True)
        hidden = functional.conv1d(context, self.linear1_weight, self.linear1_bias).relu_()
        mask = functional.conv1d(hidden, self.linear2_weight, self.linear2_bias).sigmoid_()
        return local.mul_(mask.repeat_interleave(CONTEXT, -1)[..., : x.shape[-1]])


class Dense(nn.Module):
    """A block of densely connected layers: x and what each layer adds to it, in one tensor that is written once."""

    def __init__(self, state: Mapping[str, Tensor], name: str, n_layers: int, dilation: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Masked(state, f"{name}.tdnnd{i + 1}", dilation) for i in range(n_layers))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, frames) to (batch, channels + GROWTH * n_layers, frames)."""
        n = x.shape[1]
        out = x.new_empty(len(x), n + GROWTH * len(self.layers), x.shape[2])
        out[:, :n] = x
        for layer in self.layers:
            out[:, n : n + GROWTH] = layer(out[:, :n])
            n += GROWTH
        return out


class CamPlus(nn.Module):
    """The whole network in inference form, built from a state dictionary of the published one."""

    narrow1: Tensor
    narrow2: Tensor

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.enter = Folded(state, "head.conv1", "head.bn1", padding=1)
        self.front = nn.Sequential(*(Residual(state, f"head.layer{i}.{j}") for i in (1, 2) for j in (0, 1)))
        self.leave = Folded(state, "head.conv2", "head.bn2", stride=(2, 1), padding=1)
        self.tdnn = Folded(state, "xvector.tdnn.linear", "xvector.tdnn.nonlinear.batchnorm", stride=2, padding=2)
        self.blocks, self.transits = nn.ModuleList(), nn.ModuleList()
        for b, (n_layers, dilation) in enumerate(BLOCKS, 1):
            self.blocks.append(Dense(state, f"xvector.block{b}", n_layers, dilation))
            self.transits.append(Rectified(state, f"xvector.transit{b}.nonlinear.batchnorm"))
        for b in (1, 2):
            self.register_buffer(f"narrow{b}", state[f"xvector.transit{b}.linear.weight"])
        self.last = Folded(state, "xvector.transit3.linear", "xvector.out_nonlinear.batchnorm")
        self.dense = Folded(state, "xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")

    def forward(self, frames: Tensor) -> Tensor:
        """float32 (batch, frames, N_BINS), each window's mean already taken out, to (batch, DIM)."""
        x = self.enter(frames.transpose(1, 2)[:, None]).relu_()
        x = self.leave(self.front(x.contiguous(memory_format=torch.channels_last))).relu_()  # a fifth faster that way
        x = self.tdnn(x.flatten(1, 2)).relu_()
        narrow = (self.narrow1, self.narrow2)
        for b, (block, transit) in enumerate(zip(self.blocks, self.transits, strict=True)):
            x = transit(block(x))
            x = functional.conv1d(x, narrow[b]) if b < len(narrow) else self.last(x).relu_()
        spread = x.std(-1) if x.shape[-1] > 1 else torch.full_like(x[..., 0], 1e-2)
        return self.dense(torch.cat([x.mean(-1), spread], 1)[..., None])[..., 0]


def load(path: Path) -> CamPlus:
    """The network with its trained weights (a plain dictionary of tensors), ready for inference."""
    return CamPlus(torch.load(path, map_location="cpu", weights_only=True)).eval()
