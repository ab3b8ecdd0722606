"""`fbank80.batched`: blocks of windows by torch."""

from vsat_plugins.features.fbank80 import FRONT_END
from vsat_plugins.features.torch_frames import Together


class Batched(Together):
    """As torch_frames.py computes."""

    front = FRONT_END
