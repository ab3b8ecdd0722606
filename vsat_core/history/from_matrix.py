"""Figures from results of `vsat matrix`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from vsat_core.history.measurement import Figure, Unit

ROW: dict[str, tuple[str, Unit]] = {  # of a combination: key -> metric and unit
    "seconds": ("elapsed_seconds", "s"),
    "peak_mb": ("memory_peak_mb", "MB"),
    "DER": ("DER", "%"),
    "WER": ("WER", "%"),
    "cpWER": ("cpWER", "%"),
}


def figures_of_matrix(document: Mapping[str, Any]) -> Iterator[Figure]:
    """The named combinations of each subset, and every variant on the first recording."""
    anchor = str(document["anchor"])
    for subset in document["subsets"]:
        recordings = _named(subset["files"])
        for mark, place in subset["marks"].items():
            row = subset["rows"][place]
            for key, (metric, unit) in ROW.items():
                if key in row:
                    spread = (row["low"], row["high"]) if key == "seconds" else ()
                    head = (anchor, "", f"matrix {mark}", recordings, metric)
                    yield Figure(*head, float(row[key]), unit, *spread)
    yield from _variants(document)


def _variants(document: Mapping[str, Any]) -> Iterator[Figure]:
    first = str(document["files"][0]["name"])
    for stage, options in document["stages"].items():
        for option in options:
            if "seconds" in option:
                place = ("", "", f"{stage} {option['name']}", first, "elapsed_seconds")
                spread = (option["low"], option["high"], option["calls"])
                yield Figure(*place, float(option["seconds"]), "s", *spread)


def _named(files: list[str]) -> str:
    """The recordings of a subset: up to three names, or the first and a digest of all."""
    if len(files) <= 3:
        return ", ".join(files)
    digest = hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()[:8]
    return f"{files[0]} and {len(files) - 1} others ({digest})"
