"""Intact recordings of some forty containers and codecs, made by ffmpeg and sox."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

SECONDS = 2.0
BY_FFMPEG = {
    "pcm_u8.wav": "-c:a pcm_u8",
    "pcm_s16.wav": "-c:a pcm_s16le",
    "pcm_s24.wav": "-c:a pcm_s24le",
    "pcm_s32.wav": "-c:a pcm_s32le",
    "float.wav": "-c:a pcm_f32le",
    "double.wav": "-c:a pcm_f64le",
    "alaw.wav": "-c:a pcm_alaw",
    "mulaw.wav": "-c:a pcm_mulaw",
    "adpcm_ima.wav": "-c:a adpcm_ima_wav",
    "adpcm_ms.wav": "-c:a adpcm_ms",
    "stereo.wav": "-ac 2 -ar 44100",
    "rf64.wav": "-rf64 always",
    "sony.w64": "-c:a pcm_s16le",
    "plain.aiff": "-c:a pcm_s16be",
    "plain.au": "-c:a pcm_s16be",
    "mulaw.au": "-c:a pcm_mulaw",
    "plain.caf": "-c:a pcm_s16le",
    "alac.caf": "-c:a alac",
    "plain.flac": "-c:a flac",
    "ogg.flac.oga": "-f ogg -c:a flac",
    "layer3.mp3": "-c:a libmp3lame -b:a 48k",
    "layer2.mp2": "-c:a mp2 -b:a 64k",
    "vorbis.ogg": "-c:a libvorbis",
    "opus.opus": "-c:a libopus -b:a 24k",
    "opus.webm": "-c:a libopus -b:a 24k",
    "vorbis.mka": "-c:a libvorbis",
    "pcm.mkv": "-c:a pcm_s16le",
    "aac.m4a": "-c:a aac -b:a 48k",
    "alac.m4a": "-c:a alac",
    "fragmented.mp4": "-c:a aac -b:a 48k -movflags frag_keyframe+empty_moov",
    "aac.aac": "-c:a aac -b:a 48k",
    "aac.3gp": "-c:a aac -b:a 48k",
    "aac.mov": "-c:a aac -b:a 48k",
    "wma2.wma": "-c:a wmav2",
    "ac3.ac3": "-c:a ac3",
    "eac3.eac3": "-c:a eac3",
    "transport.ts": "-c:a mp2",
    "pcm.avi": "-c:a pcm_s16le",
    "wavpack.wv": "-c:a wavpack",
    "tta.tta": "-c:a tta",
    "speex.spx": "-c:a libspeex -f ogg",
    "g722.wav": "-c:a g722",
    "g726.wav": "-ar 8000 -c:a g726",
}
BY_SOX = {
    "sphere.sph": "",
    "creative.voc": "-c 1 -r 8000 -b 8",
    "phone.gsm": "-r 8000",
    "phone.amr-nb": "-r 8000",
    "amiga.8svx": "-b 8",
    "ircam.sf": "",
}


def make_recordings(source: Path, folder: Path) -> list[Path]:
    """One file of each format from the first seconds of `source`, a WAV file.

    Formats that the installed ffmpeg and sox cannot write are left out. Raises SystemExit if one
    of these programs is missing.
    """
    if missing := [name for name in ("ffmpeg", "sox") if not shutil.which(name)]:
        raise SystemExit(f"{' and '.join(missing)}: not installed, and needed for the recordings")
    folder.mkdir(parents=True, exist_ok=True)
    for name, options in BY_FFMPEG.items():
        cut = f"ffmpeg -nostdin -loglevel quiet -y -ss 1 -t {SECONDS}".split()
        _make([*cut, "-i", str(source), *options.split(), str(folder / name)])
    for name, options in BY_SOX.items():
        _make(["sox", str(source), *options.split(), str(folder / name), "trim", "1", str(SECONDS)])
    return sorted(path for path in folder.iterdir() if path.stat().st_size)


def _make(command: list[str]) -> None:
    """Run an encoder; what it cannot make is removed."""
    done = subprocess.run(command, check=False, capture_output=True)
    if done.returncode:
        Path(command[-1]).unlink(missing_ok=True)
