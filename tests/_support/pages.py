"""What the tests of the page share: the sample it shows, and what is read from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests._support.browser import Tab, chromium
from tests._support.paths import TESTS
from tests._support.stages import STAGES

SAMPLE = json.loads((TESTS / "matrix" / "matrix_small.json").read_text(encoding="utf-8"))
ROW_OF = 'document.querySelector("#rows tbody tr.chosen")?.dataset.row'
Open = Callable[..., Tab]
needs_chromium = pytest.mark.skipif(
    chromium() is None, reason="there is no Chromium on this machine"
)


def rows() -> list[dict[str, Any]]:
    return SAMPLE["subsets"][0]["rows"]


def names(row: dict[str, Any]) -> list[str]:
    options = zip(STAGES, row["options"], strict=True)
    return [SAMPLE["stages"][stage][i]["name"] for stage, i in options]


def column(tab: Tab, key: str) -> list[str]:
    """The cells under a header of the combinations."""
    at = tab.attributes("#rows th", "dataset.key").index(key) + 1
    return tab.texts(f"#rows tbody td:nth-child({at})")


def shown_rows(tab: Tab, selector: str = "#rows tbody tr") -> list[int]:
    """The numbers of the rows, or points, that are shown."""
    return [int(row) for row in tab.attributes(selector, "dataset.row")]


def with_baseline(results: dict[str, Any]) -> dict[str, Any]:
    """As if the slowest row were the baseline."""
    subset = results["subsets"][0]
    at = subset["marks"]["baseline"] = len(subset["rows"]) - 2
    subset["rows"][at]["marks"] = ["baseline"]
    worse = {"points": 1.5, "low": 0.5, "high": 2.5, "verdict": "worse"}
    times = {"times_faster": 7.5, "low": 7.25, "high": 7.75, "tie": False}
    subset["comparisons"]["baseline"] = times | {"accuracy": {"cpWER": worse}}
    keys = ("stage", "variant", "baseline", "seconds", "baseline_s", "saves_s")
    subset["contributions"] = [
        dict(zip(keys, row, strict=True))
        for row in (
            ("embed", "a.numba", "a.baseline", 1.0, 4.0, 3.0),
            ("cut", "b.numba", "b.baseline", 0.5, 0.25, -0.25),
        )
    ]
    return results


def open_part(tab: Tab, part: str) -> None:
    """Press the summary of a part, and wait until it is drawn."""
    tab.click(f"#{part} > summary")
    tab.settle()
