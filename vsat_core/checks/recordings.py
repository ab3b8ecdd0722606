"""The speech that variants are checked on: the beginning of a recording with references, or a
synthesised stand-in.
"""

from pathlib import Path

import numpy as np
import soundfile

import vsat_core
from vsat_core.artifacts import SAMPLE_RATE, Source
from vsat_core.checks.examples import Examples, Truth
from vsat_core.checks.synthetic import talk
from vsat_core.config.registry import Registry
from vsat_core.errors import InputError
from vsat_core.formats.ctm import read_ctm
from vsat_core.formats.rttm import read_rttm

USUAL = Path("test_data") / "short_conversation.wav"
EXCERPT_S = 12.0  # every check but the accuracy budget
BUDGET_S = 300.0  # for the accuracy budget


def find(asked: Path | None = None) -> Path | None:
    """The recording asked for, else the conversation of ./test_data or of the checkout this runs
    from, if any.
    """
    if asked:
        if not asked.is_file():
            raise InputError(f"{asked}: there is no such recording; check the name")
        return asked
    checkout = Path(vsat_core.__file__).resolve().parent.parent
    return next((p for p in (USUAL, checkout / USUAL) if p.is_file()), None)


def examples_of(
    registry: Registry, folder: Path, recording: Path | None = None, seconds: float = EXCERPT_S
) -> Examples:
    """Examples made of the first `seconds` of a recording, or of synthesised talk without one.

    The part is written to `folder` as a WAV file, which every decoder reads; references are
    NAME.rttm and NAME.ctm next to the recording. Raises InputError for a recording that libsndfile
    cannot read.
    """
    path = folder / f"conversation-{seconds:g}s.wav"
    if recording is None:
        samples, truth = talk()
        soundfile.write(path, samples[: round(seconds * SAMPLE_RATE)], SAMPLE_RATE, "PCM_16")
        return Examples(registry, Source(path), truth=truth.until(seconds))
    try:
        rate = soundfile.info(recording).samplerate
        part, _ = soundfile.read(
            recording, frames=round(seconds * rate), dtype="float32", always_2d=True
        )
    except (soundfile.LibsndfileError, RuntimeError) as error:
        problem = f"{recording}: libsndfile cannot read it ({error}); convert it to WAV or FLAC"
        raise InputError(problem) from None
    soundfile.write(path, np.clip(part.mean(1), -1, 1), rate, "PCM_16")
    return Examples(registry, Source(path), truth=_truth(recording).until(seconds))


def _truth(recording: Path) -> Truth:
    """The references next to a recording."""
    turns, words = recording.with_suffix(".rttm"), recording.with_suffix(".ctm")
    return Truth(
        tuple(read_rttm(turns)) if turns.is_file() else None,
        tuple(read_ctm(words)) if words.is_file() else None,
    )
