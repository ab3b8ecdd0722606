"""`vsat models`: weights on this machine."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vsat_core.contract.models import Model


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--licences",
        action="store_true",
        help="the licences of models and of all installed packages that VSAT uses",
    )


def main(args: argparse.Namespace) -> int:
    """Every model that a variant needs, one line each: where it is, or what to install."""
    from vsat_core.cli.terminal import table, terminal

    if args.licences:
        return _licences()
    console = terminal()
    rows, places = [], []
    for name, (files, users) in _models().items():
        state, where = _state(files)
        first = files[0]
        rows.append((name, first.language, first.licence, ", ".join(users), state))
        places += [f"{name}: {place}" for place in where]
    console.print(table(("model", "language", "licence", "used by", "state"), rows))
    console.print()
    for place in places:
        console.print(place, soft_wrap=True)
    return 0


def _licences() -> int:
    """Two tables: every model that a variant names, found here or not, and the packages."""
    from vsat_core.cli.terminal import table, terminal
    from vsat_core.config.packages import used_packages

    console = terminal()
    models = ((n, f[0].distribution, f[0].licence) for n, (f, _) in sorted(_models().items()))
    console.print(table(("model", "in package", "licence"), models))
    console.print()
    packages = ((p.name, p.version, p.licence) for p in used_packages())
    console.print(table(("package", "version", "licence"), packages))
    return 0


def _models() -> Mapping[str, tuple[list[Model], list[str]]]:
    """The files of each model, by what it is listed as, and the methods that need it."""
    from vsat_core.config.registry import load
    from vsat_core.contract.models import all_models

    found: dict[str, tuple[list[Model], list[str]]] = {}
    for stage, variants in load().variants.items():
        for variant in variants.values():
            for model in all_models(variant.card.needs):
                files, users = found.setdefault(model.listed_as, ([], []))
                if model not in files:
                    files.append(model)
                if (user := f"{stage} {variant.card.method}") not in users:
                    users.append(user)
    return found


def _state(files: Sequence[Model]) -> tuple[str, list[str]]:
    """What is known of a model's files in few words, or what to do; and the folders they are in."""
    from vsat_core.errors import ModelMissing

    try:
        paths = [model.path() for model in files]
    except ModelMissing as error:
        return str(error).partition(": ")[2], []
    brought = any(model.brought(path) for model, path in zip(files, paths, strict=True))
    state = "your own, not checked" if brought else "found, sha256 checked"
    if len(paths) == 1:
        return state, [str(paths[0])]
    return state, list(dict.fromkeys(str(path.parent) for path in paths))
