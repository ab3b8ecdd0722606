"""A conversation of three voices with real files as results, transcribed in no time."""

from __future__ import annotations

from pathlib import Path

from tests._support.tiny_recording import Tiny

VOICES = (192, 64, 112, 64, 192, 112)  # as in loose/harbour.py: below zero, low, high


def harbour_talk(folder: Path) -> tuple[Path, Path]:
    """The profile and the recording, `harbour talk.wav` of 12 s, in a new folder."""
    tiny = Tiny.of(folder, "harbour.py")
    text = tiny.profile.read_text()
    for stage in ("cluster", "transcribe", "align"):
        text = text.replace(f'[stages.{stage}]\nuse = "tiny', f'[stages.{stage}]\nuse = "harbour')
    text = text.replace('write]\nuse = "tiny.plain', 'write]\nuse = "files.baseline')
    tiny.profile.write_text(text)
    recording = folder / "harbour talk.wav"
    recording.write_bytes(b"".join(bytes(8000) + bytes([level]) * 24000 for level in VOICES))
    return tiny.profile, recording
