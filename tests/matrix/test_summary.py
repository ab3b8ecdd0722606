"""The end of `vsat matrix` in the terminal fits a screen, however many kinds of recordings there
are.
"""

import io
from copy import deepcopy
from pathlib import Path

import pytest
from rich.console import Console

from tests._support.pages import SAMPLE
from vsat_core.cli.matrix_summary import LINES, show_summary

KINDS = ("quiet", "noisy", "call", "far", "music")


def results(n_kinds: int, n_exchanges: int, kind: str = "change") -> dict:
    """The sample, as if it were of several kinds of recordings with many exchanges each."""
    every = deepcopy(SAMPLE)
    (whole,) = every["subsets"]
    exchange = whole["verdict"]["exchanges"][0]
    whole["verdict"] |= {"exchanges": [exchange] * n_exchanges, "kind": kind}
    for name in KINDS[:n_kinds]:
        one = deepcopy(whole) | {"name": name}
        one["verdict"]["sentence"] = f"What is said of {name}."
        every["subsets"].append(one)
    every["left_out"] = ["decode av", "detect energy"]
    return every


def shown(found: dict) -> list[str]:
    out = io.StringIO()
    show_summary(Console(file=out, width=200), found, [Path("matrix.html")])
    return out.getvalue().splitlines()


@pytest.mark.parametrize("n_kinds", range(6))
@pytest.mark.parametrize("n_exchanges", [1, 8])
def test_it_fits_a_screen(n_kinds, n_exchanges):
    lines = shown(results(n_kinds, n_exchanges))
    assert len(lines) <= LINES
    assert "left out: decode av; and 1 more lines with --verbose" in lines


def test_every_kind_is_named_or_counted():
    text = "\n".join(shown(results(5, 8)))
    said = [name for name in KINDS if f"{name} recordings: What is said of {name}." in text]
    assert said == list(KINDS[:3])
    assert "and 2 more kinds of recordings, with --verbose" in text


def test_exchanges_that_are_not_shown_are_counted():
    assert "  2 more exchanges with --verbose" in shown(results(0, 8))


def test_kinds_of_which_nothing_is_known_are_one_line_for_all():
    found = results(3, 1)
    for subset in found["subsets"][1:]:
        subset["verdict"]["kind"] = "nothing"
    assert shown(found)[0] == found["subsets"][0]["verdict"]["sentence"]
