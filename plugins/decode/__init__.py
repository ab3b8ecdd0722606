"""decode: any recording to float32 mono at 16 kHz, counted by samples."""
from vsat_core.plugin import EXACT, Card, hookimpl


@hookimpl
def vsat_decode() -> list[Card]:
    """The two ways in: WAV by the standard library and scipy, or everything libsndfile reads."""
    return [
        Card("wave.baseline", "vsat_plugins.decode.wave:Baseline", "WAV only; plain parsing and polyphase resampling",
             agreement=EXACT),
        Card("sndfile.vectorized", "vsat_plugins.decode.sndfile:Vectorized",
             "wav, flac, ogg, opus, mp3, aiff through libsndfile, resampled by soxr as it streams", agreement=EXACT),
    ]
