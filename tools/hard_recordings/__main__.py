"""Make the hard recordings.

python -m tools.hard_recordings render tune --speech DIR --languages DIR --out DIR [--ids ID ...]
python -m tools.hard_recordings plan        write split.json again, as plan.py draws it

`render` makes the sound, the references and manifest.json of a part, and says where samples differ
from those that were measured. Needs pyroomacoustics, ffmpeg, and sox with libsox-fmt-all.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tools.hard_recordings.files import DIGESTS, read_digests, write_part
from tools.hard_recordings.plan import planned
from tools.hard_recordings.recipe import read_split, write_split
from tools.hard_recordings.voices import Sources, read_voices


def render(args: argparse.Namespace) -> int:
    """The chosen conversations; 1 where one is not what was measured."""
    recipes = [r for r in read_split().conversations if r.part == args.part]
    wanted = (
        [r for r in recipes if r.id in args.ids] if args.ids else [r for r in recipes if r.stored]
    )
    if unknown := set(args.ids) - {r.id for r in recipes}:
        raise SystemExit(f"{args.part} has no conversation {sorted(unknown)[0]!r}; see split.json")
    voices = read_voices(Sources(args.speech, args.languages))
    known, different = read_digests(), 0
    for number, (name, digest) in enumerate(write_part(wanted, voices, args.speech, args.out), 1):
        same = known.get(name, digest) == digest
        different += not same
        print(f"{number}/{len(wanted)} {name}{'' if same else ': other samples than measured'}")
        if args.record:
            known[name] = digest
    if args.record:
        DIGESTS.write_text(json.dumps(known, indent=0, sort_keys=True) + "\n")
    return int(different > 0 and not args.record)


def main() -> int:
    """Read the arguments and do it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("plan")
    making = commands.add_parser("render")
    making.add_argument("part", choices=("tune", "confirm"))
    making.add_argument("--ids", nargs="+", default=[], metavar="ID")
    making.add_argument("--speech", type=Path, required=True)
    making.add_argument("--languages", type=Path, required=True)
    making.add_argument("--out", type=Path, required=True)
    making.add_argument("--record", action="store_true", help="keep the digests in digests.json")
    args = parser.parse_args()
    if args.command == "plan":
        write_split(planned())
        return 0
    return render(args)


if __name__ == "__main__":
    sys.exit(main())
