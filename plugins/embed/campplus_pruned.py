"""campplus.pruned: CAM++ with the channels that weigh least taken out: smaller products and
convolutions, not zeros in large ones.

Magnitude pruning of channels (Li et al., "Pruning filters for efficient ConvNets", ICLR 2017)
with the outputs that remain fitted again by least squares (He et al., "Channel pruning for
accelerating very deep neural networks", ICCV 2017, eq. 4), because nothing is trained afterwards.
What the channels do is seen on some windows of the recording itself, so the answer depends on the
recording alone. Channels that later layers read all stay: only those inside a layer, which one
product makes and another uses, can go.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from vsat_plugins.embed import PrunedParams
from vsat_plugins.embed.campplus_calibration import Calibrated
from vsat_plugins.embed.campplus_net import CamPlus, Masked, Residual

MULTIPLE = 8  # channels in a vector register: others would be computed and thrown away
RIDGE = 1e-4  # of the mean power, so that redundant channels do not make the fit blow up


def fitted(power: Tensor, used: Tensor, ratio: float) -> tuple[Tensor, Tensor]:
    """Which channels stay, int64 (k,) sorted, and how those make up for the others: float64
    (channels, k).

    `power` float64 (channels, channels) is the sum of products of each two channels; `used`
    (channels, ...) the weights that use them. A channel weighs its root mean power times the length
    of those.
    """
    n = len(power)
    importance = power.diagonal().sqrt() * used.flatten(1).double().norm(dim=1)
    k = min(n, max(MULTIPLE, round(n * (1 - ratio) / MULTIPLE) * MULTIPLE))
    keep = importance.topk(k).indices.sort().values
    ridge = (
        RIDGE
        * power.diagonal().mean().clamp_min(1e-30)
        * torch.eye(k, dtype=power.dtype, device=power.device)
    )
    return keep, torch.linalg.solve(power[keep][:, keep] + ridge, power[keep]).T


def thin_residual(block: Residual, power: Tensor, ratio: float) -> None:
    """Fewer channels between its two convolutions."""
    keep, share = fitted(power, block.second.weight.transpose(0, 1), ratio)
    block.first.weight, block.first.bias = block.first.weight[keep], block.first.bias[keep]
    block.second.weight = (
        torch.einsum("ocyx,ck->okyx", block.second.weight.double(), share).float().contiguous()
    )


def thin_masked(layer: Masked, power: Tensor, ratio: float) -> None:
    """Fewer channels in its bottleneck."""
    keep, share = fitted(power, layer.taps, ratio)
    layer.bottleneck.weight = layer.bottleneck.weight[:, keep].contiguous()
    layer.bottleneck.bias = layer.bottleneck.bias[keep]
    layer.taps = (share.T @ layer.taps.double()).float().contiguous()
    layer.weight1 = (share.T @ layer.weight1.double()).float().contiguous()


def inner(net: CamPlus) -> Iterator[tuple[nn.Module, nn.Module]]:
    """Layers that can lose channels, and what makes these channels."""
    for module in net.modules():
        if isinstance(module, Residual):
            yield module, module.first
        elif isinstance(module, Masked):
            yield module, module.bottleneck


def powers(net: CamPlus, frames: Tensor) -> dict[nn.Module, Tensor]:
    """For each of `inner`, the products of its rectified channels summed over the frames of these
    windows.
    """
    found: dict[nn.Module, Tensor] = {}

    def look(layer: nn.Module, made: Tensor) -> None:
        columns = (made.movedim(1, -1).flatten(0, 2) if made.ndim == 4 else made).relu().double()
        found[layer] = columns.T @ columns

    hooks = [
        maker.register_forward_hook(lambda _, __, made, layer=layer: look(layer, made))
        for layer, maker in inner(net)
    ]
    net(frames)
    for hook in hooks:
        hook.remove()
    return found


def pruned(net: CamPlus, frames: Tensor, ratio: float) -> CamPlus:
    """A copy of the network without `ratio` of its inner channels, fitted to windows (n, frames,
    80).
    """
    thin = copy.deepcopy(net)
    for layer, power in powers(thin, frames).items():
        if isinstance(layer, Residual):
            thin_residual(layer, power, ratio)
        elif isinstance(layer, Masked):
            thin_masked(layer, power, ratio)
    return thin


class Pruned(Calibrated):
    """Batches through a smaller network, made for the recording."""

    params: PrunedParams

    def adapted(self, net: CamPlus, frames: Tensor) -> CamPlus:
        """Without the channels that weigh least in these windows."""
        return pruned(net, frames, self.params.ratio)
