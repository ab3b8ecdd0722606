"""`vsat list`: what there is to choose from."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from vsat_core.cli.options import plugin_option

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from vsat_core.config.registry import Registry
    from vsat_core.config.variants import Variant

# the order of the columns, with what they are called where there is little room; whatever else
# there is follows
TECHNIQUES = {
    "baseline": "base",
    "vectorized": "vec",
    "numba": "numba",
    "batched": "batch",
    "native": "nat",
    "onnx": "onnx",
    "quantized": "quant",
    "pruned": "prun",
}
WIDE = 100  # columns from which on names are written out


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "stage", nargs="?", help="only this stage, with every variant and parameter"
    )
    plugin_option(parser)


def main(args: argparse.Namespace) -> int:
    """Print a grid of methods and techniques and the profiles, or everything of one stage; then
    broken plugins.
    """
    from vsat_core.cli.terminal import note, terminal
    from vsat_core.config.registry import load
    from vsat_core.errors import PluginError

    registry = load(args.plugins)
    if args.stage and args.stage not in registry.graph:
        raise PluginError(registry.graph.unknown(args.stage))
    console = terminal()
    if args.stage:
        _variants(console, registry.variants[args.stage].values())
        _parameters(console, registry.variants[args.stage].values())
    else:
        _grid(console, registry)
        _profiles(console)
    for broken in registry.broken:
        note(console, "broken plugin", f"{broken.plugin}: {broken.reason}", "red")
    return 0


def _grid(console: Console, registry: Registry) -> None:
    """A row a method, a column a technique: "yes" where it can run, "no" where something must be
    installed first.
    """
    from rich.table import Table
    from rich.text import Text

    techniques = {
        v.card.technique for variants in registry.variants.values() for v in variants.values()
    }
    columns = [*(t for t in TECHNIQUES if t in techniques), *sorted(techniques - TECHNIQUES.keys())]
    table = Table(
        box=None,
        pad_edge=False,
        header_style="bold",
        padding=(0, 1 if console.width < WIDE else 2, 0, 0),
    )
    for name in ("stage", "method"):
        table.add_column(name, no_wrap=True)
    for name in columns:
        table.add_column(
            name if console.width >= WIDE else TECHNIQUES.get(name, name[:4]), justify="center"
        )
    for stage, variants in registry.variants.items():
        methods: dict[str, dict[str, Text]] = {}
        for variant in variants.values():
            mark = Text("no", "yellow") if variant.missing() else Text("yes", "green")
            methods.setdefault(variant.card.method, {})[variant.card.technique] = mark
        for i, (method, marks) in enumerate(methods.items()):
            table.add_row(
                stage if i == 0 else "", method, *(marks.get(name, "") for name in columns)
            )
    console.print(table)
    _remarks(console, registry)


def _remarks(console: Console, registry: Registry) -> None:
    """What to install for those that say no, and what came from elsewhere."""
    from vsat_core.cli.terminal import note
    from vsat_core.config.registry import BUILT_IN

    missing: dict[str, list[str]] = {}
    foreign: dict[str, list[str]] = {}
    for variants in registry.variants.values():
        for variant in variants.values():
            name = f"{variant.stage} {variant.name}"
            if remedies := variant.missing():
                missing.setdefault(remedies[0], []).append(name)
            if not variant.plugin.startswith(BUILT_IN):
                foreign.setdefault(variant.plugin, []).append(name)
    for remedy, names in missing.items():
        note(console, "no:", f"{', '.join(names)} {remedy}")
    for plugin, names in foreign.items():
        note(console, "from", f"{plugin}: {', '.join(names)}", "bold")
    console.print(
        "\nvsat list STAGE describes the variants of a stage with every parameter", soft_wrap=True
    )


def _variants(console: Console, variants: Iterable[Variant]) -> None:
    """What each variant of one stage is, whether it can run and where it comes from."""
    from vsat_core.cli.terminal import table
    from vsat_core.config.registry import BUILT_IN

    rows = []
    for variant in variants:
        missing = variant.missing()
        available = f"no: {missing[0]}" if missing else "yes"
        source = "built in" if variant.plugin.startswith(BUILT_IN) else variant.plugin
        rows.append((variant.name, available, variant.card.summary, source))
    console.print(table(("variant", "available", "what it is", "from"), rows))


def _parameters(console: Console, variants: Iterable[Variant]) -> None:
    """Every parameter of the variants of one stage."""
    import attrs

    for variant in variants:
        for title, cls in (("params", variant.card.params), ("tuning", variant.card.tuning)):
            for field in attrs.fields(cls):
                help = field.metadata.get("help", "")
                console.print(
                    f"  {variant.name} {title}.{field.name} = {field.default!r}  {help}",
                    soft_wrap=True,
                )


def _profiles(console: Console) -> None:
    """Every profile with the line that says for whom it is."""
    from vsat_core.config.draft import available, table_of
    from vsat_core.errors import ProfileError

    console.print("\nprofiles", style="bold")
    for name, path in available().items():
        try:
            summary = table_of(path).get("summary", "")
        except ProfileError:
            summary = "(cannot be read)"
        console.print(f"  {name:18s} {summary}", soft_wrap=True)
