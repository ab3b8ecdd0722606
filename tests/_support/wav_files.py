"""WAV files made byte by byte, so that the tests do not rest on the parser they test."""

import struct

import numpy as np


def chunk(name, content, size=None):
    """A RIFF chunk that says it is `size` bytes long."""
    return name + struct.pack("<I", len(content) if size is None else size) + content


def wav_bytes(frames, rate=16_000, tag=1, bits=16, size=None, riff=None):
    """A WAV file of raw `frames` (bytes, or an array (n,) or (n, channels) of the file's own
    type).
    """
    channels = 1 if isinstance(frames, bytes) or frames.ndim == 1 else frames.shape[1]
    raw = frames if isinstance(frames, bytes) else frames.tobytes()
    width = channels * bits // 8
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * width, width, bits)
    return chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", form) + chunk(b"data", raw, size), riff)


def float_wav(values, rate=16_000):
    return wav_bytes(np.asarray(values, "<f4"), rate, tag=3, bits=32)


def sine(seconds, rate=16_000, hz=200.0):
    """float64 (n,), amplitude 0.5."""
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
