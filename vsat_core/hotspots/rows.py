"""The ranked table that a terminal shows, and the page where that says no more."""

from collections.abc import Mapping
from typing import Any

from vsat_core.formats import markdown
from vsat_core.hotspots.ranking import rank
from vsat_core.hotspots.words import mb, percent, seconds

Value = Mapping[str, Any]
ABOVE = "of several phases, counted above"


def columns(document: Value) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Titles, and which columns are figures."""
    if "time" in document:
        return ("rank", "phase", "share", "seconds", "profiled", "most of it in"), (2, 3, 4)
    if "flame" in document:
        return ("rank", "share", "samples", "phase", "function"), (1, 2)
    return ("rank", "share", "MB", "phase", "what"), (1, 2)


def rows(document: Value) -> list[tuple[str, ...]]:
    """The targets."""
    if "time" in document:
        across = [
            (c["rank"], f"({c['concern']})", percent(c["share"]), seconds(c["seconds"]), "", ABOVE)
            for c in document["concerns"]
        ]
        return [_time(t) for t in document["time"]["targets"]] + across
    if "flame" in document:
        total = document["flame"]["samples"] or 1
        return [
            (rank(own / total), percent(own / total), str(own), phase, name)
            for name, phase, own, _ in document["flame"]["functions"][:20]
        ]
    return [
        (t["rank"], percent(t["share"]), mb(t["bytes"]), t["phase"], _what(t))
        for t in document["memory"]["targets"]
    ]


def in_markdown(document: Value) -> str:
    """The table as a page has it."""
    header, right = columns(document)
    return markdown.table(header, rows(document), right=right)


def _time(target: Value) -> tuple[str, ...]:
    profiled, place = target["profiled_seconds"], ""
    for first in target["functions"][:1]:
        file = f" ({first['file']}:{first['line']})" if first["file"] else ""
        place = f"{first['function']}{file} {percent(first['share'])}"
    return (
        target["rank"],
        target["phase"],
        percent(target["share"]),
        seconds(target["seconds"]),
        seconds(profiled) if profiled is not None else "",
        place,
    )


def _what(target: Value) -> str:
    if "file" in target:
        return f"{target['file']}:{target['line']}"
    held = f" ({target['held_by']})" if target["held_by"] else ""
    return f"{kind(target)}{held}"


def kind(target: Value) -> str:
    """Type and shape of an object."""
    return f"{target['type']} {target['shape']}"


def summary(document: Value) -> str:
    """One line: with and without profiler."""
    totals = document["totals"]
    if totals["plain_seconds"] is None:
        return (
            f"profiled run {seconds(totals['profiled_seconds'])}; no plain run next to it (--once)"
        )
    text = (
        f"without profiler {seconds(totals['plain_seconds'])}, with {document['_meta']['tool']} "
        f"{seconds(totals['profiled_seconds'])} ({round(100 * totals['overhead']):+d} %)"
    )
    if totals["as_run_seconds"] is not None:
        text += (
            f"; vsat run, stages prepared in the background, {seconds(totals['as_run_seconds'])}"
        )
    return text
