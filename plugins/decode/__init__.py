"""decode: any recording to float32 mono at 16 kHz, counted by samples."""

import attrs

from vsat_core.plugin import EXACT, Card, Package, hookimpl, param


@attrs.frozen
class TrackParams:
    """For files with several sound tracks."""

    track: int = param(
        0, "the sound track to take, counted from 1; 0 mixes all of them", low=0, high=999
    )


@attrs.frozen
class Limits:
    """When FFmpeg's process is stopped, and the recording given up."""

    stalled_s: int = param(120, "seconds without progress", low=1, high=86_400)
    memory_mb: int = param(2000, "megabytes of memory", low=100, high=1_000_000)


@hookimpl
def vsat_decode() -> list[Card]:
    """WAV by plain code, what libsndfile reads, what FFmpeg reads, and a choice by content."""
    ffmpeg = (Package("av", extra=""),)
    return [
        Card("wave.baseline", "WAV only; plain parsing, polyphase resampling", agreement=EXACT),
        Card(
            "sndfile.vectorized",
            "wav, flac, ogg, opus, mp3, aiff through libsndfile, resampled by soxr",
            agreement=EXACT,
        ),
        Card(
            "av.native",
            "m4a, mp4, webm and other formats through FFmpeg (PyAV), resampled by soxr",
            TrackParams,
            Limits,
            needs=ffmpeg,
            agreement=EXACT,
        ),
        Card(
            "auto.native",
            "by content: plain formats through libsndfile, all others through FFmpeg",
            TrackParams,
            Limits,
            needs=ffmpeg,
            agreement=EXACT,
        ),
    ]
