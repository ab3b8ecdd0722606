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
# as is what would make the pauses of a file longer than this, and a second for so many bytes of it:
# a file of a few kilobytes can claim any length
PAUSES_S, BYTES_A_SECOND = 3600.0, 60
ROUNDING_S = 0.005  # of time stamps, where sound is known to be missing
WARM_UP_S = 0.2  # packets a decoder may refuse at the beginning, before it has seen enough
TRIES = 50  # failures of the demuxer in a row
LARGEST = 4.0  # samples of damaged lossy sound are clipped there
# a gap there is damage
WITHOUT_PAUSES = ("ogg", "flac", "wv", "tta", "ape", "mp3", "aac", "ac3", "eac3", "dts")
PLANAR = {"u8p": "u1", "s16p": "i2", "s32p": "i4", "s64p": "i8", "fltp": "f4", "dblp": "f8"}
# the first frame type that holds no speech (RFC 4867, table 1)
SILENCE_FRAMES = {"amrnb": 8, "amrwb": 9}


@attrs.frozen
class Block:
    """Frames float32 (n_frames, n_channels) of one sampling rate."""

    frames: np.ndarray
    rate_hz: int


def samples_of(frame: Any) -> np.ndarray:
    """The samples of an AudioFrame, (n_frames, n_channels), of its own type. Of eight planes PyAV
    gives nine, and `to_ndarray` crashes on that which is none.
    """
    n_channels = frame.layout.nb_channels
    if not frame.format.is_planar:
        packed: np.ndarray = frame.to_ndarray().reshape(-1, n_channels)
        return packed
    kind, planes = PLANAR[frame.format.name], frame.planes[:n_channels]
    return np.stack([np.frombuffer(plane, kind, frame.samples) for plane in planes], axis=1)


@attrs.define
class TrackReader:
    """Decodes one track of an open container.

    Afterwards `losses` holds what could not be read, `clock_s` the seconds that were given, `kind`
    FFmpeg's name of the format, and `promised_s` the length that the file says, 0 if it says none.
    """

    container: Any
    stream: Any
    path: Path
    losses: Losses = attrs.field(factory=Losses)
    clock_s: float = 0.0
    kind: str = ""
    promised_s: float = 0.0
    _refused: int = 0  # packets since the last good frame
    _refused_s: float = 0.0
    _filled_s: float = 0.0  # of silence that was given
    _ahead_s: float = 0.0  # by which the time stamps are wrong
    _resting_s: float = 0.0  # of frames that represent silence, since the last good frame
    _guessed: bool = False  # the last loss is the length of a frame that FFmpeg complained of
    _rate_hz: int = 0
    _given: int = 0  # frames of all blocks

    def blocks(self) -> Iterator[Block]:
        """All of it, silence included, in blocks of about BLOCK frames."""
        self.kind = self.container.format.name
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
        if self.stream.duration:  # now: what FFmpeg holds is gone with the container
            self.promised_s = float(self.stream.duration * self.stream.time_base)

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
                values = samples_of(frame)
                silence_s = self._silence_before(frame, bool(complaints))
                complaints.clear()
                yield from self._silence(silence_s, values, frame.sample_rate)
                self.clock_s += len(values) / frame.sample_rate
                self._resting_s = 0.0
                yield values, frame.sample_rate
        rate_hz = self._rate_hz or self.stream.codec_context.sample_rate
        yield from self._silence(min(self._resting_s, self._longest_s()), values, rate_hz)

    def _silence(
        self, seconds: float, like: np.ndarray, rate_hz: int
    ) -> Iterator[tuple[np.ndarray, int]]:
        """Silence of this length, of the type and the channels of these samples."""
        self.clock_s += seconds
        self._filled_s += seconds
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
        if frame.time is None or self.kind == "avi":  # whose time stamps are counts of chunks
            silence_s = min(refused_s, self._longest_s())
        else:
            least_s = ROUNDING_S if missing or self._resting_s else PAUSE_S
            silence_s = self._pause_s(frame.time, least_s)
        missing = missing or (silence_s > 0 and self.kind in WITHOUT_PAUSES)
        if missing and (self.clock_s > WARM_UP_S or refused_s > WARM_UP_S):
            if self._guessed and silence_s:  # the time stamps tell it now
                self.losses.places.pop()
            self._guessed = complained and not silence_s
            wrong_s = frame.samples / frame.sample_rate if self._guessed else 0.0
            self.losses.add(self.clock_s, silence_s + wrong_s, refused)
        return silence_s

    def _pause_s(self, time_s: float, least_s: float) -> float:
        """The pause before a frame with this time stamp, 0 if it is shorter than `least_s`, or too
        long to be one: then the time stamps are wrong by it, until they fit again.
        """
        late_s = time_s - (self.container.start_time or 0) / av.time_base - self.clock_s
        if late_s < PAUSE_S:
            self._ahead_s = 0.0
        pause_s = late_s - self._ahead_s
        if pause_s > self._longest_s():
            self._ahead_s = late_s
            return 0.0
        return pause_s if pause_s > least_s else 0.0

    def _longest_s(self) -> float:
        """The longest pause that may come now."""
        left_s = PAUSES_S + self.path.stat().st_size / BYTES_A_SECOND - self._filled_s
        return min(LONGEST_PAUSE_S, left_s)
