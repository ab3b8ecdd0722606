"""The document as a page a person would write: what to look at first, what it is, how to look
closer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vsat_core.hotspots import memory_page
from vsat_core.hotspots.ranking import rank

Value = Mapping[str, Any]
STEPS = {
    "import": "loading the code of {stage}",
    "prepare": "making {stage} ready (weights, compilation)",
    "call": "{stage} itself",
    "publish": "moving the files to their folder",
    "imports": "loading VSAT itself",
    "configuration": "loading plugins and the profile",
    "engine": "the engine between the stages",
    "start of Python": "starting Python",
}


def percent(share: float) -> str:
    """As in 41 %, with a decimal below ten."""
    return f"{100 * share:.0f} %" if share >= 0.0995 else f"{100 * share:.1f} %"


def seconds(value: float) -> str:
    """Three digits: 12.3 s, 0.41 s, 3 ms."""
    if value >= 10:
        return f"{value:.1f} s"
    return f"{value:.2f} s" if value >= 0.1 else f"{1000 * value:.1f} ms"


def page(document: Value) -> str:
    """hotspots.md, from the JSON alone."""
    meta = document["_meta"]
    lines = [f"# Hotspots of {meta['profile']} on {meta['recording']}", "", *_head(document), ""]
    if "time" in document:
        lines += [
            *_targets(document),
            *_functions(document["time"]["functions"]),
            *_concerns(document),
        ]
    if "lines" in document:
        lines += _timed_lines(document["lines"])
    if "flame" in document:
        lines += _flame(document["flame"])
    if "memory" in document:
        lines += memory_page.section(document)
    return "\n".join([*lines, *_notes(document)]) + "\n"


def _head(document: Value) -> list[str]:
    """On what, with what, and what the profiler cost."""
    meta, totals = document["_meta"], document["totals"]
    whole = totals["plain_seconds"]
    first = (
        f"{meta['audio_seconds']:.0f} s of sound, profiled with {meta['tool']} in a fresh process, "
        "nothing taken "
        f"from the cache, on {meta['machine']['key']}, {meta['machine']['threads']} threads."
    )
    if whole is None:
        return [
            first,
            f"The profiled run took {seconds(totals['profiled_seconds'])}; without a plain run "
            "beside it "
            "(--once), what the profiler itself costs is not known and is in every figure.",
        ]
    cost = 100 * totals["overhead"]
    second = (
        f"Without profiler the same work took {seconds(whole)} from start to written files, with "
        "it "
        f"{seconds(totals['profiled_seconds'])} ({round(cost):+d} %; one run each)."
    )
    if "time" in document:
        second += " Shares and seconds of phases are those of the run without."
    if totals["as_run_seconds"] is not None:
        second += (
            f" `vsat run` makes later stages ready in the background while earlier ones compute: "
            f"{seconds(totals['as_run_seconds'])}."
        )
    return [first, second]


def _targets(document: Value) -> list[str]:
    """The list: one paragraph a phase."""
    meta = document["_meta"]
    limits = meta["thresholds"]
    targets = document["time"]["targets"]
    high, medium, covered = (f"{100 * limits[k]:g} %" for k in ("high", "medium", "covered"))
    lines = [
        "## Targets",
        "",
        f"High is {high} of the time or more, Medium {medium} or more; Low is listed until "
        f"{covered} are covered.",
        "",
    ]
    for i, target in enumerate(targets, 1):
        lines.append(f"{i}. {' '.join(_sentences(target, meta))}")
    rest = len(document["time"]["phases"]) - len(targets)
    if rest > 0:
        left = 1 - sum(t["share"] for t in targets)
        lines += ["", f"The other {rest} phases take {percent(max(0.0, left))} together."]
    return [*lines, ""]


def _sentences(target: Value, meta: Value) -> list[str]:
    """What it is, where most of it goes, how to look closer."""
    title = STEPS.get(target["step"], str(target["step"])).format(stage=target["stage"])
    variant = meta["variants"].get(target["stage"], "")
    said = [
        f"**{target['rank']}: {target['phase']}, {percent(target['share'])} "
        f"({seconds(target['seconds'])}).**",
        f"{title[0].upper()}{title[1:]}{f' ({variant})' if variant else ''}.",
    ]
    main = [f for f in target["functions"][:3] if f["share"] >= 0.15 * target["share"]]
    if main:
        said.append(f"Most of it in {'; '.join(_place(f) for f in main)}.")
    return [*said, _closer(target, main, meta)]


def _place(function: Value) -> str:
    """A function with its file, line and share."""
    name = f"`{function['function']}`" if function["file"] else function["function"]
    where = f" ({function['file']}:{function['line']})" if function["file"] else ""
    beside = (", compiled by numba" if function["compiled"] else "") + (
        ", in threads" if function["threads"] else ""
    )
    inside = f", there in `{function['inside']}`" if _matters(function) else ""
    return f"{name}{where} {percent(function['share'])}{beside}{inside}"


def _matters(function: Value) -> bool:
    half = 0.5 * function["seconds"]
    return bool(function["inside"]) and function["file"] and function["inside_seconds"] >= half


def _closer(target: Value, main: Sequence[Value], meta: Value) -> str:
    """The next command."""
    stage, step = target["stage"], target["step"]
    base = meta["command"].partition(" --profiler")[0]
    if step == "call":
        first = next((f for f in main if f["named"] and not f["compiled"]), None)
        if first is None:
            return f"Other variants of the stage: `vsat list {stage}`."
        name = f"{first['file'].rpartition('/')[2]}:{first['function']}"
        return (
            f"Line by line: `{base} --lines {name}`; other variants of the stage: `vsat list "
            f"{stage}`."
        )
    if stage and step in ("import", "prepare"):
        return (
            "`vsat run` does this in the background where it can; other variants: `vsat list "
            f"{stage}`."
        )
    if step == "configuration":
        return "Look through `profile.prof` for what each plugin's light module imports."
    return "The call graph shows what is loaded and by whom: `snakeviz profile.prof`."


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table; the first columns are text, figures stand to the right."""
    figures = (
        "share",
        "seconds",
        "own",
        "cumulative",
        "calls",
        "hits",
        "MB",
        "before",
        "peak",
        "after",
        "rise",
        "growth",
        "blocks",
        "line",
        "samples",
    )
    rule = ["---:" if c in figures else "---" for c in columns]
    return [f"| {' | '.join(cells)} |" for cells in (columns, rule, *rows)]


