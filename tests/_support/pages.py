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
    return SAMPLE["parts"][0]["rows"]


def names(row: dict[str, Any]) -> list[str]:
    return [
        SAMPLE["stages"][stage][i]["name"] for stage, i in zip(STAGES, row["options"], strict=True)
    ]


def column(tab: Tab, key: str) -> list[str]:
    """The cells under a header of the combinations."""
    headers = '[...document.querySelectorAll("#rows th")]'
    at = tab.run(f'{headers}.findIndex((e) => e.dataset.key === "{key}") + 1')
    return tab.texts(f"#rows tbody td:nth-child({at})")


def with_baseline(results: dict[str, Any]) -> dict[str, Any]:
    """As if the slowest row were the baseline."""
    part = results["parts"][0]
    part["rows"][-2]["marks"], part["marks"]["baseline"] = ["baseline"], len(part["rows"]) - 2
    worse = {"points": 1.5, "low": 0.5, "high": 2.5, "verdict": "worse"}
    part["comparisons"]["baseline"] = {
        "times_faster": 7.5,
        "low": 7.25,
        "high": 7.75,
        "tie": False,
        "accuracy": {"cpWER": worse},
    }
    part["contributions"] = [
        {
            "stage": "embed",
            "variant": "a.numba",
            "baseline": "a.baseline",
            "seconds": 1.0,
            "baseline_s": 4.0,
            "saves_s": 3.0,
        },
        {
            "stage": "cut",
            "variant": "b.numba",
            "baseline": "b.baseline",
            "seconds": 0.5,
            "baseline_s": 0.25,
            "saves_s": -0.25,
        },
    ]
    return results
