"""`vsat warm`: what a first run would compile and load, done ahead."""

from __future__ import annotations

import argparse

from vsat_core.cli.options import profile_options


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    profile_options(parser, None)


def main(args: argparse.Namespace) -> int:
    """Prepare every stage of the profile and say how long each took. Raises VsatError."""
    import time

    from vsat_core.cli.terminal import table, terminal
    from vsat_core.config.prepare import prepare
    from vsat_core.config.user_config import user_config
    from vsat_core.engine.preload import prepared, to_compile
    from vsat_core.engine.result import RUN_TARGETS

    name = args.profile or user_config().profile
    profile = prepare(name, args.settings, args.plugins, RUN_TARGETS)
    console, rows, begun = terminal(), [], time.perf_counter()
    compiled = to_compile(profile)
    for stage, choice in profile.stages.items():
        begin = time.perf_counter()
        with console.status(f"preparing {stage} ({choice.variant.name})"):
            prepared(choice)
        seconds = f"{time.perf_counter() - begin:.2f}"
        rows.append(
            (stage, choice.variant.name, seconds, "compiled now" if stage in compiled else "")
        )
    console.print(table(("stage", "variant", "seconds", ""), rows, right=(2,)))
    console.print(f"profile {profile.name} is ready ({time.perf_counter() - begun:.1f} s)")
    return 0
