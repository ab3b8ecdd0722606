"""The part of the page that is about memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vsat_core.hotspots import page

Value = Mapping[str, Any]
ABOUT = {
    "memory": "tracemalloc counts what Python and NumPy allocate, not what torch, onnxruntime or "
    "numba take by "
    "themselves; loading code is not traced. Each line is shown where it held most. Shares are of "
    "the "
    "highest moment, what is freed in a later phase than it was taken in being counted until the "
    "end. "
    "What lives for less than some milliseconds is in the peaks but may be missing among the "
    "lines.",
    "native-memory": "memray counts every allocation of the process, native ones too, at the "
    "highest moment of the "
    "run. A line stands for all that is allocated below it.",
    "objects": "What is alive after each stage's call: arrays and tensors by the memory they own "
    "(views count once), "
    "texts, bytes and containers by their own size.",
}


def mb(size: float) -> str:
    """Megabytes of 10^6 bytes."""
    return f"{size / 1e6:.1f}"


def section(document: Value) -> list[str]:
    """Targets, then phases."""
    meta, memory = document["_meta"], document["memory"]
    objects = meta["profiler"] == "objects"
    lines = [
        "## Targets",
        "",
        ABOUT[meta["profiler"]],
        "",
        f"{'Held at most' if objects else 'Highest'}: {mb(memory['peak'])} MB.",
        "",
    ]
    for i, target in enumerate(memory["targets"], 1):
        lines.append(f"{i}. {_object(target) if objects else _line(target)}")
    lines.append("")
    if objects:
        lines += _stages(memory["stages"])
    if memory["phases"]:
        lines += ["## Phases as the profiler saw them", "", *_phases(memory["phases"]), ""]
    if memory["resident"]:
        lines += [
            "## Phases as the system saw them, without profiler",
            "",
            "Anonymous resident memory of the whole process, sampled.",
            "",
            *_phases(memory["resident"]),
            "",
        ]
    if meta["profiler"] == "native-memory":
        lines += ["More: `memray flamegraph memray.bin`, `memray tree memray.bin`.", ""]
    return lines


def _line(target: Value) -> str:
    phase = f" during {target['phase']}" if target["phase"] else ""
    return (
        f"**{target['rank']}: {target['file']}:{target['line']}, {page.percent(target['share'])} "
        f"({mb(target['bytes'])} MB).** {target['blocks']} "
        f"block{'s' * (target['blocks'] != 1)}{phase}."
    )


def _object(target: Value) -> str:
    held = f", held by `{target['held_by']}`" if target["held_by"] else ""
    disk = ", a map of a file" if target["on_disk"] else ""
    return (
        f"**{target['rank']}: {_kind(target)}, {page.percent(target['share'])} "
        f"({mb(target['bytes'])} MB).** "
        f"Alive after {target['phase']}{held}{disk}."
    )


def _kind(target: Value) -> str:
    return f"{target['type']} {target['shape']}"


def _stages(stages: Sequence[Value]) -> list[str]:
    rows = [
        [
            s["phase"],
            mb(s["sum"]),
            _kind(o),
            mb(o["bytes"]),
            f"`{o['held_by']}`" if o["held_by"] else "",
        ]
        for s in stages
        for o in s["objects"][:3]
    ]
    return [
        "## After each stage",
        "",
        *page.table(("stage", "all MB", "object", "MB", "held by"), rows),
        "",
    ]


def _phases(phases: Sequence[Value]) -> list[str]:
    rows = [
        [
            p["rank"],
            p["phase"],
            page.percent(p["share"]),
            *(mb(p[k]) for k in ("rise", "before", "peak", "after")),
        ]
        for p in phases
        if p["share"] >= 0.001
    ]
    return page.table(("rank", "phase", "share", "rise", "before", "peak", "after"), rows)
