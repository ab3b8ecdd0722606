"""Make the test recordings and their references: `python test_data/make.py [NAME...] [--out DIR]
[--check]`.

Needs flite and espeak-ng (Debian: apt-get install flite espeak-ng); --check needs neither. The same
versions of these, numpy, soxr and libsndfile give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from check import check_conversation, check_embeddings
from conversation import perform, read_dialogue, write
from embeddings import write_embeddings
from interview import interview_lines
from voices import Voice

HERE = Path(__file__).resolve().parent
CAST = {
    "Clara": Voice("flite", "slt", -22.0),
    "Martin": Voice("flite", "rms", -24.0),
    "Ewan": Voice("flite", "awb", -23.0),
    "Anna": Voice("flite", "slt", -22.0),
    "Paul": Voice("flite", "rms", -25.0),
    "Grace": Voice("espeak", "en-us+f3", -24.0, pitch=60, words_per_minute=170),
    "Leo": Voice("flite", "kal16", -24.5),
}


class Recording(NamedTuple):
    """What a recording is made of; without a dialogue file it is the generated interview, cut at
    `limit_s`.
    """

    file: str
    dialogue: str | None
    room_dbfs: float
    limit_s: float = np.inf


RECORDINGS = {
    "short_conversation": Recording("short_conversation.wav", "short_conversation.txt", -72.0),
    "medium_meeting": Recording("medium_meeting.flac", "medium_meeting.txt", -62.0),
    "long_interview": Recording("long_interview.flac", None, -66.0, limit_s=1800.0),
}
COMMITTED = ("short_conversation", "medium_meeting", "speaker_embeddings")


def make(name: str, folder: Path) -> None:
    """Write one recording, or the embeddings, into `folder`."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    if name == "speaker_embeddings":
        write_embeddings(folder, rng)
        return
    recording = RECORDINGS[name]
    if recording.dialogue:
        lines = read_dialogue(HERE / "dialogues" / recording.dialogue)
    else:
        lines = interview_lines(rng, recording.limit_s)
    write(
        folder / recording.file, *perform(lines, CAST, rng, recording.room_dbfs, recording.limit_s)
    )


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
            make(name, arguments.out)
        if name == "speaker_embeddings":
            problems += check_embeddings(arguments.out)
        else:
            problems += check_conversation(arguments.out / RECORDINGS[name].file)
    print("\n".join(problems) or "all files agree with their references")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
