"""WAV files made byte by byte, so that the tests do not rest on the parser they test."""

import struct

import numpy as np

from vsat_plugins.decode.sndfile_vectorized import Vectorized
from vsat_plugins.decode.wave_baseline import Baseline

DECODERS = {"wave": Baseline, "sndfile": Vectorized}


def wav_bytes(frames, rate=16_000, tag=1, bits=16, size=None, riff=None, before=b""):
    """A WAV file of raw `frames` (bytes, or an array (n,) or (n, channels) of the file's own
    type).
    """
    channels = 1 if isinstance(frames, bytes) or frames.ndim == 1 else frames.shape[1]
    raw = frames if isinstance(frames, bytes) else frames.tobytes()
    width = channels * bits // 8
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * width, width, bits)
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form + before
    body += b"data" + struct.pack("<I", len(raw) if size is None else size) + raw
    return b"RIFF" + struct.pack("<I", len(body) if riff is None else riff) + body


def sine(seconds, rate, hz=200.0):
    """float64 (n,), amplitude 0.5."""
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
