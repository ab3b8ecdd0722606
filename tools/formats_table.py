"""Encode a recording in every container and codec at hand, decode each with the default decoder,
write the table.

    python tools/formats_table.py [--write docs/formats.md]

Needs ffmpeg and sox (Debian: ffmpeg, sox, libsox-fmt-all). Exit code 1 if a file is not read as
expected.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import attrs
import numpy as np
import soundfile
import soxr
from scipy.signal import correlate

from vsat_core.artifacts import Source
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import VsatError
from vsat_plugins.decode import Limits, TrackParams
from vsat_plugins.decode.auto_native import Native

SECONDS = 12.8
PADDING_S = 0.15  # an encoder may add or lose so much at the ends
VIDEO = "-f lavfi -i color=s=64x64:r=5:d=12.8"


@attrs.frozen
class Kind:
    """One row: the file to make, its codec, how ffmpeg or sox makes it, and whether it must be
    exact to the sample.
    """

    file: str
    codec: str
    options: str
    lossless: bool = False
    sox: bool = False
    video: bool = False


KINDS = (
    Kind("a.wav", "PCM 16 bit", "-c:a pcm_s16le", True),
    Kind("b.wav", "PCM 24 bit, 48 kHz stereo", "-ar 48000 -ac 2 -c:a pcm_s24le", True),
    Kind("c.wav", "float 32 bit", "-c:a pcm_f32le", True),
    Kind("d.wav", "A-law, 8 kHz", "-ar 8000 -c:a pcm_alaw"),
    Kind("e.wav", "mu-law, 8 kHz", "-ar 8000 -c:a pcm_mulaw"),
    Kind("f.wav", "IMA ADPCM", "-c:a adpcm_ima_wav"),
    Kind("g.wav", "Microsoft ADPCM", "-c:a adpcm_ms"),
    Kind("h.wav", "GSM 6.10, 8 kHz", "-r 8000 -e gsm-full-rate", sox=True),
    Kind("i.wav", "MP3 inside WAV", "-c:a libmp3lame -b:a 64k"),
    Kind("j.wav", "G.726, 8 kHz", "-ar 8000 -c:a g726 -b:a 32k"),
    Kind("k.rf64.wav", "RF64, PCM 16 bit", "-rf64 always -c:a pcm_s16le", True),
    Kind("l.w64", "PCM 16 bit", "-c:a pcm_s16le", True),
    Kind("m.aiff", "PCM 16 bit", "-c:a pcm_s16be", True),
    Kind("n.aifc", "float 32 bit", "-c:a pcm_f32be -f aiff", True),
    Kind("o.au", "PCM 16 bit", "-c:a pcm_s16be", True),
    Kind("p.caf", "PCM 16 bit", "-c:a pcm_s16le", True),
    Kind("q.caf", "ALAC", "-c:a alac", True),
    Kind("r.caf", "AAC", "-c:a aac"),
    Kind("s.flac", "FLAC", "-c:a flac", True),
    Kind("t.oga", "FLAC in Ogg", "-c:a flac -f ogg", True),
    Kind("u.ogg", "Vorbis", "-c:a libvorbis"),
    Kind("v.opus", "Opus", "-c:a libopus"),
    Kind("w.spx", "Speex in Ogg", "-c:a libspeex -f ogg"),
    Kind("x.mp3", "MP3", "-c:a libmp3lame -b:a 64k"),
    Kind("y.mp3", "MP3, variable bit rate, no Xing header", "-c:a libmp3lame -q:a 6 -write_xing 0"),
    Kind("z.mp2", "MPEG layer II", "-c:a mp2"),
    Kind("a.aac", "AAC in ADTS", "-c:a aac"),
    Kind("b.m4a", "AAC", "-c:a aac"),
    Kind("c.m4a", "ALAC", "-c:a alac", True),
    Kind("d.mp4", "AAC with pictures", "-c:v mpeg4 -c:a aac", video=True),
    Kind("e.mp4", "fragmented, AAC", "-c:a aac -movflags frag_keyframe+empty_moov"),
    Kind("f.mp4", "MP3", "-c:a libmp3lame"),
    Kind("g.mp4", "Opus", "-c:a libopus"),
    Kind("h.mp4", "FLAC", "-c:a flac -strict -2", True),
    Kind("i.mov", "PCM 16 bit with pictures", "-c:v mpeg4 -c:a pcm_s16le", True, video=True),
    Kind("j.mov", "AAC", "-c:a aac"),
    Kind("k.m4b", "AAC, audio book", "-c:a aac -f ipod"),
    Kind("l.3gp", "AAC", "-c:a aac"),
    Kind("m.webm", "Opus", "-c:a libopus"),
    Kind("n.webm", "Vorbis with pictures", "-c:v libvpx -b:v 100k -c:a libvorbis", video=True),
    Kind("o.mkv", "PCM 16 bit with pictures", "-c:v mpeg4 -c:a pcm_s16le", True, video=True),
    Kind("p.mkv", "FLAC", "-c:a flac", True),
    Kind("q.mka", "AC-3", "-c:a ac3 -ar 48000"),
    Kind("r.mka", "TrueHD", "-c:a truehd -ar 48000 -strict -2", True),
    Kind("s.avi", "MP3 with pictures", "-c:v mpeg4 -c:a libmp3lame", video=True),
    Kind("t.avi", "PCM 16 bit with pictures", "-c:v mpeg4 -c:a pcm_s16le", True, video=True),
    Kind("u.flv", "AAC with pictures", "-c:v flv -c:a aac", video=True),
    Kind("v.flv", "MP3", "-c:a libmp3lame -ar 44100"),
    Kind("w.wma", "WMA 2", "-c:a wmav2"),
    Kind("x.wma", "WMA 1", "-c:a wmav1"),
    Kind("y.wmv", "WMA 2 with pictures", "-c:v wmv2 -c:a wmav2", video=True),
    Kind(
        "z.mpg",
        "MPEG layer II with pictures",
        "-ar 44100 -r 25 -c:v mpeg1video -c:a mp2",
        video=True,
    ),
    Kind("a.ts", "AAC with pictures", "-c:v mpeg2video -r 25 -c:a aac", video=True),
    Kind("b.m2ts", "AC-3", "-c:a ac3 -ar 48000 -f mpegts -mpegts_m2ts_mode 1"),
    Kind(
        "c.vob", "AC-3 with pictures", "-ar 48000 -r 25 -c:v mpeg2video -c:a ac3 -f vob", video=True
    ),
    Kind("d.ac3", "AC-3", "-c:a ac3 -ar 48000"),
    Kind("e.eac3", "E-AC-3", "-c:a eac3 -ar 48000"),
    Kind("f.dts", "DTS", "-c:a dca -ar 48000 -ac 2 -strict -2"),
    Kind("g.wv", "WavPack", "-c:a wavpack", True),
    Kind("h.tta", "True Audio", "-c:a tta", True),
    Kind("i.amr", "AMR narrow band, 8 kHz", "-r 8000 -t amr-nb", sox=True),
    Kind("j.awb", "AMR wide band", "-t amr-wb", sox=True),
    Kind("k.voc", "Creative Voice, 16 bit", "-t voc", True, sox=True),
    Kind("l.sph", "NIST SPHERE", "-t sph", True, sox=True),
    Kind("m.8svx", "IFF, 8 bit", "-b 8 -t 8svx", sox=True),
    Kind("n.sf", "IRCAM", "-t sf", True, sox=True),
    Kind("o.nut", "PCM 16 bit", "-c:a pcm_s16le", True),
    Kind(
        "p.mxf",
        "PCM 16 bit with pictures",
        "-ar 48000 -r 25 -c:v mpeg2video -c:a pcm_s16le",
        True,
        video=True,
    ),
    Kind("q.rm", "AC-3", "-c:a ac3 -ar 48000 -f rm"),
    Kind("r.oma", "ATRAC is not encoded here; MP3 in OpenMG", "-c:a libmp3lame -ar 44100 -f oma"),
)


def make(kind: Kind, source: Path, folder: Path) -> Path | str:
    """The file, or why it cannot be made here."""
    out = folder / kind.file
    if kind.sox:
        command = ["sox", str(source), *kind.options.split(), str(out)]
    else:
        video = VIDEO.split() if kind.video else []
        command = [
            "ffmpeg",
            "-nostdin",
            "-loglevel",
            "error",
            "-y",
            *video,
            "-i",
            str(source),
            *kind.options.split(),
            str(out),
        ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode or not out.is_file():
        return (done.stderr.strip().splitlines() or ["no encoder"])[-1][:80]
    return out


def read(path: Path) -> tuple[np.ndarray, list[str]]:
    """What the default decoder gives, and its notes. Raises VsatError."""
    notes: list[str] = []
    with Workspace(on_warning=notes.append) as run:
        return np.array(Native(TrackParams(), Limits())(Source(path), run=run).samples), notes


def verdict(
    kind: Kind, samples: np.ndarray, truth: np.ndarray, notes: list[str]
) -> tuple[str, bool]:
    """How the samples compare with what was encoded, in words, and whether that is right."""
    missing = len(samples) - len(truth)
    n = min(len(samples), len(truth))
    lag = int(np.argmax(correlate(samples[:n], truth[:n], method="fft"))) - (n - 1) if n else 0
    moved, still = samples[max(lag, 0) : n + min(lag, 0)], truth[max(-lag, 0) : n - max(lag, 0)]
    alike = float(np.corrcoef(moved, still)[0, 1]) if len(moved) > 1 else 0.0
    loudness = float(np.corrcoef(envelope(moved), envelope(still))[0, 1]) if len(moved) > 1 else 0.0
    exact = kind.lossless and missing == 0 and lag == 0 and alike > 0.9999
    near = abs(missing) <= PADDING_S * 16_000 and abs(lag) <= PADDING_S * 16_000 and loudness > 0.95
    words = f"{missing:+d} samples, lag {lag}, correlation {alike:.3f}, of levels {loudness:.3f}"
    if notes:
        words += "; " + "; ".join(notes)
    return words, (exact if kind.lossless else near) and not notes


def main() -> int:
    """Make, read, compare, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--write", type=Path, help="the page to put the table into, between its two marks"
    )
    parser.add_argument("names", nargs="*", help="only these files")
    args = parser.parse_args()
    root = Path(__file__).resolve().parents[1]
    rows, wrong, tried = [], 0, 0
    with tempfile.TemporaryDirectory() as top:
        source = Path(top, "source.wav")
        sound, rate = soundfile.read(root / "test_data" / "short_conversation.wav", dtype="float32")
        begin = round(0.4 * rate)
        truth = soxr.resample(sound[begin : begin + round(SECONDS * rate)], rate, 16_000)
        soundfile.write(source, truth, 16_000, subtype="PCM_16")
        truth = soundfile.read(source, dtype="float32")[0]
        for kind in KINDS:
            if args.names and kind.file not in args.names:
                continue
            path = make(kind, source, Path(top))
            if isinstance(path, str):
                rows.append((kind, "not made", path))
                print(f"{kind.file}: not made: {path}")
                continue
            tried += 1
            try:
                samples, notes = read(path)
                words, right = verdict(kind, samples, truth, notes)
            except VsatError as error:
                words, right = f"refused: {str(error).partition(': ')[2]}", False
            wrong += not right
            rows.append((kind, "read" if right else "WRONG", words))
            print(f"{kind.file} ({kind.codec}): {rows[-1][1]}: {words}", flush=True)
    print(f"{tried} tried, {wrong} wrong")
    if args.write:
        write(args.write, rows)
    return 1 if wrong else 0


def envelope(samples: np.ndarray) -> np.ndarray:
    """RMS of every 20 ms: what codecs that model the voice (AMR, Speex) keep."""
    frames = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    return np.sqrt(np.mean(np.square(frames), axis=1))


def write(page: Path, rows: list[tuple[Kind, str, str]]) -> None:
    """Put the table between the marks of the page."""
    begin, end = "<!-- table: tools/formats_table.py -->\n", "<!-- end of table -->"
    table = "| ending | coding | result | against what was encoded |\n|---|---|---|---|\n"
    table += "".join(
        f"| {k.file.partition('.')[2]} | {k.codec} | {state} | {words} |\n"
        for k, state, words in rows
    )
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(begin)[0], text.split(end)[1]
    page.write_text(before + begin + table + end + rest, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
