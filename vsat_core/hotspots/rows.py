"""The ranked table a terminal shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vsat_core.hotspots.memory_page import mb
from vsat_core.hotspots.page import percent, seconds
from vsat_core.hotspots.ranking import rank

Value = Mapping[str, Any]


def columns(document: Value) -> list[tuple[str, bool]]:
    """Titles, and whether they are figures."""
    if "time" in document:
        return [
            ("rank", False),
            ("phase", False),
            ("share", True),
            ("seconds", True),
            ("profiled", True),
            ("most of it in", False),
        ]
    if "flame" in document:
        return [
            ("rank", False),
            ("share", True),
            ("samples", True),
            ("phase", False),
            ("function", False),
        ]
    return [("rank", False), ("share", True), ("MB", True), ("phase", False), ("what", False)]


def rows(document: Value) -> list[tuple[str, ...]]:
    """The targets."""
    if "time" in document:
        return [_time(t) for t in document["time"]["targets"]] + [
            _across(c) for c in document["concerns"]
        ]
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


def _time(target: Value) -> tuple[str, ...]:
    slow = target["profiled_seconds"]
    first = target["functions"][0] if target["functions"] else None
    place = (
        f"{first['function']} ({first['file']}:{first['line']})"
        if first and first["file"]
        else first["function"]
        if first
        else ""
    )
    part = f" {percent(first['share'])}" if first else ""
    return (
        target["rank"],
        target["phase"],
        percent(target["share"]),
        seconds(target["seconds"]),
        seconds(slow) if slow is not None else "",
        place + part,
    )


def _across(concern: Value) -> tuple[str, ...]:
    """What runs in several phases, counted there already."""
    return (
        concern["rank"],
        f"({concern['concern']})",
        percent(concern["share"]),
        seconds(concern["seconds"]),
        "",
        "of several phases, counted above",
    )


def _what(target: Value) -> str:
    if "file" in target:
        return f"{target['file']}:{target['line']}"
    held = f" ({target['held_by']})" if target["held_by"] else ""
    return f"{target['type']} {target['shape']}{held}"


def summary(document: Value) -> str:
    """One line: with and without profiler."""
    totals = document["totals"]
    if totals["plain_seconds"] is None:
        return (
            f"profiled run {seconds(totals['profiled_seconds'])}; no plain run beside it (--once)"
        )
    text = (
        f"without profiler {seconds(totals['plain_seconds'])}, with {document['_meta']['tool']} "
        f"{seconds(totals['profiled_seconds'])} ({round(100 * totals['overhead']):+d} %)"
    )
    if totals["as_run_seconds"] is not None:
        text += (
            f"; vsat run, stages made ready in the background, {seconds(totals['as_run_seconds'])}"
        )
    return text
