"""The network of pyannote's segmentation-3.0: which of three local speakers talk in each frame of a window of sound.

PyanNet (Bredin and Laurent, "End-to-end speaker segmentation for overlap-aware resegmentation", Interspeech 2021) with
powerset classes (Plaquet and Bredin, Interspeech 2023): sinc filters (Ravanelli and Bengio, SLT 2018), two more
convolutions, four bidirectional LSTM layers, two linear layers, seven classes. Weights by CNRS, MIT licence.
"""
from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

FRAME_HOP = 270  # samples from one output frame to the next: 10 (first stride) x 3 x 3 x 3 (poolings)
FRAME_WIDTH = 991  # samples that one output frame sees before the recurrent layers
STRIDE, KERNEL = 10, 251  # of the sinc filters
N_SPEAKERS = 3
# classes: nobody; 1; 2; 3; 1 and 2; 1 and 3; 2 and 3
POWERSET = torch.tensor(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], dtype=torch.float32
)


def sinc_filters(low_hz: Tensor, band_hz: Tensor, sample_rate: int = 16_000) -> Tensor:
    """Band-pass filters from trained edges (n, 1): float32 (2 n, KERNEL), n even (cosine) ones, then n odd (sine) ones.

    A windowed ideal band-pass is sin(2 pi f2 t) - sin(2 pi f1 t) over pi t (Ravanelli and Bengio, eq. 4 and 5); its odd
    twin has cosines in place of sines (Pariente et al., "Filterbank design for end-to-end speech separation", 2020).
    """
    low = 50.0 + low_hz.abs().double()
    high = (low + 50.0 + band_hz.abs().double()).clamp(50.0, sample_rate / 2)
    half = KERNEL // 2
    t = torch.arange(1, half + 1, dtype=torch.float64) / sample_rate
    shape = torch.hamming_window(KERNEL, periodic=False, dtype=torch.float64)[half + 1 :]
    even = (torch.sin(2 * math.pi * high * t) - torch.sin(2 * math.pi * low * t)) / (math.pi * t) * shape
    odd = (torch.cos(2 * math.pi * low * t) - torch.cos(2 * math.pi * high * t)) / (math.pi * t) * shape
    width = high - low
    cosine = torch.cat([even.flip(1), 2 * width, even], 1)
    sine = torch.cat([-odd.flip(1), torch.zeros_like(width), odd], 1)
    return (torch.cat([cosine, sine]) / (2 * width).repeat(2, 1)).float()


class SegmentationNet(nn.Module):
    """Log probabilities of the seven classes for windows of sound at any level.

    Every normalisation is over the window (InstanceNorm), so that a gain changes nothing
    unless the sound is so faint that the norms' small constant matters.
    """

    filters: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.ModuleList([nn.Conv1d(80, 60, 5), nn.Conv1d(60, 60, 5)])
        self.wave_norm = nn.InstanceNorm1d(1, affine=True)
        self.norm = nn.ModuleList([nn.InstanceNorm1d(n, affine=True) for n in (80, 60, 60)])
        self.lstm = nn.LSTM(60, 128, num_layers=4, bidirectional=True, batch_first=True)
        self.linear = nn.ModuleList([nn.Linear(256, 128), nn.Linear(128, 128)])
        self.classifier = nn.Linear(128, len(POWERSET))
        self.register_buffer("filters", torch.zeros(80, 1, KERNEL))

    def forward(self, sound: Tensor) -> Tensor:
        """float32 (windows, samples) to (windows, frames, 7); at least FRAME_WIDTH samples."""
        x = self.wave_norm(sound[:, None])
        x = functional.conv1d(x, self.filters, stride=STRIDE).abs_()
        x = functional.leaky_relu_(self.norm[0](functional.max_pool1d(x, 3)))
        for conv, norm in zip(self.conv, self.norm[1:], strict=True):
            x = functional.leaky_relu_(norm(functional.max_pool1d(conv(x), 3)))
        x = self.lstm(x.transpose(1, 2))[0]
        for linear in self.linear:
            x = functional.leaky_relu_(linear(x))
        return functional.log_softmax(self.classifier(x), dim=-1)


def load(path: Path) -> SegmentationNet:
    """The network with its trained weights (a plain dictionary of tensors), ready for inference."""
    state = torch.load(path, map_location="cpu", weights_only=True)["state_dict"]
    bank = "sincnet.conv1d.0.filterbank."
    filters = sinc_filters(state[bank + "low_hz_"], state[bank + "band_hz_"])
    named = {"filters": filters[:, None]}
    for key, value in state.items():
        if key.startswith(bank):
            continue
        for ours, theirs in (("wave_norm", "sincnet.wav_norm1d"), ("norm", "sincnet.norm1d")):
            key = key.replace(theirs, ours)
        if key.startswith("sincnet.conv1d."):
            _, _, layer, what = key.split(".")
            key = f"conv.{int(layer) - 1}.{what}"
        named[key] = value
    net = SegmentationNet()
    net.load_state_dict(named)
    return net.eval()
