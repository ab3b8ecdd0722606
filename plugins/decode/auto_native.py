"""`auto.native`: the decoder by content. Plain formats through libsndfile in this process, all
others through FFmpeg in another one.

FFmpeg is also tried on what libsndfile cannot read to the end; the longer reading is taken.
"""

from pathlib import Path

from vsat_core.artifacts import Audio, Source
from vsat_core.errors import InputError
from vsat_core.formats.media import HEAD_BYTES, kind_of
from vsat_core.plugin import Decode, Run
from vsat_plugins.decode import Limits, TrackParams, av_native
from vsat_plugins.decode.recording import Reading, describe, open_recording, unknown

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


class Native(Decode):
    """Any recording to mono at 16 kHz: channels and tracks mixed, then resampled by soxr (HQ).

    Raises InputError for what is not readable sound.
    """

    params: TrackParams
    tuning: Limits

    def __call__(self, source: Source, *, run: Run) -> Audio:
        return self._decode(source.path, run).reported(run)

    def _decode(self, path: Path, run: Run) -> Reading:
        with open_recording(path) as file:
            head = file.read(HEAD_BYTES)
        kind = kind_of(head)
        if not kind and "text" in describe(head):
            raise unknown(path, head, "choose a recording")
        if kind not in PLAIN or self.params.track > 1:
            return self._by_ffmpeg(path, run)
        from vsat_plugins.decode import sndfile_vectorized

        try:
            plain = sndfile_vectorized.decode(path, self.params, run)
        except InputError as refused:
            return self._after_refusal(path, run, refused)
        if plain.complete or kind == WAVE:  # FFmpeg would find no more of a WAV file
            return plain
        try:
            other = self._by_ffmpeg(path, run)
        except InputError:
            return plain
        return max(plain, other, key=lambda reading: len(reading.audio.samples))

    def _by_ffmpeg(self, path: Path, run: Run) -> Reading:
        return av_native.decode(path, self.params, self.tuning, run)

    def _after_refusal(self, path: Path, run: Run, refused: InputError) -> Reading:
        """By FFmpeg what libsndfile refuses; if that fails too, libsndfile's reason."""
        try:
            return self._by_ffmpeg(path, run)
        except InputError as also:
            raise (also if "choose auto" in str(refused) else refused) from None
