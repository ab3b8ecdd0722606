"""What all decoders share: opening a file, checks, and one line for each problem."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio
from vsat_core.errors import InputError
from vsat_core.formats.media import kind_of
from vsat_core.plugin import Run

LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 1_000, 384_000


@attrs.frozen
class Reading:
    """The sound of a file, notes for the user, and whether all of the file could be read."""

    audio: Audio
    notes: list[str]
    complete: bool

    def reported(self, run: Run) -> Audio:
        """The sound, after the user was warned."""
        for note in self.notes:
            run.warn(note)
        return self.audio


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
        raise InputError(
            f"{path}: cannot be read ({reason}); check the name and permissions"
        ) from None


def size_of(file: BinaryIO) -> int:
    """Bytes in an open file, which is left at its end."""
    return file.seek(0, os.SEEK_END)


def describe(head: bytes) -> str:
    """What a file seems to be, by its first bytes.

    >>> describe(b"Dear reader")
    'is text, not sound'
    """
    if kind := kind_of(head):
        return f"is {kind}"
    return (
        "is text, not sound"
        if all(b >= 32 or b in b"\t\n\r" for b in head)
        else "is not a sound file"
    )


def check_rate(rate_hz: int, path: Path) -> None:
    """Raise InputError for a sampling rate no recording of speech has."""
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise InputError(
            f"{path}: its header says {rate_hz} samples a second, expected {LOWEST_RATE_HZ} to "
            f"{HIGHEST_RATE_HZ}; export it again"
        )


def check_finite(block: np.ndarray, first_frame: int, rate_hz: int, path: Path) -> None:
    """Raise InputError, saying at which second, if frames (n_frames, n_channels) hold NaN or
    infinity.
    """
    if np.isfinite(block).all():
        return
    frame = first_frame + int(np.flatnonzero(~np.isfinite(block).all(axis=1))[0])
    raise InputError(
        f"{path}: holds a sample that is not a number (NaN or infinity) at {frame / rate_hz:.3f} "
        "s; export it again from the program that made it, as 16-bit WAV"
    )


def peak_of(block: np.ndarray, first_frame: int, rate_hz: int, path: Path) -> float:
    """The largest absolute value of frames (n_frames, n_channels). Raises InputError as
    `check_finite` does.
    """
    peak = max(float(block.max(initial=0)), -float(block.min(initial=0)))
    if not np.isfinite(peak):  # either of the two is NaN if anything is
        check_finite(block, first_frame, rate_hz, path)
    return peak


def damaged(path: Path) -> InputError:
    """For a file of a known kind whose beginning makes no sense."""
    return InputError(
        f"{path}: is damaged or cut off in its header; record, copy or export it again"
    )


def unknown(path: Path, head: bytes, remedy: str) -> InputError:
    """For a file that a decoder does not know, by its first bytes."""
    return InputError(f"{path}: {describe(head)}; {remedy}")


def no_sound(path: Path) -> InputError:
    """For a file with a good header and nothing behind it."""
    return InputError(f"{path}: holds no sound (0 samples); record or export it again")


def too_loud(peak: float) -> str:
    """The note on a float file whose samples leave -1..1. They are kept: clipping would lose what
    is there.
    """
    return (
        f"samples reach {peak:.4g}, expected -1 to 1; kept as they are, a level gain in "
        "`enhance` brings them back"
    )


def cut_short(read_s: float, promised_s: float) -> str:
    """The note on a recording that ends before its header says so."""
    return (
        f"ends after {read_s:.2f} s of the {promised_s:.2f} s its header promises; read as far "
        "as it goes"
    )


def ends_in_the_middle(read_s: float) -> str:
    """The note on a file whose structure goes on after its end."""
    return f"the file is cut off after {read_s:.2f} s of sound; read as far as it goes"


def output_length(n_frames: int, rate_hz: int) -> int:
    """Number of samples at 16 kHz that represent `n_frames` at `rate_hz`, rounded half up.

    >>> output_length(44_100, 44_100), output_length(1, 48_000), output_length(1, 8_000)
    (16000, 0, 2)
    """
    return (2 * n_frames * SAMPLE_RATE + rate_hz) // (2 * rate_hz)
