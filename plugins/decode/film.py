"""`av.native`: what FFmpeg reads, through PyAV: the sound of M4A, MP4, WebM and other containers, resampled by soxr."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import attrs
import av
import numpy as np
import soxr

from vsat_core.artifacts import SAMPLE_RATE, Audio, Source
from vsat_core.errors import InputError
from vsat_core.variants import Run
from vsat_plugins.decode.recording import (
    check_rate,
    cut_short,
    describe,
    mono_of,
    no_sound,
    open_recording,
    output_length,
    peak_of,
)

FORMATS = (  # containers that hold sound themselves: none of those that name other files or addresses
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,wav,w64,flac,ogg,mp3,aac,asf,avi,flv,amr,aiff,caf,mpegts,mpeg,au,ac3,eac3,wv"
)
OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "none"}
READ_BYTES = 1 << 18
BLOCK = 1 << 16  # frames that are resampled together
PAUSE_S = 0.1  # time stamps this far ahead of the sound are a pause; less is their rounding
SLACK_S = 0.25  # an encoder's padding: so much less than promised is no damage


class Native:
    """The first sound track of a file, to mono at 16 kHz; what was decoded waits on disk until its length is known."""

    def __init__(self, params: Any, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, source: Source, *, run: Run) -> Audio:
        """Channels averaged, then resampled by soxr (HQ). Raises InputError for what is not readable sound."""
        path = source.path
        with open_recording(path) as file, _open(file, path) as container:
            if not container.streams.audio:
                raise InputError(f"{path}: holds no sound track, only {_tracks(container)}; choose a file with sound")
            track = _Track(container, path)
            with (run.folder / "sound.f32").open("wb+") as spool:
                n = 0
                for piece in _resampled(track):
                    spool.write(piece.data)
                    n += len(piece)
                    run.progress(n)
                if not track.got:
                    raise no_sound(path)
                out = _from_disk(spool, output_length(track.got, track.rate_hz), run)
            for complaint in track.complaints():
                run.warn(complaint)
            return Audio(out)


@attrs.define
class _Track:
    """The first sound track, decoded in order; counts what it gives."""

    container: Any
    path: Path
    rate_hz: int = 0
    got: int = 0
    damaged: int = 0

    def blocks(self) -> Iterator[np.ndarray]:
        """Mono float32 (n,), with zeros where the time stamps leave a pause."""
        for frame in self._frames():
            if not self.rate_hz:
                check_rate(frame.sample_rate, self.path)
                self.rate_hz = frame.sample_rate
            if frame.sample_rate != self.rate_hz:
                raise InputError(
                    f"{self.path}: changes from {self.rate_hz} to {frame.sample_rate} samples a second at "
                    f"{self.got / self.rate_hz:.2f} s; convert it to WAV, FLAC, MP3 or OGG"
                )
            for piece in (*self._pause_before(frame), _mono(frame, self.got, self.path)):
                self.got += len(piece)
                yield piece

    def complaints(self) -> list[str]:
        """What the user should know."""
        found = [f"{self.path}: {self.damaged} pieces are damaged; read what is between them"] if self.damaged else []
        promised_s = self._promised_s()
        if self.got / self.rate_hz < promised_s - SLACK_S:
            found.append(cut_short(self.path, self.got / self.rate_hz, promised_s))
        return found

    def _frames(self) -> Iterator[Any]:
        packets = self.container.demux(self.container.streams.audio[0])
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                yield from packet.decode()
            except av.error.InvalidDataError:
                self.damaged += 1
            except (av.error.EOFError, av.error.OSError):
                return

    def _pause_before(self, frame: Any) -> Iterator[np.ndarray]:
        """Zeros from where the sound ended to where the next frame says it begins, if that lies within the file."""
        begins_s = frame.time - (self.container.start_time or 0) / av.time_base if frame.time is not None else 0.0
        missing = round(begins_s * self.rate_hz) - self.got
        if missing > PAUSE_S * self.rate_hz and begins_s <= self._promised_s():
            for first in range(0, missing, BLOCK):
                yield np.zeros(min(BLOCK, missing - first), np.float32)

    def _promised_s(self) -> float:
        """How long the file says that its sound is; 0.0 where it does not say."""
        track = self.container.streams.audio[0]
        if track.duration:
            return float(track.duration * track.time_base)
        return (self.container.duration or 0) / av.time_base


def _open(file: BinaryIO, path: Path) -> Any:
    """Raises InputError with the remedy where FFmpeg finds nothing it knows."""
    head = file.read(64)
    file.seek(0)
    try:
        return av.open(file, options=OPTIONS, buffer_size=READ_BYTES)
    except (av.error.FFmpegError, ValueError):
        what = describe(head)
        if " not " not in what:
            what += ", damaged or cut off in its header"
        raise InputError(f"{path}: {what}; record, copy or export it again, as WAV, FLAC, MP3, OGG or M4A") from None


def _tracks(container: Any) -> str:
    return ", ".join(sorted({stream.type for stream in container.streams})) or "nothing at all"


def _mono(frame: Any, first_frame: int, path: Path) -> np.ndarray:
    """A frame's samples, float32 (n,): the mean of its channels, whole numbers divided by half their range."""
    values = frame.to_ndarray()
    values = values.T if frame.format.is_planar else values.reshape(-1, frame.layout.nb_channels)
    if values.dtype.kind == "f":
        with np.errstate(over="ignore"):
            block = values.astype(np.float32)
        peak_of(block, first_frame, frame.sample_rate, path)
    elif values.dtype == np.uint8:
        block = (values.astype(np.float32) - 128) / 128
    else:
        block = values.astype(np.float32) / np.float32(2.0 ** (8 * values.itemsize - 1))
    return mono_of(block)


def _resampled(track: _Track) -> Iterator[np.ndarray]:
    """float32 (n,) at 16 kHz, contiguous."""
    stream, waiting, held = None, [], 0
    for piece in track.blocks():
        waiting.append(piece)
        held += len(piece)
        if held >= BLOCK:
            stream = stream or _resampler(track.rate_hz)
            yield stream.resample_chunk(np.concatenate(waiting)) if stream else np.concatenate(waiting)
            waiting, held = [], 0
    if track.got:
        rest = np.concatenate([np.zeros(0, np.float32), *waiting])
        stream = stream or _resampler(track.rate_hz)
        yield stream.resample_chunk(rest, last=True) if stream else rest


def _resampler(rate_hz: int) -> Any:
    if rate_hz == SAMPLE_RATE:
        return None
    return soxr.ResampleStream(rate_hz, SAMPLE_RATE, 1, dtype="float32", quality="HQ")


def _from_disk(spool: BinaryIO, n: int, run: Run) -> np.ndarray:
    """The first `n` samples of a file of them."""
    spool.seek(0)
    out = run.array((n,), "float32")
    spool.readinto(out.view(np.uint8))  # type: ignore[attr-defined]
    return out
