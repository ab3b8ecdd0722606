"""`vsat models`: weights on this machine."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """No options."""


def main(args: argparse.Namespace) -> int:
    """Print every model any variant needs: found where, checked, licence, language, used by; what
    to install else.
    """
    from rich.table import Table

    from vsat_core.cli.terminal import terminal
    from vsat_core.config.registry import load
    from vsat_core.contract.models import Model
    from vsat_core.errors import ModelMissing

    users: dict[Model, list[str]] = {}
    for stage, variants in load().variants.items():
        for variant in variants.values():
            for need in variant.card.needs:
                if isinstance(need, Model):
                    users.setdefault(need, []).append(f"{stage} {variant.name}")
    console = terminal()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("model", "language", "licence", "used by", "state"):
        table.add_column(name, overflow="fold")
    places = []
    for model, names in users.items():
        try:
            path = model.path()
            state = "your own, not checked" if model.brought(path) else "found, sha256 checked"
            places.append(f"{model.name}: {path}")
        except ModelMissing as error:
            state = str(error)
        table.add_row(model.name, model.language, model.licence, ", ".join(names), state)
    console.print(table)
    console.print()
    for place in places:
        console.print(place, soft_wrap=True)
    return 0
