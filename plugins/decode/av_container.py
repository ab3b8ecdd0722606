"""Opening a file by FFmpeg, and what its audio tracks are called."""

from pathlib import Path
from typing import Any, BinaryIO

import av

from vsat_core.errors import InputError
from vsat_core.formats.ffmpeg import OPTIONS
from vsat_core.formats.media import HEAD_BYTES
from vsat_plugins.decode.outline import holds_index
from vsat_plugins.decode.recording import describe, unknown

READ_BYTES = 1 << 18
ENCRYPTED = ("drms", "enca", "aavd")


def open_container(window: BinaryIO, path: Path) -> Any:
    """Raises InputError with the remedy where FFmpeg finds nothing it knows."""
    window.seek(0)
    head = window.read(HEAD_BYTES)
    window.seek(0)
    try:
        return av.open(window, options=OPTIONS, buffer_size=READ_BYTES)
    except (av.error.FFmpegError, ValueError, MemoryError):
        what = describe(head)
        remedy = "record, copy or export it again, as WAV, FLAC, MP3, OGG or M4A"
        if "MP4" in what and not holds_index(window):
            raise InputError(
                f"{path}: {what} without its index, which is written last: it was not finished, or "
                "not copied to its end; copy it again, or repair it with the program that recorded "
                "it"
            ) from None
        if " not " in what:
            raise unknown(path, head, remedy) from None
        raise InputError(f"{path}: {what}, damaged or cut off in its header; {remedy}") from None


def track_names(window: BinaryIO, path: Path, track: int) -> list[str]:
    """A name for every audio track. Raises InputError where there is none, none that can be
    decoded, or not `track`.
    """
    with open_container(window, path) as container:
        streams = container.streams.audio
        if not streams:
            kinds = ", ".join(sorted({s.type for s in container.streams})) or "nothing at all"
            raise InputError(
                f"{path}: holds no sound track, only {kinds}; choose a file with sound"
            )
        if track > len(streams):
            raise InputError(
                f"{path}: has {len(streams)} audio track{'s' * (len(streams) > 1)}; --track got "
                f"{track}"
            )
        for stream in streams if track == 0 else [streams[track - 1]]:
            _check_codec(stream, path)
        return [_name(number, stream) for number, stream in enumerate(streams, 1)]


def _check_codec(stream: Any, path: Path) -> None:
    context = stream.codec_context
    if context is not None and _codec_tag(context).lower() in ENCRYPTED:
        raise InputError(
            f"{path}: its sound is encrypted (copy protection); export it without protection"
        )
    if context is None:
        raise InputError(
            f"{path}: its sound is in a coding that FFmpeg does not know; convert it to WAV or FLAC"
        )


def _codec_tag(context: Any) -> str:
    """The four letters of the coding; "" where they are a number, as AVI and WAV have it."""
    try:
        return str(context.codec_tag)
    except UnicodeDecodeError:
        return ""


def _name(number: int, stream: Any) -> str:
    facts = [stream.metadata.get(key, "") for key in ("title", "handler_name", "language")]
    known = [f for f in facts if f and f != "und" and not f.endswith("Handler")]
    return " ".join([str(number), *known[:2]])
