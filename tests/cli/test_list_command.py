"""`vsat list`: a grid of what there is, and everything about one stage."""

import pytest
from rich.console import Console

from tests._support.command import vsat
from tests._support.stages import STAGES
from vsat_core.cli import terminal as terminal_module
from vsat_core.config.registry import load

PLUGIN = """
from vsat_core.plugin import EXACT, Card, Model, hookimpl

ABSENT = Model("a great model", "great==1", "no_such_package", "weights", "0" * 64, "MIT", "any")


@hookimpl
def vsat_cut():
    return [
        Card("mine.baseline", "for tests", agreement=EXACT, target="nowhere:Baseline"),
        Card("mine.batched", "for tests", needs=(ABSENT,), target="nowhere:Batched"),
        Card("mine.peculiar", "for tests", target="nowhere:Peculiar"),
    ]
"""


def listed(capsys: pytest.CaptureFixture[str], arguments: str = "") -> list[str]:
    assert vsat(f"list {arguments}") == 0
    return capsys.readouterr().out.splitlines()


def test_a_row_a_method_and_a_column_a_technique(capsys, tmp_path):
    (tmp_path / "mine.py").write_text(PLUGIN)
    lines = listed(capsys, f"--plugin {tmp_path / 'mine.py'}")
    header = lines[0].split()
    assert header[:4] == ["stage", "method", "baseline", "vectorized"] and "peculiar" in header
    (row,) = [line for line in lines if line.split()[:1] == ["mine"]]
    centre = {name: lines[0].index(name) + len(name) // 2 for name in header[2:]}
    marks = {name: row[max(at - 2, 0) : at + 2].strip() for name, at in centre.items()}
    assert {n: m for n, m in marks.items() if m} == {
        "baseline": "yes",
        "batched": "no",
        "peculiar": "yes",
    }
    assert any(
        line.startswith("no: cut mine.batched needs the model a great model: pip install")
        for line in lines
    )
    assert (
        f"from {(tmp_path / 'mine.py').resolve()}: cut mine.baseline, cut mine.batched, cut "
        "mine.peculiar" in lines
    )


def test_every_method_of_every_stage_has_its_row(capsys):
    rows = [line.split() for line in listed(capsys)]
    registry = load()
    for stage in STAGES:
        methods = list(dict.fromkeys(v.card.method for v in registry.variants[stage].values()))
        first = next(i for i, row in enumerate(rows) if row[:1] == [stage])
        assert rows[first][1] == methods[0]
        assert [row[0] for row in rows[first + 1 : first + len(methods)]] == methods[1:]


def test_the_grid_fits_a_narrow_terminal(capsys, monkeypatch):
    monkeypatch.setattr(
        terminal_module, "terminal", lambda: Console(width=80, markup=False, highlight=False)
    )
    n_methods = sum(
        len({v.card.method for v in variants.values()}) for variants in load().variants.values()
    )
    grid = listed(capsys)[: 1 + n_methods]
    assert grid[0].split()[:4] == ["stage", "method", "base", "vec"]
    assert grid[-1].split()[:1] in (
        ["write"],
        [list(load().variants["write"].values())[-1].card.method],
    )
    assert all(len(line.rstrip()) <= 80 and "…" not in line for line in grid)


def test_one_stage_in_full(capsys):
    lines = listed(capsys, "cut")
    assert lines[0].split()[:2] == ["variant", "available"]
    assert any(line.startswith("pauses.baseline") and "built in" in line for line in lines)
    assert any(line.startswith("  pauses.baseline params.max_s = 25.0  ") for line in lines)
    assert not any("profiles" in line for line in lines)
    assert vsat("list cutt") == 2
