"""A transcript with the corrections of its library."""

from __future__ import annotations

from pathlib import Path

import msgspec

from vsat_core.errors import InputError
from vsat_core.formats.transcript import Readable


def corrected_transcript(path: Path, library: Path | None = None) -> Readable:
    """The transcript of a json file of `vsat run`, with the corrections that `library` (by default
    that of the file's folder) has for it; as it is where there is no library or no correction.

    Raises InputError if the file is no transcript.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Readable)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except msgspec.MsgspecError as error:
        raise InputError(f"{path}: {error}; write the transcript again with vsat run") from None
