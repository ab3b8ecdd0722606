"""How a page of an exported transcript plays its recording."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Playback, Source
from vsat_core.config.profile import Profile
from vsat_core.contract import scratch
from vsat_core.engine import result_records as records
from vsat_core.engine.cache import Cache
from vsat_core.engine.pipeline import Pipeline
from vsat_core.errors import InputError, VsatError

SOUND = ("beside", "inside", "none")
BLOCK = 10 * SAMPLE_RATE  # samples that are encoded at once
BITS_PER_SECOND = 40_000  # enough for speech; a constant rate, so that players seek exactly
SPEED = "7"  # LAME's quality from 0, the slowest, to 9: 5 times as fast as 2


def find_recording(transcript: Path, source: str, given: Path | None) -> Path | None:
    """The recording of a transcript: `given` itself, or the file called `source` in that folder;
    else the one beside the transcript, in the folder above or in the current one, unless its
    content is known to be another. Raises InputError if what was given is not there.
    """
    if given is not None:
        found = given / source if given.is_dir() else given
        if not found.is_file():
            raise InputError(f"{found}: there is no such recording; check --audio")
        return found
    folders = [transcript.parent, transcript.parent.parent, Path()]
    there = [folder / source for folder in folders if (folder / source).is_file()]
    return next((path for path in there if not _is_other(transcript, path)), None)


def _is_other(transcript: Path, recording: Path) -> bool:
    """Whether the record of a transcript says that it was made from other content."""
    record = records.read(transcript.parent, transcript.stem)
    origin = record.origin(transcript.name, lambda: records.digest_of(transcript))
    try:
        return origin is not None and not origin.is_of(Source(recording), origin.profile)
    except VsatError:
        return True


def linked(recording: Path | None, source: str, out: Path) -> Playback:
    """The address of a recording from a page in `out`; of a file of its name beside the page where
    it is not known.
    """
    if recording is None:
        return Playback("./" + quote(os.fsencode(source)))
    with contextlib.suppress(ValueError):  # on another drive
        way = os.path.relpath(os.path.realpath(recording), os.path.realpath(out))
        return Playback("./" + quote(os.fsencode(way.replace(os.sep, "/"))))
    return Playback(recording.resolve().as_uri())


@contextlib.contextmanager
def enclosed(recording: Path, profile: Profile) -> Iterator[Playback]:
    """The sound of a recording as MP3, as the profile decodes it, so that times are those of the
    transcript. Memory does not grow with its length. Raises VsatError.
    """
    outcome = Pipeline(profile, Cache(), once=True).run(Source(recording), ("decode",))
    audio = outcome.artifact(Audio)
    with scratch.folder() as folder:
        path = folder / "sound.mp3"
        encode(audio.samples, path)
        yield Playback(mp3=np.memmap(path, np.uint8, "r"))


def encode(samples: np.ndarray, path: Path) -> None:
    """Write sound (float32 (n_samples,) at 16 kHz) as MP3 of a constant bit rate, by LAME."""
    import av

    with av.open(str(path), "w", format="mp3") as file:
        stream = file.add_stream(
            "mp3", SAMPLE_RATE, layout="mono", options={"compression_level": SPEED}
        )
        stream.bit_rate = BITS_PER_SECOND
        for first in range(0, len(samples), BLOCK):
            block = np.ascontiguousarray(samples[None, first : first + BLOCK])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def check_sound(kind: str, formats: Sequence[str], given: Path | None) -> None:
    """--audio and --sound only mean something for html. Raises InputError."""
    if (given is not None or kind != SOUND[0]) and "html" not in formats:
        raise InputError("--sound and --audio: are for the format html; add it to --format")
