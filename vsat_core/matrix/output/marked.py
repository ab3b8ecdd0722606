"""The few combinations that a reader knows or is to know, from results as plain values."""

from collections.abc import Iterator
from typing import Any

MARKED = {"recommended": "recommended", "anchor": "", "baseline": "the plain baseline"}


def marked_rows(subset: dict[str, Any], anchor: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and row of the marked combinations and of the fastest that is on the front, the fastest
    first; `anchor` is the name of the profile started from.
    """
    rows, marks = subset["rows"], subset["marks"]
    named: dict[int, str] = {}
    for mark, name in MARKED.items():
        if mark in marks:
            named.setdefault(marks[mark], name or anchor)
    if marks.get("recommended") is not None and marks["recommended"] == marks.get("anchor"):
        named[marks["anchor"]] = f"{anchor} (keep)"
    fastest = next((i for i, r in enumerate(rows) if "front" in r["marks"]), None)
    if fastest is not None:
        named.setdefault(fastest, "the fastest of all")
    for i, name in sorted(named.items(), key=lambda item: float(rows[item[0]]["seconds"])):
        yield name, rows[i]
