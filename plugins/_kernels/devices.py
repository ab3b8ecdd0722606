"""Where torch computes."""

from __future__ import annotations

import os

import torch

from vsat_core.errors import ModelMissing
from vsat_core.plugin import Device, Stage, ThreadsOrDevice


def begin(device: str) -> None:
    """Initialise a device, on which float32 is float32 and the same call gives the same answer.

    By default PyTorch lets convolutions and recurrent layers on CUDA round what they multiply to 11
    bits (TF32), and choose algorithms that add in any order; recurrent layers need a fixed
    workspace of cuBLAS, too. Raises ModelMissing where there is no such device.
    """
    if device == "cuda":
        if not torch.cuda.is_available():
            raise ModelMissing(
                f'tuning.device is "cuda", and PyTorch {torch.__version__} finds no CUDA device; '
                'set it to "cpu", or install a PyTorch built for the driver of the card'
            )
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:2")  # read when CUDA begins
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.deterministic = True
    torch.zeros(1, device=device)


class OnDevice(Stage):
    """What computes by torch on the device of its tuning."""

    tuning: Device | ThreadsOrDevice

    def prepare(self) -> None:
        """Initialise the device."""
        begin(self.tuning.device)


class OnOneThread(OnDevice):
    """On the CPU on one thread: more of them wait for each other longer than they compute."""

    def prepare(self) -> None:
        """Initialise the device."""
        super().prepare()
        torch.set_num_threads(1)
