"""`vsat models`: weights on this machine."""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """No options."""


def main(args: argparse.Namespace) -> int:
    """Every model that a variant needs: where it is, or what to install."""
    from vsat_core.cli.terminal import table, terminal
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
    rows, places = [], []
    for model, names in users.items():
        try:
            path = model.path()
            state = "your own, not checked" if model.brought(path) else "found, sha256 checked"
            places.append(f"{model.name}: {path}")
        except ModelMissing as error:
            state = str(error)
        rows.append((model.name, model.language, model.licence, ", ".join(names), state))
    console.print(table(("model", "language", "licence", "used by", "state"), rows))
    console.print()
    for place in places:
        console.print(place, soft_wrap=True)
    return 0
