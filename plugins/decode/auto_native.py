"""`auto.native`: the decoder by content. Plain formats through libsndfile in this process, all
others through FFmpeg.

libsndfile needs no process of its own: it did not crash on 19,823 mutated files. FFmpeg is tried on
what libsndfile lacks or cannot read to the end; of two incomplete readings the longer one is taken.
"""

from __future__ import annotations

from pathlib import Path

from vsat_core.artifacts import Audio, Source
from vsat_core.contract.protocols import Run
from vsat_core.errors import InputError
from vsat_core.formats.media import HEAD_BYTES, kind_of
from vsat_plugins.decode import Limits, TrackParams, av_native
from vsat_plugins.decode.recording import describe, open_recording, unknown

PLAIN = {
    "a WAV file",
    "a Sony Wave64 file",
    "an AIFF file",
    "an AU file",
    "a CAF file",
    "a FLAC file",
    "a NIST SPHERE file",
    "a VOC file",
    "an IRCAM file",
    "an IFF sound file",
}
WAVE = "a WAV file"


class Native:
    """Any recording to mono at 16 kHz."""

    def __init__(self, params: TrackParams, tuning: Limits) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, source: Source, *, run: Run) -> Audio:
        """Channels and tracks mixed, then resampled by soxr (HQ). Raises InputError for what is not
        readable sound.
        """
        audio, notes = self._decode(source.path, run)
        for note in notes:
            run.warn(note)
        return audio

    def _decode(self, path: Path, run: Run) -> tuple[Audio, list[str]]:
        with open_recording(path) as file:
            head = file.read(HEAD_BYTES)
        kind = kind_of(head)
        if not kind and "text" in describe(head):
            raise unknown(path, head, "choose a recording")
        if kind not in PLAIN or self.params.track > 1:
            return self._by_ffmpeg(path, run)[:2]
        from vsat_plugins.decode import sndfile

        try:
            audio, notes, whole = sndfile.decode(path, run)
        except InputError as refused:
            return self._instead(path, run, refused)
        if whole or kind == WAVE:  # what is missing of a WAV file is missing to everyone
            return audio, notes
        try:
            other, other_notes, _ = self._by_ffmpeg(path, run)
        except InputError:
            return audio, notes
        return (other, other_notes) if len(other.samples) > len(audio.samples) else (audio, notes)

    def _by_ffmpeg(self, path: Path, run: Run) -> tuple[Audio, list[str], bool]:
        return av_native.decode(path, self.params.track, self.tuning, run)

    def _instead(self, path: Path, run: Run, refused: InputError) -> tuple[Audio, list[str]]:
        """What FFmpeg makes of a file that libsndfile refuses; if nothing, libsndfile's reason."""
        try:
            return self._by_ffmpeg(path, run)[:2]
        except InputError as also:
            raise (also if "choose auto" in str(refused) else refused) from None
