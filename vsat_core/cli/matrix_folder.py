"""The folder of results of `vsat matrix` and `vsat tune`."""

from __future__ import annotations

import argparse
from pathlib import Path


def output_options(parser: argparse.ArgumentParser, folder: Path) -> None:
    """Declare where results go, for `vsat tune` too."""
    parser.add_argument(
        "--out", type=Path, default=folder, metavar="FOLDER", help="(default ./%(default)s)"
    )
    parser.add_argument("--resume", action="store_true", help="go on with what is in --out")
    parser.add_argument(
        "--name", default="", help="of the profile written (default: recommended-ENVIRONMENT)"
    )


def check_out(out: Path, resume: bool) -> None:
    """Nothing that was measured is lost by mistake. Raises VsatError."""
    from vsat_core.engine.atomic_files import check_folder
    from vsat_core.errors import InputError

    if not resume and any((out / "cells").glob("*.json")):
        raise InputError(
            f"{out}: holds a matrix already; --resume goes on with it, --out FOLDER begins another"
        )
    check_folder(out)
