"""campplus.quantized: CAM++ with its large products and convolutions in integers of 8 bits.

Static quantisation (Jacob et al., "Quantization and training of neural networks for efficient
integer-arithmetic-only inference", CVPR 2018): weights in 8 bits a channel; activations, none below
0 after their rectifier, in 7 bits, which processors without dot products of bytes (AVX2) need so
that no sum of two products overflows 16 bits. The range of activations is seen in a pass over some
windows. What is left in float32 are the first convolution, which has one channel, what the residual
and dense layers add to each other, and the masks.
"""

from __future__ import annotations

import copy
import warnings

import torch
from torch import Tensor, nn

from vsat_core.plugin import Threads, ThreadsOrDevice
from vsat_plugins.embed import CalibratedParams
from vsat_plugins.embed.campplus_calibration import Calibrated
from vsat_plugins.embed.campplus_net import CamPlus, Folded, Masked, Product, Residual

LEVELS = 127
TAIL = 0.9999  # share of the activations that keep their value; larger ones are cut off there
# activations of a layer: the level is then off by 3 % at the median, by 18 % at most (138 levels)
LOOKED_AT = 2**17
ENGINES = ("onednn", "x86", "fbgemm", "qnnpack")  # fastest first


def use_engine() -> None:
    """Choose how torch computes in 8 bits."""
    known = torch.backends.quantized.supported_engines
    torch.backends.quantized.engine = next((name for name in ENGINES if name in known), "none")


def sampled(values: Tensor) -> Tensor:
    """Values of as few frames as make about LOOKED_AT: (n, channels, bins, frames) or (n,
    channels).

    Not the first frame where some are left out: next to so few others it made levels up to 2.5
    times too large.
    """
    every = -(-values.numel() // LOOKED_AT)
    return values[..., every // 2 :: every] if values.ndim == 4 else values[every // 2 :: every]


def step_of(values: Tensor) -> float:
    """The size of one level for activations such as these, none of which is below 0."""
    flat = values.flatten()
    top = flat.kthvalue(max(1, round(TAIL * len(flat)))).values
    return max(float(top), 1e-6) / LEVELS


def rounded(weight: Tensor) -> Tensor:
    """Weights in 8 bits, a scale for each row (output)."""
    scale = weight.flatten(1).abs().amax(1).clamp_min(1e-12) / LEVELS
    zero = torch.zeros(len(weight), dtype=torch.int64)
    with warnings.catch_warnings():  # torch means to drop these types one day
        warnings.simplefilter("ignore")
        return torch.quantize_per_channel(weight.contiguous(), scale.double(), zero, 0, torch.qint8)


class Residual8(nn.Module):
    """A `Residual` whose two convolutions are in 8 bits."""

    def __init__(self, block: Residual, enter: float, middle: float, leave: float) -> None:
        super().__init__()
        first, second = block.first, block.second
        stride = list(first.how.get("stride", (1, 1)))
        pack = torch.ops.quantized.conv2d_prepack
        self.first = pack(rounded(first.weight), first.bias, stride, [1, 1], [1, 1], 1)
        self.second = pack(rounded(second.weight), second.bias, [1, 1], [1, 1], [1, 1], 1)
        self.shortcut = block.shortcut
        self.enter, self.middle, self.leave = enter, middle, leave

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, bins, frames)."""
        shortcut = x if self.shortcut is None else self.shortcut(x)
        y = torch.quantize_per_tensor(x, self.enter, 0, torch.quint8)
        y = torch.ops.quantized.conv2d_relu(y, self.first, self.middle, 0)
        # may be below 0, so its zero is inside
        y = torch.ops.quantized.conv2d(y, self.second, self.leave, LEVELS)
        return y.dequantize().add_(shortcut).relu_()


class Product8(nn.Module):
    """A `Product` followed by a rectifier, from float32 to float32 by way of 8 bits."""

    def __init__(self, product: Product, enter: float, leave: float) -> None:
        super().__init__()
        self.scale, self.shift = product.scale, product.shift
        plain = product.weight.T / torch.where(self.scale == 0, 1.0, self.scale)
        bias = product.bias - plain @ torch.where(self.scale == 0, 0.0, self.shift)
        self.packed = torch.ops.quantized.linear_prepack(rounded(plain), bias)
        self.enter, self.leave = enter, leave

    def forward(self, x: Tensor, scratch: Tensor) -> Tensor:
        """(rows, channels), whose rows need not be adjacent, to (rows, outputs)."""
        active = torch.addcmul(
            self.shift, x, self.scale, out=scratch[: x.numel()].view(x.shape)
        ).relu_()
        active = torch.quantize_per_tensor(active, self.enter, 0, torch.quint8)
        return torch.ops.quantized.linear_relu(active, self.packed, self.leave, 0).dequantize()


Ranges = dict[nn.Module, tuple[float, float]]


def ranges_of(net: CamPlus, frames: Tensor) -> Ranges:
    """The size of a level where each product and convolution begins and where it ends, for these
    windows.
    """
    ranges: Ranges = {}

    def product(layer: Product, given: tuple[Tensor, ...], made: Tensor) -> None:
        active = torch.addcmul(layer.shift, sampled(given[0]), layer.scale).relu_()
        ranges[layer] = step_of(active), step_of(sampled(made).relu())

    def conv(layer: nn.Module, given: tuple[Tensor, ...], made: Tensor) -> None:
        ranges[layer] = step_of(sampled(given[0]).relu()), step_of(sampled(made).abs())

    hooks = [
        layer.register_forward_hook(product if isinstance(layer, Product) else conv)
        for layer in net.modules()
        if isinstance(layer, Product | Folded)
    ]
    net(frames)
    for hook in hooks:
        hook.remove()
    return ranges


def quantized(net: CamPlus, frames: Tensor) -> CamPlus:
    """A copy of the network in 8 bits, for activations as in these windows (n, frames, 80)."""
    small = copy.deepcopy(net)
    steps = ranges_of(small, frames)
    for i, block in enumerate(small.front):
        if isinstance(block, Residual):
            enter, second = steps[block.first][0], steps[block.second]
            small.front[i] = Residual8(block, enter, *second)
    for layer in small.modules():
        if isinstance(layer, Masked):
            layer.add_module("bottleneck", Product8(layer.bottleneck, *steps[layer.bottleneck]))
    return small


class Quantized(Calibrated):
    """Batches through the network in 8 bits, on a processor; its scales come from windows of the
    recording.
    """

    def __init__(self, params: CalibratedParams, tuning: Threads) -> None:
        super().__init__(params, ThreadsOrDevice(threads=tuning.threads))

    def adapted(self, net: CamPlus, frames: Tensor) -> CamPlus:
        """In 8 bits, for activations as in these windows."""
        use_engine()
        return quantized(net, frames)
