"""`vsat tune`: the profile to use for the recordings of a folder, without knowing the stages."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from vsat_core import DEFAULT_PROFILE
from vsat_core.cli.matrix_folder import output_options
from vsat_core.cli.on_machine import elsewhere
from vsat_core.cli.options import executor_option

FILES = 3
EXCERPT_S = 60.0
LEFT_OUT = ("baseline", "quantized", "pruned")  # techniques that are to be read, or change answers
MEASURING = {"processes": 1, "rounds": 2, "budget": 3.0, "sample": 0}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="with recordings like those to be transcribed"
    )
    parser.add_argument(
        "--files",
        type=int,
        default=FILES,
        metavar="N",
        help="recordings to measure on, spread over the folder (default %(default)s)",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=EXCERPT_S,
        metavar="S",
        help="of each, from its middle; 0 takes all (default %(default)g)",
    )
    output_options(parser, Path("tuning"))
    executor_option(parser)


def main(args: argparse.Namespace) -> int:
    """Choose recordings, cut excerpts, measure what is worth using, and say which profile to
    use.
    """
    from vsat_core.cli.matrix_command import carry_out
    from vsat_core.cli.matrix_folder import check_out
    from vsat_core.cli.matrix_summary import show_summary
    from vsat_core.cli.terminal import terminal
    from vsat_core.errors import InputError
    from vsat_core.matrix.output.verdict import NOTHING
    from vsat_core.matrix.planning.plan import plan
    from vsat_core.matrix.planning.request import request

    if (code := elsewhere(args)) is not None:
        return code
    if args.files < 1 or not args.seconds >= 0:
        raise InputError("--files needs at least 1, --seconds 0 or more")
    chosen = _chosen(args.folder, args.files)
    check_out(args.out, args.resume)
    files = _excerpts(chosen, args.seconds, args.out) if args.seconds else chosen
    wanted = request(
        {}, {"stages": _useful(), **MEASURING}, DEFAULT_PROFILE, files, args.out, name=args.name
    )
    console = terminal()
    console.print(
        f"measuring on {len(files)} of the recordings in {args.folder}: "
        f"{', '.join(p.name for p in chosen)}",
        soft_wrap=True,
    )
    results, written = carry_out(plan(wanted), args.argv)
    show_summary(console, results, written)
    return 0 if any(s["verdict"]["kind"] != NOTHING for s in results["subsets"]) else 2


def _useful() -> dict[str, list[str]]:
    """Variants by stage: of the stages that take time, the exact techniques of methods that some
    profile uses and no rule takes; of the others the default profile's own.
    """
    from vsat_core.config.profile import read, resolve
    from vsat_core.config.registry import load
    from vsat_core.matrix.planning.scope import scope_of

    registry = load()
    default = resolve(read(DEFAULT_PROFILE), registry)
    scope = scope_of(default)
    methods = {s: [v.card.method for v in of.values()] for s, of in registry.variants.items()}
    return {
        stage: [
            n
            for n, v in variants.items()
            if scope.holds(stage, v.card.method)
            and (v.card.technique not in LEFT_OUT or methods[stage].count(v.card.method) == 1)
        ]
        if registry.graph[stage].tuned
        else [default.stages[stage].variant.name]
        for stage, variants in registry.variants.items()
    }


def _chosen(folder: Path, n: int) -> list[Path]:
    """n recordings spread evenly over the folder. Raises InputError."""
    from vsat_core.errors import InputError
    from vsat_core.inputs.folders import search

    if not folder.is_dir():
        raise InputError(
            f"{folder}: is not a folder; for single recordings use vsat matrix RECORDING"
        )
    recordings = list(search(folder).recordings)
    if not recordings:
        raise InputError(f"{folder}: no recordings in this folder")
    n = min(n, len(recordings))
    return [recordings[i * len(recordings) // n] for i in range(n)]


def _excerpts(recordings: Sequence[Path], seconds: float, out: Path) -> list[Path]:
    """The middle of each; a recording whose name is taken gets a folder of its own."""
    from vsat_core.matrix.planning.excerpts import excerpt

    cut: list[Path] = []
    for path in recordings:
        taken = {p.stem for p in cut}
        folder = out / "excerpts" if path.stem not in taken else out / "excerpts" / str(len(cut))
        folder.mkdir(parents=True, exist_ok=True)
        cut.append(excerpt(path, seconds, folder))
    return cut
