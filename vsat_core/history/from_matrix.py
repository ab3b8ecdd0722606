"""Figures from results of `vsat matrix`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

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
    contents = {str(f["name"]): str(f.get("sha256", "")) for f in document["files"]}
    for subset in document["subsets"]:
        recordings = _named(subset["files"])
        content = _content([contents.get(name, "") for name in subset["files"]])
        for mark, place in subset["marks"].items():
            row = subset["rows"][place]
            for key, (metric, unit) in ROW.items():
                if key in row:
                    spread = (row["low"], row["high"]) if key == "seconds" else ()
                    head = (anchor, "", f"matrix {mark}", recordings, metric)
                    figure = Figure(*head, float(row[key]), unit, *spread)
                    yield attrs.evolve(figure, recording_digest=content)
    yield from _variants(document)


def _variants(document: Mapping[str, Any]) -> Iterator[Figure]:
    file = document["files"][0]
    first, content = str(file["name"]), str(file.get("sha256", ""))
    for stage, options in document["stages"].items():
        for option in options:
            if "seconds" in option:
                place = ("", "", f"{stage} {option['name']}", first, "elapsed_seconds")
                spread = (option["low"], option["high"], option["calls"])
                yield Figure(*place, float(option["seconds"]), "s", *spread, content)


def _named(files: list[str]) -> str:
    """The recordings of a subset: up to three names, or the first and a digest of all."""
    if len(files) <= 3:
        return ", ".join(files)
    digest = hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()[:8]
    return f"{files[0]} and {len(files) - 1} others ({digest})"


def _content(digests: list[str]) -> str:
    """What tells recordings of equal names apart: the digest of one, or a digest of those of
    several; "" where one is not known.
    """
    if len(digests) < 2 or not all(digests):
        return digests[0] if len(digests) == 1 else ""
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()
