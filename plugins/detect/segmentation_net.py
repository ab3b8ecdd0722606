"""The network of pyannote's segmentation-3.0: which of three local speakers are active in each
frame of a window of sound.

PyanNet (Bredin and Laurent, "End-to-end speaker segmentation for overlap-aware resegmentation",
Interspeech 2021) with powerset classes (Plaquet and Bredin, Interspeech 2023): sinc filters
(Ravanelli and Bengio, SLT 2018), two more convolutions, four bidirectional LSTM layers, two linear
layers, seven classes. Weights by CNRS, MIT licence.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from vsat_plugins.detect.segmentation_weights import KERNEL, load as arrays_of

N_CLASSES = 7
STRIDE = 10  # of the sinc filters


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
        self.classifier = nn.Linear(128, N_CLASSES)
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
    """The network with its trained weights, ready for inference."""
    net = SegmentationNet()
    net.load_state_dict({name: torch.tensor(value) for name, value in arrays_of(path).items()})
    return net.eval()
