"""What the techniques of `wave` share: WAV files read block by block, every recording of a file,
their channels mixed.

A technique says how frames of bytes become numbers, how channels become one, and how a block is
resampled.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Source
from vsat_core.errors import InputError
from vsat_core.plugin import ChannelChoice, Decode, Run
from vsat_plugins.decode.channels import Channels, check_channel, layout_of_parts, notes_of
from vsat_plugins.decode.outline import outline_of
from vsat_plugins.decode.polyphase import Polyphase
from vsat_plugins.decode.recording import (
    check_finite,
    describe,
    no_sound,
    open_recording,
    output_length,
    size_of,
    too_loud,
)
from vsat_plugins.decode.riff import FLOAT, PCM, WaveHeader, is_riff, read_header
from vsat_plugins.decode.window import open_window

BLOCK_S = 20  # whole seconds, so that every block begins on a whole sample at both rates


def decode_frames(raw: bytes, header: WaveHeader) -> np.ndarray:
    """Frames of a WAV file as float64 (n_frames, n_channels) within -1..1.

    Integers are divided by half their range; 8 bits are unsigned. 24 bits become the upper bytes of
    32.
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
    if width not in {PCM: (1, 2, 3, 4), FLOAT: (4, 8)}.get(header.format_tag, ()):
        raise InputError(
            f"{path}: is WAV in format {header.format_tag} with {header.frame_bytes} bytes a "
            "frame, which `wave` does not read; choose auto.native for decode"
        )


class Wave(Decode):
    """WAV (PCM of 8, 16, 24, 32 bits, float of 32, 64) to mono at 16 kHz, in blocks of 20 s, in
    float64: channels averaged, then resampled. Raises InputError for anything else.
    """

    params: ChannelChoice

    def __call__(self, source: Source, *, run: Run) -> Audio:
        path = source.path
        with open_recording(path) as file:
            parts = list(_parts(file, path))
            out = run.array((sum(p.n_samples for p in parts),), "float32")
            done, peak = 0, 0.0
            gathered: list[Channels] = []
            for part in parts:
                samples = out[done : done + part.n_samples]
                peak = max(peak, part.decode(self, samples, None, run, done))
                channels = part.channels
                if (weights := channels.weights()) is not channels.given:
                    part.decode(self, samples, weights, run, done)
                gathered.append(channels)
                done += len(samples)
                for note in filter(None, (part.header.complaint(), *notes_of(channels))):
                    run.warn(note)
            check_channel(self.params, gathered, path)
        if peak > 1:
            run.warn(too_loud(peak))
        return Audio(out, layout=layout_of_parts(gathered))

    def n_blocks(self) -> int:
        """Blocks of 20 s that are read at a time."""
        return 1

    def frames(self, raw: bytes, header: WaveHeader) -> np.ndarray:
        """As `decode_frames`."""
        return decode_frames(raw, header)

    def mono(self, frames: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
        """The mean of frames float64 (n_frames, n_channels), or their sum by `weights`: float64
        (n_frames,).
        """
        raise NotImplementedError

    def resampled(self, piece: np.ndarray, filters: Polyphase, n_out: int) -> np.ndarray:
        """`n_out` samples for a piece that begins and ends with `filters.context` samples of its
        neighbours (or zeros); float64. Asked for other rates than 16 kHz only.
        """
        raise NotImplementedError


def _parts(file: BinaryIO, path: Path) -> Iterator[_Part]:
    """Each recording of the file (WAV files may have been joined). Raises InputError."""
    head = file.read(64)
    if not is_riff(head):
        raise InputError(
            f"{path}: {describe(head)}, and `wave` reads WAV only; choose auto.native for decode"
        )
    for begin, end in outline_of(file, "a WAV file").parts:
        window = open_window(file, begin, end)
        header = read_header(window, path)
        check_encoding(header, path)
        if header.n_frames == 0 and begin == 0 and end == size_of(file):
            raise no_sound(path)
        yield _Part(window, header, path)


@attrs.define
class _Part:
    """One recording of a file."""

    file: BinaryIO
    header: WaveHeader
    path: Path
    channels: Channels = attrs.field(init=False)

    @property
    def n_samples(self) -> int:
        """Its length at 16 kHz."""
        return output_length(self.header.n_frames, self.header.rate_hz)

    def decode(
        self, wave: Wave, out: np.ndarray, weights: np.ndarray | None, run: Run, done: int
    ) -> float:
        """Fill `out` float32 (n_samples,) block by block; returns the largest absolute sample of
        any channel.
        """
        rate, peak, block = self.header.rate_hz, 0.0, wave.n_blocks() * BLOCK_S * SAMPLE_RATE
        filters = Polyphase(rate)
        self.channels = Channels(self.header.channels, rate, wave.params)
        weights = self.channels.given if weights is None else weights
        for begin in range(0, len(out), block):
            end = min(begin + block, len(out))
            first = begin // SAMPLE_RATE * rate - filters.context
            last = -(-end * rate // SAMPLE_RATE) + filters.context
            frames = self._frames(wave, first, last)
            self.channels.add(frames[filters.context : len(frames) - filters.context])
            mono, n_out = wave.mono(frames, weights), end - begin
            same = filters.up == filters.down
            out[begin:end] = mono[:n_out] if same else wave.resampled(mono, filters, n_out)
            peak = max(peak, float(np.abs(frames).max(initial=0.0)))
            run.progress(done + end)
        return peak

    def _frames(self, wave: Wave, first: int, last: int) -> np.ndarray:
        """Frames first..last, float64 (n_frames, n_channels), with zeros outside the file."""
        header = self.header
        a, b = max(first, 0), min(max(last, 0), header.n_frames)
        self.file.seek(header.offset + a * header.frame_bytes)
        frames = wave.frames(self.file.read((b - a) * header.frame_bytes), header)
        with np.errstate(over="ignore"):
            check_finite(frames.astype(np.float32), a, header.rate_hz, self.path)
        padded = np.zeros((last - first, header.channels))
        padded[a - first : b - first] = frames
        return padded
