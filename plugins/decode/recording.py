"""What all decoders ask of a recording, and how they complain about it: one line each."""
from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.errors import InputError

LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 1_000, 384_000
FFMPEG_KINDS = (  # (where, magic, what it is): what people bring, and libsndfile does not read
    (4, b"ftyp", "an MP4 or M4A file"),
    (0, b"\x1aE\xdf\xa3", "a WebM or Matroska file"),
    (0, b"0&\xb2u", "a WMA or WMV file"),
    (0, b"#!AMR", "an AMR file"),
    (0, b"FLV", "a Flash video"),
    (0, b"\xff\xf1", "a raw AAC file"),
    (0, b"\xff\xf9", "a raw AAC file"),
)
KINDS = (
    *FFMPEG_KINDS,
    (0, b"fLaC", "a FLAC file"),
    (0, b"OggS", "an Ogg file"),
    (0, b"ID3", "an MP3 file"),
    (0, b"\xff\xfb", "an MP3 file"),
)


def open_recording(path: Path) -> BinaryIO:
    """The file, open. Raises InputError for what is missing, not a file, unreadable or empty."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{path}: is a folder; name the recording inside it")
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{path}: is not a regular file; save the recording to disk first")
        if status.st_size == 0:
            raise InputError(f"{path}: is an empty file (0 bytes); record or copy it again")
        return path.open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path}: cannot be read ({reason}); check the name and permissions") from None


def size_of(file: BinaryIO) -> int:
    """Bytes in an open file."""
    return os.fstat(file.fileno()).st_size


def describe(head: bytes) -> str:
    """What a file other than WAV seems to be, by its first bytes.

    >>> describe(b"Dear reader")
    'is text, not sound'
    """
    for where, magic, name in KINDS:
        if head[where : where + len(magic)] == magic:
            return f"is {name}"
    return "is text, not sound" if all(b >= 32 or b in b"\t\n\r" for b in head) else "is not a sound file"


def check_rate(rate_hz: int, path: Path) -> None:
    """Raise InputError for a sampling rate no recording of speech has."""
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise InputError(
            f"{path}: its header says {rate_hz} samples a second, expected {LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ}; "
            "export it again"
        )


def check_finite(block: np.ndarray, first_frame: int, rate_hz: int, path: Path) -> None:
    """Raise InputError, saying at which second, if frames (n_frames, n_channels) hold NaN or infinity."""
    if np.isfinite(block).all():
        return
    frame = first_frame + int(np.flatnonzero(~np.isfinite(block).all(axis=1))[0])
    raise InputError(
        f"{path}: holds a sample that is not a number (NaN or infinity) at {frame / rate_hz:.3f} s; "
        "export it again from the program that made it, as 16-bit WAV"
    )


def peak_of(block: np.ndarray, first_frame: int, rate_hz: int, path: Path) -> float:
    """The largest absolute value of frames (n_frames, n_channels). Raises InputError as `check_finite` does."""
    peak = max(float(block.max(initial=0)), -float(block.min(initial=0)))
    if not np.isfinite(peak):  # either of the two is NaN if anything is
        check_finite(block, first_frame, rate_hz, path)
    return peak


def mono_of(block: np.ndarray) -> np.ndarray:
    """The mean over channels of frames float32 (n_frames, n_channels); float32 (n_frames,).

    Channel by channel: NumPy's mean over a short last axis takes many times as long.
    """
    if block.shape[1] == 1:
        return block[:, 0]
    total = block[:, 0] + block[:, 1]
    for channel in range(2, block.shape[1]):
        total += block[:, channel]
    total /= np.float32(block.shape[1])
    return total


def damaged(path: Path) -> InputError:
    """For a file of a known kind whose beginning makes no sense."""
    return InputError(f"{path}: is damaged or cut off in its header; record, copy or export it again")


def unknown(path: Path, head: bytes) -> InputError:
    """For a file that libsndfile does not know, by its first bytes."""
    kind = describe(head)
    film = any(head[where : where + len(magic)] == magic for where, magic, _ in FFMPEG_KINDS)
    remedy = "choose av.native for decode, or convert it" if film else "convert it"
    return InputError(f"{path}: {kind}; {remedy} to WAV, FLAC, MP3 or OGG")


def no_sound(path: Path) -> InputError:
    """For a file with a good header and nothing behind it."""
    return InputError(f"{path}: holds no sound (0 samples); record or export it again")


def too_loud(peak: float, path: Path) -> str:
    """The warning for a float file whose samples leave -1..1. They are kept: clipping would lose what is there."""
    return (
        f"{path}: samples reach {peak:.4g}, expected -1 to 1; kept as they are, "
        "a level gain in `enhance` brings them back"
    )


def cut_short(path: Path, found_s: float, promised_s: float) -> str:
    """The warning for a recording that ends before its header says so."""
    return (
        f"{path}: ends or is damaged after {found_s:.2f} s of the {promised_s:.2f} s its header promises; "
        "read as far as it goes"
    )


def output_length(n_frames: int, rate_hz: int) -> int:
    """How many samples at 16 kHz stand for `n_frames` at `rate_hz`: rounded to the nearest, half up, in integers.

    >>> output_length(44_100, 44_100), output_length(1, 48_000), output_length(1, 8_000)
    (16000, 0, 2)
    """
    return (2 * n_frames * SAMPLE_RATE + rate_hz) // (2 * rate_hz)
