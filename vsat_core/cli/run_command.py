"""`vsat run`: recordings in, transcripts out."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.choosing import chosen_profile, demand_options, library_to_fill
from vsat_core.cli.options import (
    executor_option,
    format_option,
    library_option,
    profile_options,
)
from vsat_core.cli.run_range import (
    check_range,
    how_to_look,
    range_options,
    stages_again,
    stops_early,
)
from vsat_core.printable import say

if TYPE_CHECKING:
    from vsat_core.artifacts import Artifact
    from vsat_core.config.profile import Profile
    from vsat_core.engine.job_queue import Job
    from vsat_core.executors.shared_queue import Sharing


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "inputs",
        nargs="+",
        type=Path,
        metavar="RECORDING",
        help="audio or video files, folders of them, or - for standard input",
    )
    profile_options(parser, default=None)
    parser.add_argument("--out", type=Path, help="folder for results (default ./transcripts)")
    format_option(parser)
    parser.add_argument(
        "--name", metavar="NAME", help="what to call the results of a single recording"
    )
    library_option(parser)
    _existing_options(parser)
    demand_options(parser)
    range_options(parser)
    parser.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="recordings worked on at the same time (default: what cores and memory allow)",
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="neither use nor keep stored results"
    )
    executor_option(parser)


def _existing_options(parser: argparse.ArgumentParser) -> None:
    """What is done with results that are there already."""
    existing = parser.add_mutually_exclusive_group()
    existing.add_argument(
        "--overwrite",
        action="store_true",
        help="replace results that were changed by hand or that VSAT did not write",
    )
    existing.add_argument(
        "--skip-existing",
        "--resume",
        action="store_true",
        help="leave out recordings whose results are there, from the same content and profile",
    )
    parser.add_argument(
        "--retry-failed",
        action="store_true",
        help="only recordings whose last run failed, by failed.json in .vsat of --out",
    )


def main(args: argparse.Namespace) -> int:
    """Run every recording; one that fails is reported and the others go on."""
    from vsat_core.config.user_config import user_config
    from vsat_core.engine.result import RUN_TARGETS
    from vsat_core.errors import InputError
    from vsat_core.inputs.piped import PIPE, received

    if args.jobs is not None and args.jobs < 1:
        raise InputError(f"--jobs: expected at least 1, got {args.jobs}")
    check_name(args)
    args.out = args.out or user_config().folder
    args.library = library_to_fill(args, args.out)
    targets = RUN_TARGETS if args.stop_after is None else (args.stop_after,)
    profile = chosen_profile(args, targets)
    check_range(args, profile.graph)
    check_channels(profile, targets)
    with contextlib.ExitStack() as held:
        inputs, piped = list(dict.fromkeys(args.inputs)), None
        if PIPE in inputs:
            piped = held.enter_context(received())
            inputs[inputs.index(PIPE)] = piped
            return _run(args, profile, inputs, {str(piped): str(PIPE)})
        return _run(args, profile, inputs, {})


def check_channels(profile: Profile, targets: Sequence[str | type[Artifact]]) -> None:
    """A run that is sure to split recordings by channel stops at what they have together. Raises
    InputError.
    """
    from vsat_core.engine.by_channel import always_splits, refuse

    if always_splits(profile):
        refuse(profile, profile.graph.stages_for(targets))


def check_name(args: argparse.Namespace) -> None:
    """--name is one part of a path, of one recording. Raises InputError."""
    from vsat_core.errors import InputError

    if args.name is None:
        return
    if len(args.inputs) != 1 or args.inputs[0].is_dir():
        raise InputError(
            "--name: is for a single recording; results of several are called after their files"
        )
    if Path(args.name).name != args.name or args.name.startswith("."):
        raise InputError(f"--name: expected a name of files without a folder, got {args.name!r}")


def _run(
    args: argparse.Namespace, profile: Profile, inputs: Sequence[Path], shown_as: Mapping[str, str]
) -> int:
    """Find the recordings and run those that are to be done; `shown_as` as in `Display`."""
    from vsat_core.cli.progress import Display
    from vsat_core.engine.result import RUN_TARGETS
    from vsat_core.engine.run_order import RunOrder
    from vsat_core.executors.choice import executor_of

    executor = executor_of(args.executor, args.jobs)
    stops = stops_early(args, profile.graph)
    targets = profile.graph.stages_for([args.stop_after] if stops else RUN_TARGETS)
    again = stages_again(args, profile.graph, targets)
    jobs, problems = _jobs(args, profile, inputs, writes=not stops)
    if not jobs:
        return 2 if problems else 0
    order = RunOrder(
        profile,
        args.plugins,
        targets,
        not args.no_cache,
        args.overwrite,
        again,
        args.library,
    )
    n = executor.n_workers(len(jobs))
    with Display(len(jobs), n, args.debug, shown_as) as display:
        sharing = None if stops else _sharing(args, profile)
        n_elsewhere = executor.run(order, jobs, sharing, display)
        failed = display.summary(n_elsewhere)
    if stops and failed < len(jobs):
        alone = len(jobs) == 1 and not shown_as
        print(how_to_look(args, str(jobs[0].source.path) if alone else "RECORDING"))
    return 2 if failed or problems else 0


def _sharing(args: argparse.Namespace, profile: Profile) -> Sharing | None:
    """How this command shares the folder of results with others. One that computes again or
    replaces what others wrote does all recordings itself. None where nothing can be recorded.
    """
    from vsat_core.executors.shared_queue import Sharing
    from vsat_core.inputs.existing import Wanted

    alone = args.overwrite or args.again_from
    try:
        return Sharing.of(args.out, None if alone else Wanted.of(profile))
    except OSError:
        return None


def _jobs(
    args: argparse.Namespace, profile: Profile, inputs: Sequence[Path], writes: bool
) -> tuple[Sequence[Job], Sequence[str]]:
    """What is to be done, and what of the inputs cannot be, which is said."""
    from vsat_core.cli.terminal import note, terminal
    from vsat_core.contract.settings import Formats
    from vsat_core.inputs.existing import without_blocked, without_existing
    from vsat_core.inputs.expand import expand

    called = {inputs[0]: args.name} if args.name else {}
    expanded = expand(inputs, args.out, called, writes=writes)
    formats = profile.settings(Formats).formats if writes else ()
    jobs, blocked = without_blocked(expanded.jobs, formats)
    problems = [*expanded.problems, *blocked]
    for line in expanded.notes:
        note(terminal(), "note:", line)
    for line in problems:
        say(f"vsat: {line}", file=sys.stderr)
    if args.retry_failed:
        from vsat_core.executors.failed_manifest import FailedManifest

        failed = FailedManifest(args.out).paths()
        jobs = [job for job in jobs if os.path.abspath(job.source.path) in failed]
        if not jobs:
            print("none of these recordings failed in its last run")
    if args.skip_existing:
        rest = without_existing(jobs, profile)
        jobs = rest.jobs
        if rest.n_done:
            print(rest.summary())
    return jobs, problems
