"""`sndfile.vectorized`: what libsndfile reads, resampled by soxr while it streams."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import soundfile
import soxr

from vsat_core.artifacts import SAMPLE_RATE, Audio, Source
from vsat_core.variants import Run
from vsat_plugins.decode.recording import (
    check_rate,
    cut_short,
    damaged,
    mono_of,
    no_sound,
    open_recording,
    output_length,
    peak_of,
    size_of,
    too_loud,
    unknown,
)
from vsat_plugins.decode.riff import FLOAT, PCM, WaveHeader, is_riff, read_header
from vsat_plugins.decode.window import Window

BLOCK = 1 << 17  # frames read at a time
BLOCK_IN_PLACE = 1 << 20  # where they need no work
BELIEVABLE = 1_000  # frames for each byte of the file; a header that promises more is not trusted for the length
RAW_SUBTYPES = {(PCM, 1): "PCM_U8", (PCM, 2): "PCM_16", (PCM, 3): "PCM_24", (PCM, 4): "PCM_32",
                (FLOAT, 4): "FLOAT", (FLOAT, 8): "DOUBLE", (6, 1): "ALAW", (7, 1): "ULAW"}


class Vectorized:
    """Any file libsndfile knows, to mono at 16 kHz, block by block: memory does not grow with it."""

    def __init__(self, params: Any, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, source: Source, *, run: Run) -> Audio:
        """Channels averaged, then resampled by soxr (HQ). Raises InputError for what is not readable sound."""
        path = source.path
        with open_recording(path) as file:
            complaint = _complaint(file, path)
            with _open(file, path) as sound:
                check_rate(sound.samplerate, path)
                promised = _promised(sound, file, path)
                samples, got = _decode(sound, promised, path, run)
                if got == 0:
                    raise no_sound(path)
                if got < promised and not complaint:
                    complaint = cut_short(path, got / sound.samplerate, promised / sound.samplerate)
                if complaint:
                    run.warn(complaint)
                return Audio(samples)


class Streamed(soundfile.SoundFile):
    """A file that is read from beginning to end. Where soundfile may seek, it does so after every block to where it is
    already, and libsndfile decodes the end of a FLAC block again.
    """

    def seekable(self) -> bool:
        """No."""
        return False


def _decode(sound: soundfile.SoundFile, promised: int, path: Path, run: Run) -> tuple[np.ndarray, int]:
    """The samples at 16 kHz, and how many frames of the file they were made from."""
    rate = sound.samplerate
    out = run.array((output_length(promised, rate),), "float32")
    as_it_is = rate == SAMPLE_RATE and sound.channels == 1
    stream = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32", quality="HQ") if rate != SAMPLE_RATE else None
    whole_numbers = sound.subtype.startswith("PCM_")  # cannot leave -1..1
    got, made, peak = 0, 0, 0.0
    for block in _blocks(sound, promised, out.reshape(-1, 1) if as_it_is else None):
        if not whole_numbers:
            peak = max(peak, peak_of(block, got, rate, path))
        got += len(block)
        if as_it_is:
            made = got
        else:
            mono = mono_of(block)
            made = _put(out, made, stream.resample_chunk(mono) if stream else mono)
        run.progress(made)
    if stream:
        _put(out, made, stream.resample_chunk(np.zeros(0, np.float32), last=True))
    if peak > 1 and sound.subtype in ("FLOAT", "DOUBLE"):
        run.warn(too_loud(peak, path))
    return out[: output_length(got, rate)], got


def _put(out: np.ndarray, at: int, piece: np.ndarray) -> int:
    """Copy `piece` to `out[at:]` as far as there is room; where the next one goes."""
    end = min(at + len(piece), len(out))
    out[at:end] = piece[: end - at]
    return end


def _blocks(sound: soundfile.SoundFile, limit: int, into: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """float32 (n_frames, n_channels) up to `limit` frames, or to where the file ends or is damaged.

    Blocks lie one after the other in `into` float32 (limit, n_channels), or each in the place of the one before.
    """
    size = min(BLOCK if into is None else BLOCK_IN_PLACE, limit)
    room = np.empty((size, sound.channels), np.float32) if into is None else into
    done = 0
    while done < limit:
        begin = done if into is not None else 0
        block = room[begin : begin + min(size, limit - done)]
        try:
            read = sound.read(out=block)
        except soundfile.LibsndfileError:  # before which it filled the block as far as it got
            reached = sound.tell() - done
            if reached > 0:
                yield block[:reached]
            return
        if not len(read):
            return
        yield read
        done += len(read)


def _promised(sound: soundfile.SoundFile, file: BinaryIO, path: Path) -> int:
    """How many frames to make room for: what the header says, or a count where it says nothing credible."""
    if sound.frames <= BELIEVABLE * size_of(file):
        return int(sound.frames)
    with _open(file, path) as counted:
        return sum(map(len, _blocks(counted, counted.frames)))


def _complaint(file: BinaryIO, path: Path) -> str:
    """What is wrong with the file that libsndfile would pass over in silence, or ""."""
    head = file.read(12)
    if is_riff(head):
        return read_header(file, path).complaint(path)
    if head[:4] == b"OggS" and not _ogg_ends(file):
        return f"{path}: ends in the middle (no end mark); read as far as it goes"
    return ""


def _ogg_ends(file: BinaryIO) -> bool:
    """Whether the last page of an Ogg file is whole and marked as the last (RFC 3533, section 6)."""
    file.seek(max(0, size_of(file) - (1 << 17)))  # a page has at most 65307 bytes
    tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    whole = len(page) > 27 and len(page) >= 27 + page[26] + sum(page[27 : 27 + page[26]])
    return whole and bool(page[5] & 4)


@contextmanager
def _open(file: BinaryIO, path: Path) -> Iterator[soundfile.SoundFile]:
    """The sound behind the header. Raises InputError with the remedy where libsndfile finds none.

    It reads the file through a descriptor of its own, which has no name: libsndfile then goes by content alone.
    """
    file.seek(0)
    head = file.read(64)
    raw = _headless(read_header(file, path)) if is_riff(head) else {}
    begin = raw.pop("begin", 0)
    with path.open("rb", buffering=0) as own:
        try:
            whole = Window(file, begin, size_of(file)) if begin else own.fileno()
            sound = Streamed(whole, closefd=False, **raw)
        except soundfile.LibsndfileError:
            known = head.startswith((b"RIFF", b"RF64", b"fLaC", b"OggS", b"ID3", b"\xff\xfb"))
            raise damaged(path) if known else unknown(path, head) from None
        with sound:
            yield sound


def _headless(header: WaveHeader) -> dict[str, Any]:
    """How to read WAV whose header gives no length, which libsndfile would take for empty: as raw samples."""
    subtype = RAW_SUBTYPES.get((header.format_tag, header.frame_bytes // header.channels))
    if header.declared_bytes is not None or subtype is None:
        return {}
    return {"begin": header.offset, "samplerate": header.rate_hz, "channels": header.channels, "format": "RAW",
            "subtype": subtype, "endian": "LITTLE"}