def _functions(functions: Sequence[Value]) -> list[str]:
    """All phases together."""
    rows = [
        [
            f["rank"],
            f["phase"],
            f"`{f['function']}`" if f["file"] else f["function"],
            f"{f['file']}:{f['line']}" if f["file"] else "",
            percent(f["share"]),
            seconds(f["seconds"]),
            seconds(f["own_seconds"]),
            seconds(f["cumulative_seconds"]),
            str(f["calls"]),
        ]
        for f in functions[:25]
    ]
    about = (
        "The share counts a function with the libraries it calls, `own` with the C functions it "
        "calls directly, "
        "`cumulative` with everything below it. Functions in threads get their part of the time "
        "waited for them."
    )
    columns = (
        "rank",
        "phase",
        "function",
        "place",
        "share",
        "seconds",
        "own",
        "cumulative",
        "calls",
    )
    return ["## Functions", "", about, "", *table(columns, rows), ""]


def _concerns(document: Value) -> list[str]:
    """What runs across all stages, and what failing costs."""
    rows = [
        [c["rank"], c["concern"], percent(c["share"]), seconds(c["seconds"]), c["what"]]
        for c in document["concerns"]
    ]
    lines = [
        "## Across the stages",
        "",
        "These cut through the phases above and are counted there already.",
        "",
        *table(("rank", "what", "share", "seconds", "counted"), rows),
        "",
    ]
    if document["failures"]:
        lines += [
            "How long `vsat run` takes to say what is wrong (fresh processes, not part of the "
            "total):",
            "",
        ]
        lines += table(
            ("wrong", "seconds", "lines", "exit code"),
            [
                [f["what"], seconds(f["seconds"]), str(f["lines"]), str(f["exit"])]
                for f in document["failures"]
            ],
        )
        lines.append("")
    return lines


def _timed_lines(functions: Sequence[Value]) -> list[str]:
    """Every line that ran in the functions asked for."""
    lines = [
        "## Lines",
        "",
        "A line's time includes what it calls; time of several threads adds up.",
        "",
    ]
    for function in functions:
        lines += [
            f"### {function['function']} ({function['file']}:{function['line']}), "
            f"{seconds(function['seconds'])}",
            "",
            "```text",
            f"{'line':>6} {'hits':>10} {'time':>9} {'%':>6}",
        ]
        lines += [
            f"{n['line']:>6} {n['hits']:>10} {seconds(n['seconds']):>9} {100 * n['share']:>6.1f}  "
            f"{n['source']}"
            for n in function["lines"]
        ]
        lines += ["```", ""]
    return lines


def _flame(flame: Value) -> list[str]:
    """Samples by function."""
    total = flame["samples"] or 1
    rows = [
        [rank(own / total), name, phase, percent(own / total), str(own), percent(whole / total)]
        for name, phase, own, whole in flame["functions"][:20]
    ]
    return [
        "## Samples",
        "",
        f"{flame['samples']} samples of threads at work; the picture is `flame.svg`, in which "
        "each phase is a box. Waiting threads are not counted.",
        "",
        *table(("rank", "function", "phase", "share", "samples", "with what it calls"), rows),
        "",
    ]


def _notes(document: Value) -> list[str]:
    """What the figures cannot tell, the files, the command."""
    meta = document["_meta"]
    notes = ["## Notes", ""]
    if "time" in document:
        notes += [
            "- cProfile sees Python calls. What a compiled function (numba), torch or onnxruntime "
            "does inside, and in "
            "threads of its own, is time of the call into it; lines inside a compiled function "
            "cannot be timed.",
            "- Each stage is loaded and made ready at its turn here, so that its cost is its own.",
            "- Importing goes through the same few functions again and again: shares between "
            "modules of one phase are "
            "estimates, their sum is not.",
        ]
    notes += [f"- {w}" for w in meta["warnings"]]
    files = ", ".join(f"`{f}`" for f in meta["files"])
    return [*notes, f"- Files: {files}." if files else "", f"- Again: `{meta['command']}`"]
