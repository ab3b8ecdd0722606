"""`mel40.batched`: blocks of windows by torch."""

from vsat_plugins.features.mel40 import FRONT_END
from vsat_plugins.features.torch_frames import Together


class Batched(Together):
    """As torch_frames.py computes."""

    front = FRONT_END
