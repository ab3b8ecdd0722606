"""decode: any recording to float32 mono at 16 kHz, counted by samples."""

import attrs

from vsat_core.plugin import EXACT, Card, ChannelChoice, Device, Package, close, hookimpl, param


@attrs.frozen
class TrackParams(ChannelChoice):
    """For files with several sound tracks, or several channels."""

    track: int = param(
        0, "the sound track to take, counted from 1; 0 mixes all of them", low=0, high=999
    )


@attrs.frozen
class Limits:
    """When FFmpeg's process is stopped, and the recording given up."""

    stalled_s: int = param(120, "seconds without progress", low=1, high=86_400)
    memory_mb: int = param(900, "megabytes of memory", low=100, high=1_000_000)


@attrs.frozen
class Blocks(Device):
    """Tuning of what resamples several blocks together."""

    batch: int = param(2, "blocks of 20 s computed together", low=1, high=64)


# a float32 takes one step where sums of float64 are rounded in another order
ONE_STEP = close(rtol=2**-23, atol=1e-12)


@hookimpl
def vsat_decode() -> list[Card]:
    """WAV by plain code, what libsndfile reads, what FFmpeg reads, and a choice by content."""
    ffmpeg, wave = (Package("av", extra=""),), "WAV only, polyphase resampling"
    return [
        Card("wave.baseline", f"{wave}; plain parsing, SciPy", ChannelChoice, agreement=ONE_STEP),
        Card("wave.vectorized", f"{wave}; products of matrices by NumPy", ChannelChoice),
        Card("wave.numba", f"{wave}; compiled loops", ChannelChoice),
        Card("wave.batched", f"{wave}; products of matrices by torch", ChannelChoice, Blocks),
        Card(
            "sndfile.vectorized",
            "wav, flac, ogg, opus, mp3, aiff through libsndfile, resampled by soxr",
            ChannelChoice,
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
