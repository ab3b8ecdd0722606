"""The part of the page that is about memory."""

from collections.abc import Iterable, Mapping
from typing import Any

from vsat_core.formats import markdown
from vsat_core.hotspots.rows import in_markdown, kind
from vsat_core.hotspots.words import mb, percent

Value = Mapping[str, Any]
ABOUT = {
    "memory": "tracemalloc counts what Python and NumPy allocate, not what torch, onnxruntime or "
    "numba take by themselves; loading code is not traced. Each line is shown where it held most. "
    "Shares are of the highest moment, what is freed in a later phase than it was taken in being "
    "counted until the end. What lives for less than some milliseconds is in the peaks but may be "
    "missing among the lines.",
    "native-memory": "memray counts every allocation of the process, native ones too, at the "
    "highest moment of the run. A line represents all that is allocated below it.",
    "objects": "What is alive after each stage's call: arrays and tensors by the memory they own "
    "(views count once), texts, bytes and containers by their own size.",
}


def section(document: Value) -> list[str]:
    """Targets, then phases."""
    profiler, memory = document["_meta"]["profiler"], document["memory"]
    objects = profiler == "objects"
    peak = f"{'Held at most' if objects else 'Highest'}: {mb(memory['peak'])} MB."
    lines = ["## Targets", "", ABOUT[profiler], "", peak, "", in_markdown(document), ""]
    if objects:
        lines += ["## After each stage", "", _stages(memory["stages"]), ""]
    if memory["phases"]:
        lines += ["## Phases as the profiler saw them", "", _phases(memory["phases"]), ""]
    if memory["resident"]:
        lines += [
            "## Phases as the system saw them, without profiler",
            "",
            "Anonymous resident memory of the process, sampled.",
            "",
            _phases(memory["resident"]),
            "",
        ]
    if profiler == "native-memory":
        lines += ["More: `memray flamegraph memray.bin`, `memray tree memray.bin`.", ""]
    return lines


def _stages(stages: Iterable[Value]) -> str:
    rows = (
        (s["phase"], mb(s["sum"]), kind(o), mb(o["bytes"]), o["held_by"] and f"`{o['held_by']}`")
        for s in stages
        for o in s["objects"][:3]
    )
    return markdown.table(("stage", "all MB", "object", "MB", "held by"), rows, right=(3,))


def _phases(phases: Iterable[Value]) -> str:
    sizes = ("rise", "before", "peak", "after")
    rows = (
        (p["rank"], p["phase"], percent(p["share"]), *(mb(p[k]) for k in sizes))
        for p in phases
        if p["share"] >= 0.001
    )
    return markdown.table(("rank", "phase", "share", *sizes), rows, right=range(2, 7))
