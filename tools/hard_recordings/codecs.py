"""Sound through a codec and back: ffmpeg or sox encode and decode, nothing is simulated."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import attrs
import numpy as np
import scipy.signal
import soundfile

from tools.hard_recordings.levels import RATE, limited, resampled, to_int16

LINE_HZ = (300.0, 3400.0)  # of a telephone line


@attrs.frozen
class Codec:
    """`rate` in Hz of what it codes; `line`: filtered like a telephone line before."""

    suffix: str
    rate: int
    options: tuple[str, ...] = ()
    line: bool = False
    program: str = "ffmpeg"


CODECS = {
    "mp3_32k": Codec(".mp3", RATE, ("-c:a", "libmp3lame", "-b:a", "32k")),
    "opus_12k": Codec(".opus", RATE, ("-c:a", "libopus", "-b:a", "12k")),
    "opus_6k": Codec(".opus", RATE, ("-c:a", "libopus", "-b:a", "6k")),
    "g711": Codec(".wav", 8000, ("-c:a", "pcm_mulaw"), line=True),
    "gsm": Codec(".gsm", 8000, ("-c:a", "libgsm"), line=True),
    "amr_nb": Codec(".amr-nb", 8000, ("-C", "2"), line=True, program="sox"),
}


def through(x: np.ndarray, name: str) -> tuple[np.ndarray, int]:
    """What the far end hears, as long as `x`, and its rate. Raises CalledProcessError where the
    program fails, FileNotFoundError where it is missing.
    """
    codec = CODECS[name]
    y = limited(_filtered(resampled(x, RATE, codec.rate), codec))
    with tempfile.TemporaryDirectory() as folder:
        before, coded = Path(folder, "before.wav"), Path(folder, "coded").with_suffix(codec.suffix)
        after = Path(folder, "after.wav")
        soundfile.write(before, to_int16(y), codec.rate, subtype="PCM_16")
        _convert(codec, before, coded, *codec.options)
        _convert(codec, coded, after, "-r" if codec.program == "sox" else "-ar", str(codec.rate))
        out, rate = soundfile.read(after, dtype="float64")
    return np.pad(out, (0, max(0, len(y) - len(out))))[: len(y)], rate


def _filtered(x: np.ndarray, codec: Codec) -> np.ndarray:
    if not codec.line:
        return x
    band = scipy.signal.butter(4, LINE_HZ, "bandpass", fs=codec.rate, output="sos")
    return scipy.signal.sosfilt(band, x)


def _convert(codec: Codec, source: Path, target: Path, *options: str) -> None:
    quiet = (
        ["sox", "-D", "-V1", str(source)]
        if codec.program == "sox"
        else ["ffmpeg", "-v", "error", "-bitexact", "-i", str(source)]
    )
    subprocess.run([*quiet, *options, str(target)], check=True, stdin=subprocess.DEVNULL)
