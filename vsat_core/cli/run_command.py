"""`vsat run`: recordings in, transcripts out."""
from __future__ import annotations

import argparse
from pathlib import Path

from vsat_core import DEFAULT_PROFILE

TARGETS = ("enhance", "attribute", "write")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("inputs", nargs="+", type=Path, metavar="RECORDING", help="audio files, or folders of them")
    parser.add_argument("--profile", default=DEFAULT_PROFILE,
                        help="name or path, see vsat list (default %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("transcripts"),
                        help="folder for results (default ./transcripts)")
    parser.add_argument("--format", dest="formats", help="comma-separated: txt,json,srt,vtt,rttm,ctm,stm (default all)")
    parser.add_argument("--num-speakers", type=int, metavar="N", help="exactly so many people talk")
    parser.add_argument("--min-speakers", type=int, metavar="N", help="at least so many")
    parser.add_argument("--max-speakers", type=int, metavar="N", help="at most so many")
    parser.add_argument(
        "--set", dest="settings", action="append", default=[], metavar="stages.X.KEY=VALUE",
        help="change one value of the profile; may be repeated",
    )
    parser.add_argument(
        "--plugin", dest="plugins", action="append", default=[], type=Path, metavar="FILE",
        help="a loose plugin file; may be repeated",
    )
    parser.add_argument("--jobs", type=int, metavar="N",
                        help="recordings worked on at the same time (default: as many as cores and memory allow)")
    parser.add_argument("--no-cache", action="store_true", help="neither use nor keep stored results")


def settings_of(args: argparse.Namespace) -> list[str]:
    """The --set options and their short forms."""
    settings = list(args.settings)
    counts = {name: getattr(args, name) for name in ("num_speakers", "min_speakers", "max_speakers")}
    settings += [f"stages.cluster.{name}={n}" for name, n in counts.items() if n is not None]
    if args.formats is not None:
        names = ", ".join(f'"{f.strip()}"' for f in args.formats.split(",") if f.strip())
        settings.append(f"stages.write.formats=[{names}]")
    return settings


def main(args: argparse.Namespace) -> int:
    """Run every recording; one that fails is reported and the others go on."""
    from vsat_core.api import prepare
    from vsat_core.batch import run_batch
    from vsat_core.cli.inputs import expand
    from vsat_core.cli.progress import Display
    from vsat_core.crew import seats
    from vsat_core.errors import InputError
    from vsat_core.publish import check_folder

    if args.jobs is not None and args.jobs < 1:
        raise InputError(f"--jobs: expected at least 1, got {args.jobs}")
    profile = prepare(args.profile, settings_of(args), args.plugins, TARGETS)
    jobs = expand(args.inputs, args.out)
    check_folder(args.out)
    n = min(args.jobs, len(jobs)) if args.jobs else seats(len(jobs))
    with Display(len(jobs), n, args.debug) as display:
        run_batch(profile, args.plugins, jobs, TARGETS, display, n=n, cached=not args.no_cache)
        failed = display.summary()
    return 2 if failed else 0
