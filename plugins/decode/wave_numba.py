"""`wave.numba`: bytes, channels and resampling by compiled loops."""

import numpy as np
from numba import njit

from vsat_plugins._kernels.jit import jit
from vsat_plugins.decode.polyphase import Polyphase
from vsat_plugins.decode.riff import FLOAT, WaveHeader
from vsat_plugins.decode.wave import Wave, decode_frames


class Numba(Wave):
    """One pass over the bytes, one over the frames, one over the samples at 16 kHz."""

    def prepare(self) -> None:
        """Compile for the types in use."""
        raw = np.zeros(4, np.uint8)
        raw.flags.writeable = False
        mixed(whole_numbers(raw, 2).reshape(1, 2), np.ones(2))
        filtered(np.zeros(2), np.ones((1, 2)), 1, 1, 1, np.zeros(1))

    def frames(self, raw: bytes, header: WaveHeader) -> np.ndarray:
        """Byte by byte; floats lie in the file as they are."""
        if header.format_tag == FLOAT:
            return decode_frames(raw, header)
        width = header.frame_bytes // header.channels
        values: np.ndarray = whole_numbers(np.frombuffer(raw, np.uint8), width)
        return values.reshape(-1, header.channels)

    def mono(self, frames: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
        """Frame by frame."""
        n = frames.shape[1]
        if weights is None:
            total: np.ndarray = mixed(frames, np.ones(n))
            return total / n
        return np.asarray(mixed(frames, weights.astype(np.float64)))

    def resampled(self, piece: np.ndarray, filters: Polyphase, n_out: int) -> np.ndarray:
        """Output by output, with the taps of its phase."""
        out = np.empty(n_out)
        begin = filters.first * filters.down + filters.half
        filtered(piece, filters.phases, filters.up, filters.down, begin, out)
        return out


@jit
def whole_numbers(raw, width):
    """Little-endian integers of `width` bytes divided by half their range, float64; single bytes
    are unsigned.
    """
    out, full = np.empty(len(raw) // width), 2.0 ** (8 * width - 1)
    for i in range(len(out)):
        value = np.int64(0)
        for k in range(width):
            value |= np.int64(raw[i * width + k]) << (8 * k)
        if width == 1 or value >= full:
            value -= np.int64(full) if width == 1 else np.int64(2 * full)
        out[i] = value / full
    return out


@jit
def mixed(frames, weights):
    """The weighted sum of the channels of each frame."""
    out = np.zeros(len(frames))
    for i in range(len(frames)):
        for channel in range(len(weights)):
            out[i] += frames[i, channel] * weights[channel]
    return out


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def filtered(piece, phases, up, down, begin, out):
    """Fill `out`: the dot product of each output's window with the taps of its phase."""
    width = phases.shape[1]
    for m in range(len(out)):
        at = begin + m * down
        taps, first = phases[at % up], at // up - width + 1
        total = 0.0
        for k in range(width):
            total += taps[k] * piece[first + k]
        out[m] = total
