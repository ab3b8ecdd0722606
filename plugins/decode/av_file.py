"""A file through FFmpeg: its recordings, one or all of its tracks, mixed to mono at 16 kHz."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import attrs
import av
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Layout
from vsat_core.errors import InputError
from vsat_core.formats.media import HEAD_BYTES, kind_of
from vsat_core.plugin import ChannelChoice
from vsat_plugins.decode import TrackParams
from vsat_plugins.decode.av_container import open_container, track_names
from vsat_plugins.decode.av_frames import TrackReader
from vsat_plugins.decode.channels import (
    Channels,
    check_channel,
    layout_of_parts,
    mono_of,
    notes_of,
)
from vsat_plugins.decode.losses import Losses
from vsat_plugins.decode.mpeg import MpegPart, mpeg_parts
from vsat_plugins.decode.outline import outline_of
from vsat_plugins.decode.recording import (
    cut_short,
    ends_in_the_middle,
    no_sound,
    open_recording,
    size_of,
)
from vsat_plugins.decode.spool import Spool, samples_at
from vsat_plugins.decode.window import open_window

SLACK_S = 0.25  # an encoder's padding: up to this much less than promised is no damage
# whose header holds the number of samples
EXACT = ("flac", "w64", "aiff", "au", "tta", "wv", "ape")
# a constant bit rate or an index gives the length, wherever the damage is
BY_SIZE = ("ac3", "eac3", "dts", "avi")
MPEG = ("an MP3 file", "an MPEG audio file")


@attrs.frozen
class Decoded:
    """Where the samples lie (float32 at 16 kHz), their number, notes for the user, and whether all
    could be read.
    """

    path: str
    n_samples: int
    notes: list[str]
    complete: bool
    layout: Layout | None = None


def decode_file(
    path: Path, params: TrackParams, folder: Path, progress: Callable[[int], None]
) -> Decoded:
    """Decode one track (0: all) of every recording in the file. Where all of several tracks are
    taken, they are the channels of the recording. Raises InputError for what is no sound.
    """
    track = params.track
    av.logging.set_level(av.logging.ERROR)
    av.logging.set_skip_repeated(False)
    with open_recording(path) as file:
        parts, cut = _parts_of(file)
        names = track_names(parts[0][0], path, track)
        wanted = range(len(names)) if track == 0 else [track - 1]
        choice = ChannelChoice() if len(wanted) > 1 else params
        decoder = _Decoder(path, parts, cut, choice)
        spools = [decoder.track(index, Spool(folder, progress)) for index in wanted]
    notes = decoder.notes()
    if not any(len(s) for s in spools):
        if not (packets := decoder.losses.packets):
            raise no_sound(path)
        raise InputError(
            f"{path}: none of its {packets} packets of sound could be decoded; "
            "record or export it again"
        )
    if len(spools) == 1:
        only = spools[0]
        check_channel(params, decoder.gathered, path)
        layout = layout_of_parts(decoder.gathered)
        return Decoded(str(only.path), len(only), notes, decoder.complete, layout)
    gathered = _gathered(spools, params)
    check_channel(params, [gathered], path)
    notes += notes_of(gathered, "track")
    if params.channels == "mix" and not params.channel:
        listed = "; ".join(names)
        mixing = f"{len(names)} audio tracks were mixed ({listed}); --track N takes one of them"
        notes.insert(0, mixing)
    mixed = _mixed(spools, Spool(folder), gathered.weights())
    return Decoded(str(mixed.path), len(mixed), notes, decoder.complete, gathered.layout())


def _parts_of(file: BinaryIO) -> tuple[list[tuple[BinaryIO, MpegPart | None]], bool]:
    """Each recording of the file, with its frames where it is MPEG audio, and whether the last one
    is cut off.
    """
    head = file.read(HEAD_BYTES)
    kind = kind_of(head)
    mpeg = mpeg_parts(file, size_of(file)) if kind in MPEG else []
    if mpeg:
        return [(open_window(file, p.begin, p.end), p) for p in mpeg], False
    outline = outline_of(file, kind)
    return [(open_window(file, *bounds), None) for bounds in outline.parts], outline.cut


@attrs.define
class _Decoder:
    """Goes through the recordings of a file for one track after the other."""

    path: Path
    parts: Sequence[tuple[BinaryIO, MpegPart | None]]
    cut: bool
    choice: ChannelChoice
    losses: Losses = attrs.field(factory=Losses)
    complete: bool = True
    gathered: list[Channels] = attrs.field(factory=list)
    _notes: list[str] = attrs.field(factory=list)

    def track(self, index: int, spool: Spool) -> Spool:
        """Decode one track of every recording; a recording that lacks it gives nothing."""
        with spool:
            for window, mpeg in self.parts:
                self._part(window, mpeg, index, spool)
            if self.cut:
                self.complete = False
                self._notes.append(ends_in_the_middle(len(spool) / SAMPLE_RATE))
        return spool

    def notes(self) -> list[str]:
        """What the user should know, each line once."""
        return list(dict.fromkeys(filter(None, [self.losses.note(), *self._notes])))

    def _part(self, window: BinaryIO, mpeg: MpegPart | None, index: int, spool: Spool) -> None:
        before = len(spool)
        reader, channels = self._pass(window, index, spool, [])
        weights = [c.weights() for c in channels]
        if any(w is not c.given for w, c in zip(weights, channels, strict=True)):
            spool.cut(before)
            reader, _ = self._pass(window, index, spool, weights)
        for c in channels:
            self._notes += notes_of(c)
        self.gathered += channels
        if reader:
            self._missing(reader, mpeg, before / SAMPLE_RATE)

    def _pass(
        self, window: BinaryIO, index: int, spool: Spool, weights: Sequence[np.ndarray | None]
    ) -> tuple[TrackReader | None, list[Channels]]:
        """Decode into the spool; one Channels for each stretch with the same channels and sampling
        rate.
        """
        channels: list[Channels] = []
        with open_container(window, self.path) as container:
            if index >= len(container.streams.audio):
                return None, []
            reader = TrackReader(container, container.streams.audio[index], self.path)
            reader.stream.codec_context.thread_count = 1
            shape = (0, 0)
            for block in reader.blocks():
                if shape != (block.frames.shape[1], block.rate_hz):
                    if channels:
                        spool.end()
                    shape = (block.frames.shape[1], block.rate_hz)
                    spool.begin(block.rate_hz)
                    channels.append(Channels(*shape, self.choice))
                own = channels[-1]
                own.add(block.frames)
                taken = weights[len(channels) - 1] if weights else own.given
                spool.add(mono_of(block.frames, taken))
            if channels:
                spool.end()
            return reader, channels

    def _missing(self, reader: TrackReader, mpeg: MpegPart | None, begin_s: float) -> None:
        """Note what the reader missed, and what the headers promise beyond it."""
        losses, promised_s = reader.losses, 0.0
        if mpeg and mpeg.holes:
            per_byte = mpeg.seconds / max(1, mpeg.n_bytes)
            losses = Losses([(at, n * per_byte, 0) for at, n in mpeg.holes])
        if mpeg and mpeg.promised_samples:
            promised_s = mpeg.promised_samples / mpeg.rate_hz
        elif reader.kind in EXACT + BY_SIZE:
            promised_s = reader.promised_s
        short_s = promised_s - reader.clock_s
        if reader.kind in BY_SIZE and short_s > SLACK_S and not losses.places:
            if not self.cut:
                self._notes.append(f"{short_s:.1f} s of its sound could not be read")
            return
        in_the_middle = bool(losses.places) and losses.places[0][0] < reader.clock_s - SLACK_S
        if short_s > SLACK_S and not in_the_middle:
            self._notes.append(cut_short(reader.clock_s, promised_s))
            self.complete = self.cut = False  # one note is enough
            return
        if short_s > SLACK_S:
            losses.add(losses.places[0][0], max(0.0, short_s - losses.seconds))
        self.losses.places += losses.moved(begin_s).places
        self.complete = self.complete and not losses.note()


def _together(spools: Sequence[Spool]) -> Iterator[np.ndarray]:
    """The tracks as if they were the channels of one sound, each as long as the longest: blocks
    float32 (n_frames, n_tracks).
    """
    tracks = [samples_at(s.path, len(s)) for s in spools]
    n, step = max(map(len, tracks)), 1 << 18
    for begin in range(0, n, step):
        block = np.zeros((min(step, n - begin), len(tracks)), np.float32)
        for i, samples in enumerate(tracks):
            piece = samples[begin : begin + len(block)]
            block[: len(piece), i] = piece
        yield block


def _gathered(spools: Sequence[Spool], choice: ChannelChoice) -> Channels:
    channels = Channels(len(spools), SAMPLE_RATE, choice)
    for block in _together(spools):
        channels.add(block)
    return channels


def _mixed(spools: Sequence[Spool], out: Spool, weights: np.ndarray | None) -> Spool:
    with out:
        out.begin(SAMPLE_RATE)
        for block in _together(spools):
            out.add(mono_of(block, weights))
        out.end()
    return out
