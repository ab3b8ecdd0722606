"""Make a recording of hours out of shorter ones with known speakers, to see how VSAT stands length.

    python -m tools.long_recording MANIFEST ID [ID ...] --hours 4 --out four_hours.flac

The recordings follow one another, again and again, until the hours are full. Speakers keep their
names, so that who talks in several recordings is one speaker. Beside the FLAC file (16 kHz, mono)
lie its turns (.rttm) and a manifest for `vsat evaluate` (.json).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import attrs
import numpy as np
import soundfile

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.formats.records import Turn
from vsat_core.formats.rttm import read_rttm, rttm_text

BLOCK = 60 * SAMPLE_RATE


@attrs.frozen
class Part:
    """A recording and its turns."""

    audio: Path
    turns: list[Turn]


def parts_of(manifest: Path, ids: list[str]) -> list[Part]:
    """The recordings of these ids. Raises SystemExit for one that is not there or has no turns."""
    entries = {e["id"]: e for e in json.loads(manifest.read_text(encoding="utf-8"))}
    parts = []
    for name in ids:
        entry = entries.get(name, {})
        if not entry.get("rttm"):
            raise SystemExit(f"{name}: no recording with turns (rttm) in {manifest}")
        turns = read_rttm(manifest.parent / entry["rttm"])
        parts.append(Part(manifest.parent / entry["audio"], turns))
    return parts


def blocks(path: Path) -> Iterator[np.ndarray]:
    """The sound of one recording. Raises SystemExit unless it is mono at 16 kHz."""
    info = soundfile.info(path)
    if (info.samplerate, info.channels) != (SAMPLE_RATE, 1):
        raise SystemExit(f"{path}: must be mono at {SAMPLE_RATE} Hz")
    yield from soundfile.blocks(path, BLOCK, dtype="int16")


def write(parts: list[Part], hours: float, out: Path) -> None:
    """The sound, its turns, and the manifest."""
    total, at = round(hours * 3600 * SAMPLE_RATE), 0
    whole: list[Turn] = []
    with soundfile.SoundFile(out, "w", SAMPLE_RATE, 1, "PCM_16", format="FLAC") as file:
        for part in cycle(parts):
            begin = at
            for block in blocks(part.audio):
                file.write(block[: total - at])
                at += len(block[: total - at])
            whole += moved(part, out.stem, begin / SAMPLE_RATE, at / SAMPLE_RATE)
            if at >= total:
                break
    rttm = out.with_suffix(".rttm")
    rttm.write_text(rttm_text(whole), encoding="utf-8")
    facts = {
        "id": out.stem,
        "audio": out.name,
        "rttm": rttm.name,
        "seconds": at / SAMPLE_RATE,
        "speakers": len({turn.speaker for turn in whole}),
    }
    out.with_suffix(".json").write_text(json.dumps([facts], indent=1) + "\n", encoding="utf-8")


def moved(part: Part, name: str, by_s: float, end_s: float) -> Iterator[Turn]:
    """Turns of a part that begins at `by_s`, in the whole recording, which ends at `end_s`."""
    for turn in part.turns:
        if turn.start_s + by_s < end_s:
            yield Turn(name, turn.start_s + by_s, min(turn.end_s + by_s, end_s), turn.speaker)


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("manifest", type=Path)
    parser.add_argument("ids", nargs="+", metavar="ID")
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--out", type=Path, required=True, help="a .flac file")
    args = parser.parse_args()
    write(parts_of(args.manifest, args.ids), args.hours, args.out)


if __name__ == "__main__":
    main()
