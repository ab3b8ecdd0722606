"""The network of `campplus` arranged for speed: embeddings from 80 log mel bins.

`campplus_baseline` is the network as published. Here every batch norm is part of a neighbour's
weights; frames are rows and channels columns from the first dense layer on, so that a layer of
width 1 is one matrix product over all windows that reads the block's growing tensor where it lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from vsat_plugins.embed.campplus import BLOCKS, CONTEXT, LONE_DEVIATION

GROWTH = 32
BN_EPS = 1e-5


def scale_shift(state: Mapping[str, Tensor], name: str) -> tuple[Tensor, Tensor]:
    """A trained batch norm as x * scale + shift."""
    scale = torch.rsqrt(state[f"{name}.running_var"] + BN_EPS) * state.get(
        f"{name}.weight", torch.ones(1)
    )
    return scale, state.get(f"{name}.bias", torch.zeros(1)) - state[f"{name}.running_mean"] * scale


class Folded(nn.Module):
    """A convolution with the batch norm that follows it folded into weight and bias."""

    weight: Tensor
    bias: Tensor

    def __init__(self, state: Mapping[str, Tensor], conv: str, norm: str, **how: Any) -> None:
        super().__init__()
        scale, shift = scale_shift(state, norm)
        weight = state[f"{conv}.weight"]
        self.register_buffer("weight", weight * scale.view(-1, *[1] * (weight.ndim - 1)))
        self.register_buffer("bias", shift.clone())
        self.conv = functional.conv2d if weight.ndim == 4 else functional.conv1d
        self.how = how

    def forward(self, x: Tensor) -> Tensor:
        """As the convolution."""
        return self.conv(x, self.weight, self.bias, **self.how)


class Residual(nn.Module):
    """Two 3x3 convolutions next to a shortcut; the stride goes down the bins only."""

    def __init__(self, state: Mapping[str, Tensor], name: str) -> None:
        super().__init__()
        narrows = f"{name}.shortcut.0.weight" in state
        stride = (2, 1) if narrows else (1, 1)
        self.first = Folded(state, f"{name}.conv1", f"{name}.bn1", stride=stride, padding=1)
        self.second = Folded(state, f"{name}.conv2", f"{name}.bn2", padding=1)
        self.shortcut = (
            Folded(state, f"{name}.shortcut.0", f"{name}.shortcut.1", stride=stride)
            if narrows
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, bins, frames)."""
        shortcut = x if self.shortcut is None else self.shortcut(x)
        return self.second(self.first(x).relu_()).add_(shortcut).relu_()


class Product(nn.Module):
    """Batch norm, rectifier, and a layer of width 1 with the batch norm that follows it (if any),
    as one product.

    relu(x * scale + shift) is scale * clamp(x) + shift where the clamp cuts at -shift / scale, on
    the side given by the sign of scale. Scale and shift then go into the weight and bias of the
    layer: one pass over x is left.
    """

    low: Tensor
    high: Tensor
    scale: Tensor
    shift: Tensor
    weight: Tensor
    bias: Tensor

    def __init__(self, state: Mapping[str, Tensor], norm: str, layer: str, then: str = "") -> None:
        super().__init__()
        scale, shift = (v.double() for v in scale_shift(state, norm))
        cut = torch.where(scale == 0, 0.0, -shift / torch.where(scale == 0, 1.0, scale))
        shift = torch.where(scale == 0, shift.clamp_min(0), shift)
        weight = state[f"{layer}.weight"][..., 0].double()
        after, bias = (
            (v.double() for v in scale_shift(state, then))
            if then
            else (torch.ones(1), torch.zeros(1))
        )
        weight = weight * after[:, None]
        self.register_buffer("scale", scale.float())
        self.register_buffer("shift", shift.float())
        self.register_buffer("low", torch.where(scale >= 0, cut, -torch.inf).float())
        self.register_buffer("high", torch.where(scale <= 0, cut, torch.inf).float())
        self.register_buffer("weight", (weight * scale).float().T.contiguous())
        self.register_buffer("bias", (bias + weight @ shift).float())

    def forward(self, x: Tensor, scratch: Tensor) -> Tensor:
        """(rows, channels), whose rows need not be adjacent, to (rows, outputs); `scratch` has room
        for a copy of x.
        """
        cut = scratch[: x.numel()].view(x.shape)
        return torch.addmm(self.bias, torch.clamp(x, self.low, self.high, out=cut), self.weight)


