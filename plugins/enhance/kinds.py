"""Rules over the environment that `enhance` measured: profiles may let the recording decide."""

from __future__ import annotations

from vsat_core.artifacts import Audio


def _is(audio: Audio, kind: str, sound: str) -> str:
    """Why the rule holds, "" where the environment is another or unknown."""
    room = audio.environment
    if room is None or room.kind != kind:
        return ""
    return f"{sound} (signal-to-noise ratio {room.snr_db:.0f} dB)"


def quiet(audio: Audio) -> str:
    """Little noise, over more than a telephone's bandwidth."""
    return _is(audio, "quiet", "the recording is quiet")


def noisy(audio: Audio) -> str:
    """Much noise."""
    return _is(audio, "noisy", "the recording is noisy")


def telephone(audio: Audio) -> str:
    """Nothing above a telephone's band."""
    return _is(audio, "telephone", "the recording has the bandwidth of a telephone")
