"""`vsat tune`: the profile to use for the recordings of a folder, for someone who knows nothing of
stages.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from vsat_core import DEFAULT_PROFILE

FILES = 3
EXCERPT_S = 60.0
LEFT_OUT = ("baseline", "quantized", "pruned")  # techniques that are for reading, or change answers
# others take hundredths
MEASURING = {"processes": 1, "rounds": 2, "budget": 3.0, "sample": 0}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="with recordings like those to be transcribed"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("tuning"), metavar="FOLDER", help="(default ./%(default)s)"
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
    parser.add_argument(
        "--name", default="", help="of the profile written (default: recommended-ENVIRONMENT)"
    )
    parser.add_argument("--resume", action="store_true", help="go on with what is in --out")


def main(args: argparse.Namespace) -> int:
    """Choose recordings, cut excerpts, measure what is worth using, and say which profile to
    use.
    """
    from vsat_core.cli.matrix_command import carry_out, check_out
    from vsat_core.cli.matrix_words import advice
    from vsat_core.cli.terminal import terminal
    from vsat_core.errors import InputError
    from vsat_core.matrix.planning.plan import plan
    from vsat_core.matrix.planning.request import request

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
    command = (
        f"vsat tune {args.folder} --files {args.files} --seconds {args.seconds:g} --out {args.out}"
    )
    results, written = carry_out(plan(wanted), command)
    for part in (
        results["parts"][1:] or results["parts"]
    ):  # each environment, where there are several
        for line in advice(part, results):
            console.print(line, soft_wrap=True)
    for profile in results["profiles"]:
        console.print(f"use it: vsat run --profile {Path(profile).stem} RECORDING", soft_wrap=True)
    console.print(f"more: {next(p for p in written if p.suffix == '.html')}", soft_wrap=True)
    return 0 if results["profiles"] else 2


def _useful() -> dict[str, list[str]]:
    """Variants by stage: of the stages that take time, the exact techniques of methods that some
    profile uses; of the others the default's own.
    """
    from vsat_core.config.profile import read, resolve
    from vsat_core.config.registry import load
    from vsat_core.matrix.planning.plan import known_methods

    registry = load()
    default = resolve(read(DEFAULT_PROFILE), registry)
    known = known_methods(default)
    return {
        stage: [
            n
            for n, v in variants.items()
            if (stage, v.card.method) in known
            and (v.card.technique not in LEFT_OUT or _alone(v.name, variants))
        ]
        if registry.graph[stage].tuned
        else [default.stages[stage].variant.name]
        for stage, variants in registry.variants.items()
    }


def _alone(name: str, variants: object) -> bool:
    """Whether a method has no other technique than its baseline."""
    method = name.partition(".")[0]
    return sum(n.partition(".")[0] == method for n in variants) == 1  # type: ignore[attr-defined]


def _chosen(folder: Path, n: int) -> list[Path]:
    """n recordings spread evenly over the folder. Raises InputError."""
    from vsat_core.errors import InputError
    from vsat_core.inputs.folders import search

    if not folder.is_dir():
        raise InputError(
            f"{folder}: is not a folder; for single recordings use vsat matrix RECORDING"
        )
    found = list(search(folder).recordings)
    if not found:
        raise InputError(f"{folder}: no recordings in this folder")
    step = len(found) / min(n, len(found))
    return [found[int(i * step)] for i in range(min(n, len(found)))]


def _excerpts(recordings: Sequence[Path], seconds: float, out: Path) -> list[Path]:
    """The middle of each; a recording whose name is taken gets a folder of its own."""
    from vsat_core.matrix.planning.excerpts import excerpt

    found: list[Path] = []
    for path in recordings:
        taken = {p.stem for p in found}
        folder = out / "excerpts" if path.stem not in taken else out / "excerpts" / str(len(found))
        folder.mkdir(parents=True, exist_ok=True)
        found.append(excerpt(path, seconds, folder))
    return found
