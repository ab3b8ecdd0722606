"""One audio track of a file through FFmpeg: blocks of frames in order, silence where some are
missing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import av
import numpy as np

from vsat_plugins.decode.losses import Losses
from vsat_plugins.decode.recording import check_rate, peak_of

BLOCK = 1 << 16  # frames handed on together
PAUSE_S = 0.1  # time stamps this far ahead of the sound are a pause; less is their rounding
LONGEST_PAUSE_S = 6 * 3600.0  # more than that is a wrong time stamp
ROUNDING_S = 0.005  # of time stamps, where sound is known to be missing
WARM_UP_S = 0.2  # packets a decoder may refuse at the beginning, before it has seen enough
TRIES = 50  # failures of the demuxer in a row
LARGEST = 4.0  # samples of damaged lossy sound are clipped there
# a gap there is damage
WITHOUT_PAUSES = ("ogg", "flac", "wv", "tta", "ape", "mp3", "aac", "ac3", "eac3", "dts")
# the first frame type that holds no speech (RFC 4867, table 1)
SILENCE_FRAMES = {"amrnb": 8, "amrwb": 9}


@attrs.frozen
class Block:
    """Frames float32 (n_frames, n_channels) of one sampling rate."""

    frames: np.ndarray
    rate_hz: int


@attrs.define
class TrackReader:
    """Decodes one track of an open container.

    Afterwards `losses` holds what could not be read and `clock_s` the seconds that were given.
    """

    container: Any
    stream: Any
    path: Path
    losses: Losses = attrs.field(factory=Losses)
    clock_s: float = 0.0
    _refused: int = 0  # packets since the last good frame
    _refused_s: float = 0.0
    _resting_s: float = 0.0  # of frames that represent silence, since the last good frame
    _guessed: bool = False  # the last loss is the length of a frame that FFmpeg complained of
    _rate_hz: int = 0
    _given: int = 0  # frames of all blocks

    def blocks(self) -> Iterator[Block]:
        """All of it, silence included, in blocks of about BLOCK frames."""
        waiting: list[np.ndarray] = []
        held, form = 0, None
        for piece, rate_hz in self._pieces():
            if waiting and (held >= BLOCK or form != (piece.shape[1], piece.dtype, rate_hz)):
                yield self._block(waiting)
                waiting, held = [], 0
            form, self._rate_hz = (piece.shape[1], piece.dtype, rate_hz), rate_hz
            waiting.append(piece)
            held += len(piece)
        if waiting:
            yield self._block(waiting)
        if self._refused and (self._refused_s > PAUSE_S or self._refused > 1):
            self.losses.add(self.clock_s, self._refused_s, self._refused)

    def _block(self, pieces: list[np.ndarray]) -> Block:
        """Pieces of one type as float32, whole numbers divided by half their range."""
        values = np.concatenate(pieces)
        first = self._given
        self._given += len(values)
        with np.errstate(over="ignore"):
            floats: np.ndarray = values.astype(np.float32)
        if values.dtype == np.uint8:
            floats = (floats - 128) / 128
        elif values.dtype.kind != "f":
            floats /= np.float32(2.0 ** (8 * values.itemsize - 1))
        elif self.stream.codec_context.name.startswith("pcm_"):
            peak_of(floats, first, self._rate_hz, self.path)
        else:
            finite = np.nan_to_num(floats, copy=False, posinf=0, neginf=0)
            floats = np.clip(finite, -LARGEST, LARGEST)
        return Block(floats, self._rate_hz)

    def _pieces(self) -> Iterator[tuple[np.ndarray, int]]:
        """Samples (n_frames, n_channels) of the track's own type, and their rate."""
        values = np.zeros((0, 1), np.float32)
        with av.logging.Capture() as complaints:
            for frame in self._frames():
                check_rate(frame.sample_rate, self.path)
                values = frame.to_ndarray()
                planar, n_channels = frame.format.is_planar, frame.layout.nb_channels
                values = values.T if planar else values.reshape(-1, n_channels)
                silence_s = self._silence_before(frame, bool(complaints))
                complaints.clear()
                yield from self._silence(silence_s, values, frame.sample_rate)
                self.clock_s += len(values) / frame.sample_rate
                self._resting_s = 0.0
                yield values, frame.sample_rate
        rate_hz = self._rate_hz or self.stream.codec_context.sample_rate
        yield from self._silence(self._resting_s, values, rate_hz)

    def _silence(
        self, seconds: float, like: np.ndarray, rate_hz: int
    ) -> Iterator[tuple[np.ndarray, int]]:
        """Silence of this length, of the type and the channels of these samples."""
        self.clock_s += seconds
        zero = 128 if like.dtype == np.uint8 else 0
        left = round(seconds * rate_hz)
        while left > 0:
            n = min(BLOCK, left)
            left -= n
            yield np.full((n, like.shape[1]), zero, like.dtype), rate_hz

    def _frames(self) -> Iterator[Any]:
        """Decoded frames. A packet that cannot be decoded is counted, whatever class of error
        FFmpeg raises.
        """
        silence_type = SILENCE_FRAMES.get(self.stream.codec_context.name)
        for packet in self._packets():
            seconds = float((packet.duration or 0) * (packet.time_base or 0))
            frame_type = bytes(packet)[0] >> 3 & 15 if silence_type and packet.size else -1
            if silence_type and frame_type >= silence_type:
                self._resting_s += seconds
                continue  # where sound follows, the pause is in its time stamp
            try:
                yield from packet.decode()
            except (av.error.FFmpegError, ValueError, MemoryError):
                self._refused += 1
                self._refused_s += seconds

    def _packets(self) -> Iterator[Any]:
        """Packets to the end of the file; the demuxer goes on behind a place that it cannot
        read.
        """
        tries = 0
        packets = self.container.demux(self.stream)
        while tries < TRIES:
            try:
                for packet in packets:
                    tries = 0
                    yield packet
                return
            except (av.error.EOFError, MemoryError):
                return
            except (av.error.FFmpegError, ValueError):
                tries += 1
                self._refused += tries == 1
                packets = self.container.demux(self.stream)

    def _silence_before(self, frame: Any, complained: bool) -> float:
        """Seconds of silence between the sound so far and this frame, by its time stamp."""
        refused, self._refused = self._refused, 0
        refused_s, self._refused_s = self._refused_s, 0.0
        missing = complained or refused > 0
        kind = self.container.format.name
        if frame.time is None or kind == "avi":  # whose time stamps are counts of chunks
            silence_s = refused_s
        else:
            silence_s = frame.time - (self.container.start_time or 0) / av.time_base - self.clock_s
            least_s = ROUNDING_S if missing or self._resting_s else PAUSE_S
            if not least_s < silence_s < LONGEST_PAUSE_S:
                silence_s = 0.0
        missing = missing or (silence_s > 0 and kind in WITHOUT_PAUSES)
        if missing and (self.clock_s > WARM_UP_S or refused_s > WARM_UP_S):
            if self._guessed and silence_s:  # the time stamps tell it now
                self.losses.places.pop()
            self._guessed = complained and not silence_s
            wrong_s = frame.samples / frame.sample_rate if self._guessed else 0.0
            self.losses.add(self.clock_s, silence_s + wrong_s, refused)
        return silence_s
