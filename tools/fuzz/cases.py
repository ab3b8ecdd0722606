"""A case: the seed of the run and its number determine what is mutated, how, and what reads it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import attrs

from tools.fuzz.mutations import OF_BYTES, OF_TEXT, mutated
from tools.fuzz.stock import Stock

Arguments = list[str]


@attrs.frozen
class Case:
    """Commands that are run one after the other in `folder`, and the files that were mutated."""

    group: str
    source: str
    folder: Path
    commands: list[Arguments]
    inputs: list[Path]
    all_or_nothing: bool = False  # a command that fails leaves no result


@attrs.define
class Desk:
    """Where the files of one case are made."""

    stock: Stock
    folder: Path
    draw: random.Random
    inputs: list[Path] = attrs.field(factory=list)

    def copy(self, source: Path, name: str = "") -> Path:
        """The intact file in the folder of the case."""
        path = self.folder / (name or source.name)
        path.write_bytes(source.read_bytes())
        return path

    def mutate(self, path: Path, text: bool) -> Path:
        """Change a file of the case in place."""
        self.inputs.append(path)
        changes = OF_TEXT if text else OF_BYTES
        path.write_bytes(mutated(path.read_bytes(), self.draw, changes))
        return path

    def tiny(self, profile: str = "small") -> Arguments:
        """--profile of a pipeline that computes in no time, and where its results go."""
        for name in ("tiny.py", f"{profile}.toml"):
            self.copy(self.stock.tiny / name)
        return ["--profile", str(self.folder / f"{profile}.toml"), "--out", str(self.out)]

    @property
    def out(self) -> Path:
        return self.folder / "out"


Door = Callable[[Desk], tuple[str, list[Arguments], bool]]


def case_of(number: int, seed: int, stock: Stock, folder: Path, only: str = "") -> Case:
    """Make the files of a case in an empty folder; of one group, or of any."""
    from tools.fuzz.doors import DOORS

    draw = random.Random(f"{seed}:{number}")
    group = draw.choices([*DOORS], [weight for weight, _ in DOORS.values()])[0]
    group = only or group
    desk = Desk(stock, folder, draw)
    source, commands, all_or_nothing = DOORS[group][1](desk)
    return Case(group, source, folder, commands, desk.inputs, all_or_nothing)
