"""`wave.baseline`: WAV files read and resampled step by step; what every other decoder of WAV is measured against."""
from __future__ import annotations

import math
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from scipy.signal import firwin, resample_poly

from vsat_core.artifacts import SAMPLE_RATE, Audio, Source
from vsat_core.errors import InputError
from vsat_core.variants import Run
from vsat_plugins.decode.recording import (
    check_finite,
    describe,
    no_sound,
    open_recording,
    output_length,
    too_loud,
)
from vsat_plugins.decode.riff import FLOAT, PCM, WaveHeader, is_riff, read_header

BLOCK_S = 20  # whole seconds, so that every block begins on a whole sample at both rates
ZERO_CROSSINGS = 32  # of the filter, each side
KAISER_BETA = 8.0  # stops 80 dB of what would alias


def decode_frames(raw: bytes, header: WaveHeader) -> np.ndarray:
    """Frames of a WAV file as float64 (n_frames, n_channels) within -1..1.

    Integers are divided by half their range; 8 bits are unsigned. 24 bits become the upper bytes of 32.
    """
    width = header.frame_bytes // header.channels
    values: np.ndarray
    if header.format_tag == FLOAT:
        values = np.frombuffer(raw, f"<f{width}").astype(np.float64)
    elif width == 1:
        values = (np.frombuffer(raw, np.uint8) - 128.0) / 128.0
    elif width == 3:
        wide = np.zeros((len(raw) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        values = wide.view("<i4")[:, 0] / 2.0**31
    else:
        values = np.frombuffer(raw, f"<i{width}") / 2.0 ** (8 * width - 1)
    return values.reshape(-1, header.channels)


def check_encoding(header: WaveHeader, path: Path) -> None:
    """Raise InputError for compressed WAV, which only libsndfile reads."""
    width = header.frame_bytes / header.channels
    if (header.format_tag == PCM and width in (1, 2, 3, 4)) or (header.format_tag == FLOAT and width in (4, 8)):
        return
    raise InputError(
        f"{path}: is WAV in format {header.format_tag} with {header.frame_bytes} bytes a frame, "
        "which wave.baseline does not read; choose sndfile.vectorized for decode"
    )


class Resampler:
    """From one rate to 16 kHz by a polyphase filter, piece by piece, with the same answer as all at once.

    A Kaiser-windowed low-pass that reaches 80 dB at half the lower rate (Oppenheim and Schafer, Discrete-Time Signal
    Processing, 7.5.3: transition width (A - 7.95) / (2.285 * taps)), applied by scipy.signal.resample_poly.
    """

    def __init__(self, rate_hz: int) -> None:
        common = math.gcd(rate_hz, SAMPLE_RATE)
        self.up, self.down = SAMPLE_RATE // common, rate_hz // common
        wider = max(self.up, self.down)
        taps = 2 * ZERO_CROSSINGS * wider + 1
        width = (80 - 7.95) / (2.285 * taps) / math.pi  # of half the filter's rate
        self.filter = firwin(taps, 1 / wider - width / 2, window=("kaiser", KAISER_BETA))
        reach = -(-ZERO_CROSSINGS * wider // self.up)  # input samples the filter sees each side
        self.context = -(-reach // self.down) * self.down if self.up != self.down else 0

    def __call__(self, piece: np.ndarray, n_out: int) -> np.ndarray:
        """`n_out` samples for a piece that begins and ends with `context` samples of its neighbours (or zeros)."""
        if self.up == self.down:
            return piece[:n_out]
        first = self.context * self.up // self.down
        return resample_poly(piece, self.up, self.down, window=self.filter)[first : first + n_out]


class Baseline:
    """WAV (PCM of 8, 16, 24, 32 bits, float of 32, 64) to mono at 16 kHz, in blocks of 20 s, in float64."""

    def __init__(self, params: Any, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, source: Source, *, run: Run) -> Audio:
        """Channels averaged, then resampled. Raises InputError for anything that is not readable WAV with sound."""
        path = source.path
        with open_recording(path) as file:
            header = _wav_header(file, path)
            resample = Resampler(header.rate_hz)
            out = run.array((output_length(header.n_frames, header.rate_hz),), "float32")
            peak = 0.0
            for begin in range(0, len(out), BLOCK_S * SAMPLE_RATE):
                end = min(begin + BLOCK_S * SAMPLE_RATE, len(out))
                first = begin // SAMPLE_RATE * header.rate_hz - resample.context
                last = -(-end * header.rate_hz // SAMPLE_RATE) + resample.context
                piece, loudest = _mono(file, header, first, last, path)
                out[begin:end] = resample(piece, end - begin)
                peak = max(peak, loudest)
                run.progress(end)
        if complaint := header.complaint(path):
            run.warn(complaint)
        if peak > 1:
            run.warn(too_loud(peak, path))
        return Audio(out)


def _wav_header(file: BinaryIO, path: Path) -> WaveHeader:
    head = file.read(64)
    if not is_riff(head):
        raise InputError(
            f"{path}: {describe(head)}, and wave.baseline reads WAV only; choose sndfile.vectorized for decode"
        )
    header = read_header(file, path)
    check_encoding(header, path)
    if header.n_frames == 0:
        raise no_sound(path)
    return header


def _mono(file: BinaryIO, header: WaveHeader, first: int, last: int, path: Path) -> tuple[np.ndarray, float]:
    """Frames first..last averaged over channels, with zeros outside the file, and the loudest sample of any channel."""
    a, b = max(first, 0), min(max(last, 0), header.n_frames)
    file.seek(header.offset + a * header.frame_bytes)
    frames = decode_frames(file.read((b - a) * header.frame_bytes), header)
    with np.errstate(over="ignore"):
        check_finite(frames.astype(np.float32), a, header.rate_hz, path)
    mono = np.zeros(last - first)
    mono[a - first : b - first] = frames.mean(axis=1)
    return mono, float(np.abs(frames).max(initial=0.0))
