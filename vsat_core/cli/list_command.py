"""`vsat list`: what there is to choose from."""
from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from vsat_core.registry import Variant


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("stage", nargs="?", help="only this stage, with every parameter")
    parser.add_argument("--plugin", dest="plugins", action="append", default=[], type=Path, metavar="FILE",
                        help="a loose plugin file; may be repeated")


def main(args: argparse.Namespace) -> int:
    """Print stages, variants, availability and source; then profiles and broken plugins."""
    from rich.table import Table

    from vsat_core.cli.terminal import note, terminal
    from vsat_core.errors import PluginError, nearest
    from vsat_core.registry import BUILT_IN, load
    from vsat_core.stages import STAGES

    if args.stage and args.stage not in STAGES:
        hint = nearest(args.stage, STAGES)
        raise PluginError(f"there is no stage {args.stage!r}{hint}; there are {', '.join(STAGES)}")
    registry = load(args.plugins)
    console = terminal()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("stage", "variant", "available", "what it is", "from"):
        table.add_column(name, overflow="fold")
    for stage in [args.stage] if args.stage else STAGES:
        for i, variant in enumerate(registry.variants[stage].values()):
            missing = variant.missing()
            state = f"no: {missing[0]}" if missing else "yes"
            source = "built in" if variant.plugin.startswith(BUILT_IN) else variant.plugin
            table.add_row(stage if i == 0 else "", variant.name, state, variant.card.summary, source)
    console.print(table)
    if args.stage:
        _parameters(console, registry.variants[args.stage].values())
    else:
        _profiles(console)
    for broken in registry.broken:
        note(console, "broken plugin", f"{broken.plugin}: {broken.reason}", "red")
    return 0


def _parameters(console: Console, variants: Iterable[Variant]) -> None:
    """Every parameter of the variants of one stage."""
    import attrs

    for variant in variants:
        for title, cls in (("params", variant.card.params), ("tuning", variant.card.tuning)):
            for field in attrs.fields(cls):
                help = field.metadata.get("help", "")
                console.print(f"  {variant.name} {title}.{field.name} = {field.default!r}  {help}", soft_wrap=True)


def _profiles(console: Console) -> None:
    """Every profile with the line that says for whom it is."""
    import tomli

    from vsat_core.profile import available

    console.print("\nprofiles", style="bold")
    for name, path in available().items():
        try:
            summary = tomli.loads(path.read_text(encoding="utf-8")).get("summary", "")
        except (OSError, UnicodeDecodeError, tomli.TOMLDecodeError):
            summary = "(cannot be read)"
        console.print(f"  {name:18s} {summary}", soft_wrap=True)
