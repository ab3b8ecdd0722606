"""Make the test recordings and their references: `python test_data/make.py [NAME...] [--out DIR]
[--check]`.

Making needs the synthesisers of README.md; --check needs none. The same versions of these, numpy,
soxr, libsndfile and onnxruntime give the same bytes on the same kind of processor.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from check import check_conversation, check_embeddings
from conversation import perform, read_dialogue, write
from embeddings import write_embeddings
from flite import FliteVoice
from interview import interview_lines
from kokoro import KokoroVoice
from piper import PiperVoice
from voices import SynthesiserMissing, Voice

HERE = Path(__file__).resolve().parent
CAST: dict[str, Voice] = {
    "Clara": KokoroVoice({"jf_gongitsune": 1.0}, -22.0, speed=1.1),
    "Martin": KokoroVoice({"jm_kumo": 1.0}, -24.0, speed=1.05),
    "David": PiperVoice(-23.0, speed=0.95),
    "Anna": KokoroVoice({"jf_gongitsune": 1.0}, -22.0, speed=1.1),
    "Paul": KokoroVoice({"jm_kumo": 1.0}, -25.0, speed=1.05),
    "Grace": KokoroVoice({"jf_alpha": 0.6, "jf_gongitsune": 0.4}, -24.0, speed=1.1, tract=1.08),
    "Leo": KokoroVoice({"jm_kumo": 1.0}, -24.5, speed=1.1, tract=0.87),
}
FLITE_CAST: dict[str, Voice] = {
    "Clara": FliteVoice("slt", -22.0),
    "Martin": FliteVoice("rms", -24.0),
    "Ewan": FliteVoice("awb", -23.0),
}


class Recording(NamedTuple):
    """What a recording is made of; without a dialogue file it is the generated interview, cut at
    `limit_s`. The name `seed` decides what is left to chance.
    """

    file: str
    dialogue: str | None
    seed: str
    room_dbfs: float
    cast: Mapping[str, Voice] = CAST
    limit_s: float = np.inf


RECORDINGS = {
    "short_conversation": Recording(
        "short_conversation.wav", "short_conversation.txt", "short_conversation", -72.0
    ),
    "medium_meeting": Recording(
        "medium_meeting.flac", "medium_meeting.txt", "medium_meeting", -62.0
    ),
    "flite_conversation": Recording(
        "flite_conversation.wav", "flite_conversation.txt", "short_conversation", -72.0, FLITE_CAST
    ),
    "long_interview": Recording(
        "long_interview.flac", None, "long_interview", -66.0, limit_s=1800.0
    ),
}
COMMITTED = ("short_conversation", "medium_meeting", "flite_conversation", "speaker_embeddings")


def make(name: str, folder: Path) -> None:
    """Write one recording, or the embeddings, into `folder`."""
    if name == "speaker_embeddings":
        write_embeddings(folder, _chance(name))
        return
    recording = RECORDINGS[name]
    rng = _chance(recording.seed)
    if recording.dialogue:
        lines = read_dialogue(HERE / "dialogues" / recording.dialogue)
    else:
        lines = interview_lines(rng, recording.limit_s)
    spoken = perform(lines, recording.cast, rng, recording.room_dbfs, recording.limit_s)
    write(folder / recording.file, *spoken)


def _chance(seed: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(seed.encode()))


def main() -> int:
    """Make (or with --check only examine) what was asked for; 1 if anything is wrong."""
    names = [*RECORDINGS, "speaker_embeddings"]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", choices=[*names, []], metavar="NAME", help=", ".join(names)
    )
    parser.add_argument(
        "--out", type=Path, default=HERE, metavar="DIR", help="folder to write to (default: here)"
    )
    parser.add_argument(
        "--check", action="store_true", help="make nothing; examine the files in DIR"
    )
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    problems = []
    for name in arguments.names or COMMITTED:
        if not arguments.check:
            try:
                make(name, arguments.out)
            except SynthesiserMissing as missing:
                print(f"{name}: {missing}", file=sys.stderr)
                return 1
        if name == "speaker_embeddings":
            problems += check_embeddings(arguments.out)
        else:
            problems += check_conversation(arguments.out / RECORDINGS[name].file)
    print("\n".join(problems) or "all files agree with their references")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