class Masked(nn.Module):
    """One densely connected layer with context-aware masking: GROWTH new channels from all before
    it (eq. 1 to 5).
    """

    taps: Tensor
    weight1: Tensor
    bias1: Tensor
    weight2: Tensor
    bias2: Tensor

    def __init__(self, state: Mapping[str, Tensor], name: str, dilation: int) -> None:
        super().__init__()
        self.bottleneck = Product(
            state, f"{name}.nonlinear1.batchnorm", f"{name}.linear1", f"{name}.nonlinear2.batchnorm"
        )
        cam = f"{name}.cam_layer"
        local = state[f"{cam}.linear_local.weight"]
        self.register_buffer("taps", local.permute(1, 2, 0).flatten(1).contiguous())
        for k in (1, 2):
            self.register_buffer(
                f"weight{k}", state[f"{cam}.linear{k}.weight"][..., 0].T.contiguous()
            )
            self.register_buffer(f"bias{k}", state[f"{cam}.linear{k}.bias"])
        self.dilation = dilation

    def forward(self, x: Tensor, out: Tensor, scratch: Tensor) -> None:
        """From x (batch * frames, channels) into `out` (batch, frames, GROWTH)."""
        n, frames, _ = out.shape
        x = self.bottleneck(x, scratch).relu_()
        before, here, after = torch.mm(x, self.taps).view(n, frames, 3, GROWTH).unbind(2)
        mask = self.mask(x.view(n, frames, -1))
        out.copy_(here)
        out[:, self.dilation :] += before[:, : -self.dilation]
        out[:, : -self.dilation] += after[:, self.dilation :]
        out *= mask

    def mask(self, x: Tensor) -> Tensor:
        """The share of each new channel to keep: (batch, frames or 1, GROWTH)."""
        mean = x.mean(1, keepdim=True)
        if x.shape[1] <= CONTEXT:
            context = 2 * mean
        else:
            context = mean + functional.avg_pool1d(
                x.transpose(1, 2), CONTEXT, CONTEXT, ceil_mode=True
            ).transpose(1, 2)
        hidden = torch.addmm(self.bias1, context.flatten(0, 1), self.weight1).relu_()
        mask = (
            torch.addmm(self.bias2, hidden, self.weight2)
            .sigmoid_()
            .view(*context.shape[:2], GROWTH)
        )
        return mask if mask.shape[1] == 1 else mask.repeat_interleave(CONTEXT, 1)[:, : x.shape[1]]


class Dense(nn.Module):
    """A block of densely connected layers, then the product that halves their channels."""

    def __init__(
        self, state: Mapping[str, Tensor], number: int, n_layers: int, dilation: int, then: str
    ) -> None:
        super().__init__()
        block, leave = f"xvector.block{number}", f"xvector.transit{number}"
        self.layers = nn.ModuleList(
            Masked(state, f"{block}.tdnnd{i + 1}", dilation) for i in range(n_layers)
        )
        self.leave = Product(state, f"{leave}.nonlinear.batchnorm", f"{leave}.linear", then)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, frames, channels) to (batch, frames, (channels + GROWTH * n_layers) / 2)."""
        n = x.shape[2]
        out = x.new_empty(*x.shape[:2], n + GROWTH * len(self.layers))
        out[..., :n] = x
        rows, scratch = out.flatten(0, 1), x.new_empty(out.numel())
        for layer in self.layers:
            layer(rows[:, :n], out[..., n : n + GROWTH], scratch)
            n += GROWTH
        return self.leave(rows, scratch).view(*x.shape[:2], -1)


class CamPlus(nn.Module):
    """The network in inference form, built from a state dictionary of the published one."""

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.enter = Folded(state, "head.conv1", "head.bn1", padding=1)
        self.front = nn.Sequential(
            *(Residual(state, f"head.layer{i}.{j}") for i in (1, 2) for j in (0, 1))
        )
        self.leave = Folded(state, "head.conv2", "head.bn2", stride=(2, 1), padding=1)
        self.tdnn = Folded(
            state, "xvector.tdnn.linear", "xvector.tdnn.nonlinear.batchnorm", stride=2, padding=2
        )
        then = ("", "", "xvector.out_nonlinear.batchnorm")
        self.blocks = nn.Sequential(*(Dense(state, b + 1, *BLOCKS[b], then[b]) for b in range(3)))
        self.dense = Folded(state, "xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")

    def forward(self, frames: Tensor) -> Tensor:
        """float32 (batch, frames, 80), each window's mean already taken out, to (batch,
        192).
        """
        x = frames.transpose(1, 2)[:, None].contiguous(memory_format=torch.channels_last)
        x = self.leave(self.front(self.enter(x).relu_())).relu_()
        x = self.tdnn(x.flatten(1, 2)).relu_()
        x = self.blocks(x.transpose(1, 2)).relu_()
        mean = x.mean(1, keepdim=True)
        if x.shape[1] > 1:
            deviation = (x - mean).square_().sum(1).div_(x.shape[1] - 1).sqrt_()
        else:
            deviation = torch.full_like(x[:, 0], LONE_DEVIATION)
        return self.dense(torch.cat([mean[:, 0], deviation], 1)[..., None])[..., 0]


def load(path: Path) -> CamPlus:
    """The network with its trained weights (a plain dictionary of tensors), ready for inference."""
    return CamPlus(torch.load(path, map_location="cpu", weights_only=True)).eval()
