"""`sndfile.vectorized`: WAV, FLAC, OGG, MP3 and what else libsndfile reads, resampled by soxr as it
streams.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import attrs
import numpy as np
import soundfile

from vsat_core.artifacts import Audio, Source
from vsat_core.errors import InputError
from vsat_core.formats.media import HEAD_BYTES, kind_of
from vsat_core.plugin import ChannelChoice, Decode, Run
from vsat_plugins.decode.channels import (
    Channels,
    check_channel,
    layout_of_parts,
    mono_of,
    notes_of,
)
from vsat_plugins.decode.misleading import NOTE, to_the_end
from vsat_plugins.decode.mpeg import MpegPart, mpeg_parts
from vsat_plugins.decode.outline import outline_of
from vsat_plugins.decode.recording import (
    Reading,
    check_rate,
    cut_short,
    damaged,
    ends_in_the_middle,
    no_sound,
    open_recording,
    peak_of,
    size_of,
    too_loud,
    unknown,
)
from vsat_plugins.decode.riff import FLOAT, PCM, is_riff, read_header
from vsat_plugins.decode.spool import Spool, on_a_disk_with_room
from vsat_plugins.decode.window import open_window

BLOCK = 1 << 18  # samples of all channels read at a time
SLACK_S = 0.05  # an encoder's padding: up to this much less than promised is no damage
RAW_SUBTYPES = {
    (PCM, 1): "PCM_U8",
    (PCM, 2): "PCM_16",
    (PCM, 3): "PCM_24",
    (PCM, 4): "PCM_32",
    (FLOAT, 4): "FLOAT",
    (FLOAT, 8): "DOUBLE",
    (6, 1): "ALAW",
    (7, 1): "ULAW",
}
FLAC_TOTAL = 21  # where STREAMINFO holds 36 bits with the number of samples (RFC 9639, 8.2)
FLAC, OGG = "a FLAC file", "an Ogg file"
MPEG = ("an MP3 file", "an MPEG audio file")


class Vectorized(Decode):
    """Any file libsndfile knows to mono at 16 kHz, block by block: memory does not grow with it.
    Channels are mixed, then resampled by soxr (HQ). Raises InputError for what is not readable
    sound.
    """

    params: ChannelChoice

    def __call__(self, source: Source, *, run: Run) -> Audio:
        return decode(source.path, self.params, run).reported(run)


def decode(path: Path, choice: ChannelChoice, run: Run) -> Reading:
    """Raises InputError, DiskFull."""
    return on_a_disk_with_room(run, lambda folder: _decode(path, choice, run, folder))


def _decode(path: Path, choice: ChannelChoice, run: Run, folder: Path) -> Reading:
    with open_recording(path) as file, Spool(folder, run.progress) as spool:
        notes: list[str] = []
        gathered: list[Channels] = []
        peak, n_frames, complete = 0.0, 0, True
        for part in _parts(file, path):
            peak = max(peak, part.decode(spool, choice, None))
            channels = part.channels
            if (weights := channels.weights()) is not channels.given:
                spool.drop()
                part.decode(spool, choice, weights)
            gathered.append(channels)
            n_frames += spool.frames
            notes += filter(None, (part.complaint(spool.frames), *notes_of(channels)))
            complete = complete and not part.lost
        if not n_frames:
            raise no_sound(path)
        check_channel(choice, gathered, path)
        if peak > 1:
            notes.append(too_loud(peak))
        audio = Audio(spool.samples(), layout=layout_of_parts(gathered))
        return Reading(audio, list(dict.fromkeys(notes)), complete)


@attrs.define
class _Part:
    """One recording of a file: how libsndfile is to open it, and how many frames its header
    promises.
    """

    file: BinaryIO
    path: Path
    window: BinaryIO | None = None  # where in the file it lies; None: all of it
    raw: dict[str, Any] = attrs.field(factory=dict)
    promised: int | None = None  # None: as libsndfile reports
    note: str = ""
    cut: bool = False
    lost: bool = False
    rate_hz: int = 0
    channels: Channels = attrs.field(init=False)

    def decode(self, spool: Spool, choice: ChannelChoice, weights: np.ndarray | None) -> float:
        """All frames into the spool; returns the largest absolute sample of a float file,
        else 0.
        """
        with self._open() as sound:
            check_rate(sound.samplerate, self.path)
            self.rate_hz, peak = sound.samplerate, 0.0
            self.channels = Channels(sound.channels, sound.samplerate, choice)
            weights = self.channels.given if weights is None else weights
            if self.promised is None:
                self.promised = sound.frames
            whole_numbers = sound.subtype.startswith("PCM_")  # cannot leave -1..1
            spool.begin(sound.samplerate)
            for block in _blocks(sound):
                if not whole_numbers:
                    peak = max(peak, peak_of(block, spool.frames, sound.samplerate, self.path))
                self.channels.add(block)
                spool.add(mono_of(block, weights))
            spool.end()
            return peak if sound.subtype in ("FLOAT", "DOUBLE") else 0.0

    def complaint(self, n_frames: int) -> str:
        """The note on a part of which this many frames were read, or ""."""
        read_s, promised_s = (n / self.rate_hz for n in (n_frames, self.promised or 0))
        short = read_s < promised_s - SLACK_S
        self.lost = short or self.cut
        if self.note:
            return self.note
        if short:
            return cut_short(read_s, promised_s)
        return ends_in_the_middle(read_s) if self.cut else ""

    @contextmanager
    def _open(self) -> Iterator[soundfile.SoundFile]:
        """The sound behind the header. Raises InputError with the remedy where libsndfile finds
        none.
        """
        with ExitStack() as stack:
            content: Any = self.window
            if content is None:
                # a descriptor of its own, which has no name: libsndfile then goes by content alone
                content = stack.enter_context(self.path.open("rb", buffering=0)).fileno()
            else:
                content.seek(0)
            try:
                sound = stack.enter_context(Streamed(content, closefd=False, **self.raw))
            except soundfile.LibsndfileError:
                self.file.seek(0)
                raise _refused(self.path, self.file.read(HEAD_BYTES)) from None
            yield sound


class Streamed(soundfile.SoundFile):
    """A file that is read from beginning to end. Where soundfile may seek, it does so after every
    block to where it is already, and libsndfile decodes the end of a FLAC block again.
    """

    def seekable(self) -> bool:
        return False


def _blocks(sound: soundfile.SoundFile) -> Iterator[np.ndarray]:
    """float32 (n_frames, n_channels) to where the file ends or is damaged, each in the place of the
    one before.
    """
    room = np.empty((max(1, BLOCK // sound.channels), sound.channels), np.float32)
    done = 0
    while True:
        try:
            read = sound.read(out=room)
        except soundfile.LibsndfileError:  # before which it filled the block as far as it got
            reached = sound.tell() - done
            if 0 < reached <= len(room):
                yield room[:reached]
            return
        if not len(read):
            return
        yield read
        done += len(read)


def _parts(file: BinaryIO, path: Path) -> Iterator[_Part]:
    """Each recording of the file, in order. Raises InputError for a WAV header that makes no
    sense.
    """
    head = file.read(HEAD_BYTES)
    kind = "a WAV file" if is_riff(head) else kind_of(head)
    if kind in MPEG:
        yield from (_mpeg(file, path, part) for part in mpeg_parts(file, size_of(file)))
        return
    outline = outline_of(file, kind)
    for begin, end in outline.parts:
        window = open_window(file, begin, end)
        part = _Part(file, path, None if len(outline.parts) == 1 else window)
        if is_riff(window.read(12)):
            yield _wave(part, window, begin, end)
        elif kind == FLAC:
            yield _flac(part, window, begin, end)
        elif patches := to_the_end(window, kind):
            patched = open_window(file, begin, end, patches=patches)
            yield attrs.evolve(part, window=patched, note=NOTE)
        else:
            yield attrs.evolve(part, cut=outline.cut and end == outline.parts[-1][1])


def _wave(part: _Part, window: BinaryIO, begin: int, end: int) -> _Part:
    """WAV whose header misleads about the length, of which libsndfile would read too little, is
    read as raw samples.
    """
    header = read_header(window, part.path)
    subtype = RAW_SUBTYPES.get((header.format_tag, header.frame_bytes // header.channels))
    part.note = header.complaint()
    if not header.misleading or subtype is None:
        return part
    part.window = open_window(part.file, begin + header.offset, end)
    part.raw = {
        "samplerate": header.rate_hz,
        "channels": header.channels,
        "format": "RAW",
        "subtype": subtype,
        "endian": "LITTLE",
    }
    return part


def _flac(part: _Part, window: BinaryIO, begin: int, end: int) -> _Part:
    """The promised number of samples is taken out of the header, as libsndfile would stop there."""
    window.seek(0)
    head = window.read(FLAC_TOTAL + 5)
    part.promised = int.from_bytes(head[FLAC_TOTAL:], "big") & ((1 << 36) - 1)
    unknown_total = bytes([head[FLAC_TOTAL] & 0xF0, 0, 0, 0, 0]) if len(head) > FLAC_TOTAL else b""
    part.window = open_window(part.file, begin, end, patches={FLAC_TOTAL: unknown_total})
    return part


def _mpeg(file: BinaryIO, path: Path, part: MpegPart) -> _Part:
    """Without a Xing frame that counts the frames libsndfile guesses the length: it is given
    one.
    """
    lost = sum(n for _, n in part.holes)
    note = f"{lost} bytes at {part.holes[0][0]:.2f} s could not be read" if lost else ""
    if (part.promised_frames or 0) >= part.n_frames or part.layer != 3:
        return _Part(file, path, open_window(file, part.begin, part.end), note=note)
    begin = part.begin if part.promised_frames is None else part.begin + part.first_size
    window = open_window(file, begin, part.end, part.xing_frame())
    return _Part(file, path, window, promised=part.promised_samples, note=note)


def _refused(path: Path, head: bytes) -> InputError:
    """Why libsndfile does not open a file that begins so."""
    remedy = "choose auto.native for decode, or convert it to WAV or FLAC"
    coding = int.from_bytes(head[20:22], "little")
    if is_riff(head) and head[12:16] == b"fmt " and coding not in (PCM, FLOAT):
        return InputError(
            f"{path}: is WAV in coding {coding:#06x}, which libsndfile does not know; {remedy}"
        )
    known = is_riff(head) or kind_of(head) in (FLAC, OGG, *MPEG, "an AIFF file")
    return damaged(path) if known else unknown(path, head, remedy)
