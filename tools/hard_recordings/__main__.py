"""Make the hard recordings, run systems on them, and score those.

python -m tools.hard_recordings plan        write split.json again, as plan.py draws it
python -m tools.hard_recordings render tune --speech DIR --languages DIR --out DIR [--ids ID ...]
python -m tools.hard_recordings run MANIFEST --out ours.json [--profile P] [--set X=Y] [--words]
python -m tools.hard_recordings score MANIFEST ours.json [other.json ...] [--fine] [--page PAGE]
python -m tools.hard_recordings sensitivity MANIFEST detect.min_speech_s cluster.threshold ...

`render` makes the sound, the references and manifest.json of a part, and says where samples differ
from those that were measured; it needs pyroomacoustics, ffmpeg, and sox with libsox-fmt-all. `run`
stops after `cluster` unless words are asked for; `score` takes results of other systems in the same
form, compares them with the first, and puts the table into a page. `sensitivity` moves each setting
by a fifth both ways.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tools.hard_recordings.files import DIGESTS, read_digests, write_part
from tools.hard_recordings.page import write_scores
from tools.hard_recordings.plan import planned
from tools.hard_recordings.recipe import read_split, write_split
from tools.hard_recordings.scores import COLLAR_S, scored
from tools.hard_recordings.sensitivity import MOVED, sensitivity, sensitivity_table
from tools.hard_recordings.systems import Setup, chosen, counting, read_result, write_result
from tools.hard_recordings.tables import against, table, word_table, wrong_counts
from tools.hard_recordings.voices import Sources, read_voices
from vsat_core.evaluate.manifest import read_manifest


def plan(args: argparse.Namespace) -> int:
    """The split again."""
    del args
    write_split(planned())
    return 0


def render(args: argparse.Namespace) -> int:
    """The chosen conversations; 1 where one is not what was measured."""
    recipes = [r for r in read_split().conversations if r.part == args.part]
    wanted = (
        [r for r in recipes if r.id in args.ids] if args.ids else [r for r in recipes if r.stored]
    )
    if unknown := set(args.ids) - {r.id for r in recipes}:
        raise SystemExit(f"{args.part} has no conversation {sorted(unknown)[0]!r}; see split.json")
    voices = read_voices(Sources(args.speech, args.languages))
    known, different = {} if args.vary else read_digests(), 0
    written = write_part(wanted, voices, args.speech, args.out, args.vary)
    for number, (name, digest) in enumerate(written, 1):
        same = known.get(name, digest) == digest
        different += not same
        print(f"{number}/{len(wanted)} {name}{'' if same else ': other samples than measured'}")
        if args.record:
            known[name] = digest
    if args.record:
        DIGESTS.write_text(json.dumps(known, indent=0, sort_keys=True) + "\n")
    return int(different > 0 and not args.record)


def run(args: argparse.Namespace) -> int:
    """A profile on a part."""
    entries = chosen(read_manifest(args.manifest), args.ids)
    setup = setup_of(args)
    files = setup.files(entries, counting(setup.name, len(entries)))
    write_result(args.name or setup.name, files, args.out)
    return 0


def score(args: argparse.Namespace) -> int:
    """Results by kind."""
    entries = chosen(read_manifest(args.manifest), args.ids)
    systems = {}
    for path in args.results:
        name, files = read_result(path)
        systems[name if name not in systems else f"{name} {path.stem}"] = scored(
            entries, files, args.collar
        )
    print(table(systems, args.fine))
    if len(systems) > 1:
        print(f"\n{against(systems)}")
    print(f"\n{wrong_counts(systems)}")
    if words := word_table(systems):
        print(f"\n{words}")
    if args.page:
        write_scores(args.page, systems)
    return 0


def move(args: argparse.Namespace) -> int:
    """The sensitivity table."""
    entries = chosen(read_manifest(args.manifest), args.ids)
    total = len(entries) * (1 + 2 * len(args.names))
    tick = counting("sensitivity", total)
    print(sensitivity_table(sensitivity(setup_of(args), args.names, entries, tick, args.by)))
    return 0


def setup_of(args: argparse.Namespace) -> Setup:
    """Profile and settings; `X.key=value` may leave out `stages.`."""
    settings = (f"stages.{text.removeprefix('stages.')}" for text in args.settings)
    words = getattr(args, "words", False)
    return Setup(args.profile, tuple(settings), tuple(args.plugins), words, args.cache)


def main() -> int:
    """Read the arguments and do it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("plan").set_defaults(do=plan)
    making = commands.add_parser("render")
    making.add_argument("part", choices=("tune", "confirm"))
    making.add_argument("--speech", type=Path, required=True)
    making.add_argument("--languages", type=Path, required=True)
    making.add_argument("--out", type=Path, required=True)
    one = making.add_mutually_exclusive_group()
    one.add_argument("--record", action="store_true", help="keep the digests in digests.json")
    one.add_argument("--vary", action="store_true", help="each utterance sounds different")
    making.set_defaults(do=render)
    running, scoring, moving = (
        commands.add_parser(name) for name in ("run", "score", "sensitivity")
    )
    for one in (running, scoring, moving):
        one.add_argument("manifest", type=Path)
    running.add_argument("--out", type=Path, required=True)
    running.add_argument("--name", help="of the system, for tables")
    running.add_argument("--words", action="store_true", help="go on to the transcript")
    running.set_defaults(do=run)
    scoring.add_argument("results", nargs="+", type=Path)
    scoring.add_argument("--collar", type=float, default=COLLAR_S, help="seconds a side")
    scoring.add_argument("--fine", action="store_true", help="also by noise and by codec")
    scoring.add_argument("--page", type=Path, help="with the marks that the table goes between")
    scoring.set_defaults(do=score)
    moving.add_argument("names", nargs="+", metavar="STAGE.SETTING")
    moving.add_argument("--by", type=float, default=MOVED)
    moving.set_defaults(do=move)
    for one in (running, moving):
        one.add_argument("--profile", default="default")
        one.add_argument("--set", dest="settings", action="append", default=[])
        one.add_argument("--plugin", dest="plugins", action="append", default=[], type=Path)
        one.add_argument("--cache", type=Path, help="folder of its own for results of stages")
    for one in (making, running, scoring, moving):
        one.add_argument("--ids", nargs="+", default=[], help="parts of ids; all by default")
    args = parser.parse_args()
    return int(args.do(args))


if __name__ == "__main__":
    sys.exit(main())
