"""Run a folder of 40 good and 20 damaged recordings: 40 transcripts, 20 lines, exit code 2, nothing
left behind.

    python tools/damaged_batch.py [--jobs N] [--profile NAME]

Needs ffmpeg (Debian: ffmpeg). Exit code 1 if anything is not so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

GOOD = ("wav", "flac", "mp3", "m4a", "ogg", "opus", "webm", "wma", "aiff", "mp4")


def header(
    channels: int = 1, rate: int = 16_000, tag: int = 1, bits: int = 16, size: int = 64_000
) -> bytes:
    """A WAV header."""
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * frame, frame, bits)
    return struct.pack(
        "<4sI4s4sI16s4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, form, b"data", size
    )


def damaged(good: dict[str, bytes]) -> dict[str, bytes]:
    """Twenty files that cannot be read, by name."""
    nan = struct.pack("<f", float("nan"))
    return {
        "empty.wav": b"",
        "text.wav": b"Dear diary, nothing happened today.\n" * 40,
        "header-only.wav": header(size=0),
        "cut-in-header.wav": header()[:30],
        "no-channels.wav": header(channels=0) + bytes(64_000),
        "no-rate.wav": header(rate=0) + bytes(64_000),
        "not-a-number.wav": header(tag=3, bits=32) + bytes(4_000) + nan + bytes(59_996),
        "unknown-coding.wav": header(tag=0x4321) + os.urandom(64_000),
        "cut-in-header.flac": good["flac"][:20],
        "header-only.flac": good["flac"][:42],
        "headers-only.ogg": good["ogg"][:80],
        "no-index.m4a": good["m4a"][: len(good["m4a"]) // 2],
        "index-overwritten.m4a": good["m4a"].replace(b"moov", b"xxxx"),
        "zeros.mp3": bytes(50_000),
        "picture.mp3": b"\x89PNG\r\n\x1a\n" + bytes(5_000),
        "archive.ogg": b"PK\x03\x04" + bytes(range(256)) * 20,
        "playlist.m4a": b"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n",
        "header-only.amr": b"#!AMR\n",
        "beginning-lost.webm": good["webm"][300:],
        "sizes-wrong.aiff": good["aiff"][:20] + b"\xff" * 24 + good["aiff"][44:200],
    }


def encoded(source: Path, folder: Path) -> dict[str, bytes]:
    """Four seconds of speech in every format of GOOD."""
    for ending in GOOD:
        extra = {
            "ogg": ["-c:a", "libvorbis"],
            "opus": ["-c:a", "libopus"],
            "webm": ["-c:a", "libopus"],
        }.get(ending, [])
        command = [
            "ffmpeg",
            "-nostdin",
            "-loglevel",
            "error",
            "-y",
            "-ss",
            "0.4",
            "-t",
            "4",
            "-i",
            str(source),
        ]
        subprocess.run([*command, *extra, str(folder / f"x.{ending}")], check=True)
    return {ending: (folder / f"x.{ending}").read_bytes() for ending in GOOD}


def main() -> int:
    """Make the folder, run it, look at what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--profile", default="accurate-meeting")
    args = parser.parse_args()
    root = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory() as top:
        place, scratch, made = Path(top, "recordings"), Path(top, "scratch"), Path(top, "made")
        for folder in (place, scratch, made):
            folder.mkdir()
        good = encoded(root / "test_data" / "short_conversation.wav", made)
        for i in range(40):
            ending = GOOD[i % len(GOOD)]
            (place / f"good-{i:02}.{ending}").write_bytes(good[ending])
        bad = damaged(good)
        for name, content in bad.items():
            (place / name).write_bytes(content)
        vsat = Path(sys.executable).with_name("vsat")
        env = {**os.environ, "TMPDIR": str(scratch), "VSAT_CACHE": str(Path(top, "cache"))}
        command = [
            str(vsat),
            "run",
            str(place),
            "--out",
            str(Path(top, "out")),
            "--jobs",
            args.jobs,
        ]
        done = subprocess.run(
            [*command, "--profile", args.profile], env=env, capture_output=True, text=True
        )
        checks = looked_at(done, Path(top, "out"), scratch, set(bad))
        print(done.stderr)
        for what, right in checks.items():
            print("right:" if right else "WRONG:", what)
        shutil.rmtree(made)
    return 0 if all(checks.values()) else 1


def looked_at(
    done: subprocess.CompletedProcess[str], out: Path, scratch: Path, bad: set[str]
) -> dict[str, bool]:
    """What must be so."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("vsat: ")]
    named: Callable[[str], bool] = lambda name: sum(f"/{name}: " in line for line in lines) == 1  # noqa: E731
    return {
        f"exit code 2 (is {done.returncode})": done.returncode == 2,
        f"40 transcripts (are {len(list(out.rglob('*.txt')))})": len(list(out.rglob("*.txt")))
        == 40,
        f"20 lines (are {len(lines)})": len(lines) == 20 == len(done.stderr.splitlines()),
        "one line for each damaged file": all(map(named, bad)),
        "every line has a remedy": all("; " in line for line in lines),
        "no traceback": "Traceback" not in done.stderr + done.stdout,
        "no scratch left": not list(scratch.iterdir()),
    }


if __name__ == "__main__":
    sys.exit(main())
