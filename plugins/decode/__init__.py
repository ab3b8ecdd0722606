"""decode: any recording to float32 mono at 16 kHz, counted by samples."""
from vsat_core.plugin import EXACT, Card, Package, hookimpl


@hookimpl
def vsat_decode() -> list[Card]:
    """The ways in: WAV by the standard library and scipy, everything libsndfile reads, everything FFmpeg reads."""
    return [
        Card("wave.baseline", "vsat_plugins.decode.wave:Baseline", "WAV only; plain parsing and polyphase resampling",
             agreement=EXACT),
        Card("sndfile.vectorized", "vsat_plugins.decode.sndfile:Vectorized",
             "wav, flac, ogg, opus, mp3, aiff through libsndfile, resampled by soxr as it streams", agreement=EXACT),
        Card("av.native", "vsat_plugins.decode.film:Native",
             "m4a, mp4, webm and what else FFmpeg reads, through PyAV, resampled by soxr as it streams",
             needs=(Package("av", extra="av"),), agreement=EXACT),
    ]
