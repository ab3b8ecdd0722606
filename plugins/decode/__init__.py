"""decode: any recording to float32 mono at 16 kHz, counted by samples."""

import attrs

from vsat_core.plugin import EXACT, Card, Package, hookimpl, param


@attrs.frozen
class TrackParams:
    """What decoders of files with several sound tracks obey."""

    track: int = param(
        0, "the sound track to take, counted from 1; 0 mixes all of them", low=0, high=999
    )


@attrs.frozen
class Limits:
    """How long and how much FFmpeg may work on one recording before it is given up."""

    stalled_s: int = param(120, "seconds without progress", low=1, high=86_400)
    memory_mb: int = param(2000, "megabytes of memory", low=100, high=1_000_000)


@hookimpl
def vsat_decode() -> list[Card]:
    """The ways in: by content, WAV by the standard library, all that libsndfile reads, all that
    FFmpeg reads.
    """
    return [
        Card(
            "wave.baseline",
            "WAV only; plain parsing and polyphase resampling",
            agreement=EXACT,
            target="vsat_plugins.decode.wave:Baseline",
        ),
        Card(
            "sndfile.vectorized",
            "wav, flac, ogg, opus, mp3, aiff through libsndfile, resampled by soxr as it streams",
            agreement=EXACT,
            target="vsat_plugins.decode.sndfile:Vectorized",
        ),
        Card(
            "av.native",
            "m4a, mp4, webm and what else FFmpeg reads, through PyAV, resampled by soxr as it "
            "streams",
            params=TrackParams,
            tuning=Limits,
            needs=(Package("av", extra=""),),
            agreement=EXACT,
            target="vsat_plugins.decode.av_native:Native",
        ),
        Card(
            "auto.native",
            "any recording: plain formats through libsndfile, all others through FFmpeg, chosen "
            "by content",
            params=TrackParams,
            tuning=Limits,
            needs=(Package("av", extra=""),),
            agreement=EXACT,
            target="vsat_plugins.decode.auto_native:Native",
        ),
    ]
