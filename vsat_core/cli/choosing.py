"""The profile that a command line means: --profile, what changes it, and what is demanded of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.options import speaker_options

if TYPE_CHECKING:
    from vsat_core.artifacts import Artifact
    from vsat_core.config.profile import Profile


def demand_options(parser: argparse.ArgumentParser) -> None:
    """What a user may demand of any profile: track, channels, language, number of
    speakers."""
    parser.add_argument(
        "--track",
        type=int,
        metavar="N",
        help="sound track to take where a file has several, counted from 1 (default: all mixed)",
    )
    parser.add_argument(
        "--channels",
        metavar="WAY",
        help="several channels: mix averages them, split transcribes each on its own (a call), "
        "best takes the clearest, auto decides by measurement (default: as the profile says, mix)",
    )
    parser.add_argument(
        "--language",
        metavar="CODE",
        help="language spoken, such as en or de; each where there are several (default: found out)",
    )
    speaker_options(parser)


def chosen_profile(args: argparse.Namespace, targets: Iterable[str | type[Artifact]]) -> Profile:
    """The finished profile of the options, config.toml and --language included. Raises
    VsatError.
    """
    from vsat_core.config.prepare import prepare
    from vsat_core.config.spoken import speaking
    from vsat_core.config.user_config import user_config

    config = user_config()
    settings = [*config.settings(), *settings_of(args)]
    profile = prepare(args.profile or config.profile, settings, args.plugins, targets)
    return profile if args.language is None else speaking(profile, args.language)


def library_to_fill(args: argparse.Namespace, out: Path) -> Path:
    """The library that transcripts go to: --library, that of config.toml, or the nearest of the
    folder of results and those above it. Raises ProfileError.
    """
    from vsat_core.config.user_config import user_config
    from vsat_core.library.location import library_at, library_for

    named = args.library or user_config().library_file
    return library_at(named) if named else library_for(out)


def as_typed(args: argparse.Namespace) -> list[str]:
    """The options of a command line that decide which results it means, for another command."""
    words = [] if args.profile is None else ["--profile", args.profile]
    words += [word for setting in args.settings for word in ("--set", setting)]
    words += [word for plugin in args.plugins for word in ("--plugin", str(plugin))]
    for name in ("track", "channels", "language", "num_speakers", "min_speakers", "max_speakers"):
        if (value := getattr(args, name)) is not None:
            words += [f"--{name.replace('_', '-')}", str(value)]
    return words


def settings_of(args: argparse.Namespace) -> list[str]:
    """The --set options and their short forms."""
    settings = list(args.settings)
    counts = {
        name: getattr(args, name) for name in ("num_speakers", "min_speakers", "max_speakers")
    }
    settings += [f"stages.cluster.{name}={n}" for name, n in counts.items() if n is not None]
    if args.track is not None:
        settings.append(f"stages.decode.track={args.track}")
    if (channels := getattr(args, "channels", None)) is not None:
        settings.append(f'stages.decode.channels="{channels}"')
    if (formats := getattr(args, "formats", None)) is not None:
        names = ", ".join(f'"{f.strip()}"' for f in formats.split(",") if f.strip())
        settings.append(f"stages.write.formats=[{names}]")
    return settings
