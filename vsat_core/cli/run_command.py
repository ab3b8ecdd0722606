"""`vsat run`: recordings in, transcripts out."""
from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core import DEFAULT_PROFILE

if TYPE_CHECKING:
    from vsat_core.cli.inputs import Job
    from vsat_core.pipeline import Outcome, Pipeline

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
    from vsat_core.cache import Cache
    from vsat_core.cli.inputs import expand
    from vsat_core.cli.progress import Display
    from vsat_core.pipeline import Pipeline
    from vsat_core.publish import check_folder

    profile = prepare(args.profile, settings_of(args), args.plugins, TARGETS)
    jobs = expand(args.inputs, args.out)
    check_folder(args.out)
    with Display(len(jobs)) as display:
        pipeline = Pipeline(profile, None if args.no_cache else Cache(), display, ahead=True)
        failed = 0
        for job in jobs:
            display.file_starts(job.source.path)
            outcome = _attempt(pipeline, job)
            if outcome is None:
                failed += 1
            else:
                display.file_ends(outcome)
        display.summary(failed)
    return 2 if failed else 0


def _attempt(pipeline: Pipeline, job: Job) -> Outcome | None:
    """One recording, or None after its error was shown."""
    from vsat_core.errors import Cancelled, VsatError

    try:
        return pipeline.run(job.source, TARGETS, job.out)
    except Cancelled:
        raise KeyboardInterrupt from None
    except VsatError as error:
        print(f"vsat: {error}", file=sys.stderr)
        return None
