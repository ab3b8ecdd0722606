"""`vsat import`: a transcript with times and speakers from words that are already there."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.options import format_option, library_option, profile_options, speaker_options

if TYPE_CHECKING:
    from vsat_core.config.profile import Profile
    from vsat_core.given.words import GivenWords

CODE = re.compile("[a-z]{2,3}")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "words",
        type=Path,
        metavar="TEXT",
        help="the words: .txt, .srt, .vtt, .json, .ctm, .stm or .seglst.json",
    )
    parser.add_argument(
        "--audio", type=Path, required=True, metavar="FILE", help="the recording they are said in"
    )
    profile_options(parser, default=None)
    parser.add_argument("--out", type=Path, help="folder for results (default ./transcripts)")
    format_option(parser)
    parser.add_argument("--language", metavar="CODE", help="language of the words, such as de")
    parser.add_argument(
        "--speakers",
        choices=("file", "sound"),
        default="file",
        help="where speakers come from: the file if it names them (default), or the sound alone",
    )
    speaker_options(parser)
    library_option(parser)
    parser.add_argument("--name", metavar="NAME", help="what to call the results")
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace results that were changed by hand or that VSAT did not write",
    )
    parser.set_defaults(track=None)


def main(args: argparse.Namespace) -> int:
    """Read the words, then run the pipeline with them."""
    from vsat_core.cli.choosing import library_to_fill, settings_of
    from vsat_core.cli.run_command import check_name
    from vsat_core.config.prepare import prepare
    from vsat_core.config.spoken import speaking
    from vsat_core.config.user_config import user_config
    from vsat_core.engine.result import RUN_TARGETS
    from vsat_core.errors import InputError
    from vsat_core.given.words import read_words

    args.inputs = [args.audio]
    check_name(args)
    if args.language and not CODE.fullmatch(args.language):
        raise InputError(
            f"--language: expected an ISO 639-1 code such as de, got {args.language!r}"
        )
    given = read_words(args.words, args.audio.stem)
    config = user_config()
    args.out = args.out or config.folder
    args.library = library_to_fill(args, args.out)
    settings = [*config.settings(), *settings_of(args)]
    profile = prepare(args.profile or config.profile, settings, args.plugins, RUN_TARGETS)
    if args.language and not given.timed:  # these words are found by a recogniser
        profile = speaking(profile, args.language)
    return _run(args, profile.unsplit(), given)


def _run(args: argparse.Namespace, profile: Profile, given: GivenWords) -> int:
    import time

    from vsat_core.cli.progress import Display
    from vsat_core.engine.cache import Cache
    from vsat_core.engine.pipeline import Pipeline
    from vsat_core.engine.summary import RunSummary
    from vsat_core.given.session import ImportSession
    from vsat_core.inputs.expand import expand

    expanded = expand([args.audio], args.out, {args.audio: args.name} if args.name else {})
    for job in expanded.jobs:
        with Display(1, 1, args.debug) as display:
            begin = time.perf_counter()
            pipeline = Pipeline(
                profile,
                Cache(),
                display,
                ahead=True,
                overwrite=args.overwrite,
                library=args.library,
            )
            display.file_starts(job.source.path)
            by_sound = args.speakers == "sound"
            session = ImportSession(pipeline, job.source, given, by_sound, args.language or "")
            outcome = session.run(job.out)
            display.file_ends(RunSummary.of(outcome, time.perf_counter() - begin))
    return 0
