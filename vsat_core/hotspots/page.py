"""The document as a page a person would write: what to look at first, what it is, how to look
closer.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vsat_core.formats import markdown
from vsat_core.hotspots import memory_page
from vsat_core.hotspots.rows import in_markdown
from vsat_core.hotspots.words import percent, seconds

Value = Mapping[str, Any]
STEPS = {
    "import": "loading the code of {stage}",
    "prepare": "preparing {stage} (weights, compilation)",
    "call": "{stage} itself",
    "publish": "moving the files to their folder",
    "imports": "loading VSAT itself",
    "configuration": "loading plugins and the profile",
    "engine": "the engine between the stages",
    "start of Python": "starting Python",
}
FUNCTIONS = (
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
ABOUT_FUNCTIONS = (
    "The share counts a function with the libraries it calls, `own` with the C functions it calls "
    "directly, `cumulative` with everything below it. Functions in threads get their part of the "
    "time waited for them."
)
ABOUT_TIME = (
    "- cProfile sees Python calls. What a compiled function (numba), torch or onnxruntime does "
    "inside, and in threads of its own, is time of the call into it; lines inside a compiled "
    "function cannot be timed.",
    "- Each stage is loaded and prepared at its turn here, so that its cost is its own.",
    "- Importing goes through the same few functions again and again: shares between modules of "
    "one phase are estimates, their sum is not.",
)


def page(document: Value) -> str:
    """hotspots.md, from the JSON alone."""
    meta = document["_meta"]
    lines = [f"# Hotspots of {meta['profile']} on {meta['recording']}", "", *_head(document), ""]
    if "time" in document:
        lines += _targets(document)
        lines += _functions(document["time"]["functions"])
        lines += _concerns(document)
    if "lines" in document:
        lines += _timed_lines(document["lines"])
    if "flame" in document:
        lines += _flame(document)
    if "memory" in document:
        lines += memory_page.section(document)
    return "\n".join([*lines, *_notes(document)]) + "\n"


def _head(document: Value) -> list[str]:
    """On what, with what, and what the profiler cost."""
    meta, totals = document["_meta"], document["totals"]
    plain, profiled = totals["plain_seconds"], seconds(totals["profiled_seconds"])
    first = (
        f"{meta['audio_seconds']:.0f} s of sound, profiled with {meta['tool']} in a fresh process, "
        f"nothing taken from the cache, on {meta['machine']['key']}, "
        f"{meta['machine']['threads']} threads."
    )
    if plain is None:
        return [
            first,
            f"The profiled run took {profiled}; without a plain run next to it (--once), what the "
            "profiler itself costs is not known and is in every figure.",
        ]
    second = (
        f"Without profiler the same work took {seconds(plain)} from start to written files, with "
        f"it {profiled} ({round(100 * totals['overhead']):+d} %; one run each)."
    )
    if "time" in document:
        second += " Shares and seconds of phases are those of the run without."
    if totals["as_run_seconds"] is not None:
        second += (
            " `vsat run` prepares later stages in the background while earlier ones compute: "
            f"{seconds(totals['as_run_seconds'])}."
        )
    return [first, second]


def _targets(document: Value) -> list[str]:
    """The list: one paragraph a phase."""
    meta, targets = document["_meta"], document["time"]["targets"]
    high, medium, covered = (
        f"{100 * meta['thresholds'][k]:g} %" for k in ("high", "medium", "covered")
    )
    lines = [
        "## Targets",
        "",
        f"High is {high} of the time or more, Medium {medium} or more; Low is listed until "
        f"{covered} are covered.",
        "",
        *(f"{i}. {' '.join(_sentences(target, meta))}" for i, target in enumerate(targets, 1)),
    ]
    rest = len(document["time"]["phases"]) - len(targets)
    if rest > 0:
        left = 1 - sum(t["share"] for t in targets)
        lines += ["", f"The other {rest} phases take {percent(max(0.0, left))} together."]
    return [*lines, ""]


def _sentences(target: Value, meta: Value) -> list[str]:
    """What it is, where most of it goes, how to look closer."""
    title = STEPS.get(target["step"], str(target["step"])).format(stage=target["stage"])
    variant = meta["variants"].get(target["stage"], "")
    sentences = [
        f"**{target['rank']}: {target['phase']}, {percent(target['share'])} "
        f"({seconds(target['seconds'])}).**",
        f"{title[0].upper()}{title[1:]}{f' ({variant})' if variant else ''}.",
    ]
    main = [f for f in target["functions"][:3] if f["share"] >= 0.15 * target["share"]]
    if main:
        sentences.append(f"Most of it in {'; '.join(map(_place, main))}.")
    return [*sentences, _closer(target, main, meta)]


def _place(function: Value) -> str:
    """A function with its file, line and share."""
    place = percent(function["share"])
    if not function["file"]:
        return f"{function['function']} {place}{_remarks(function)}"
    name = f"`{function['function']}` ({function['file']}:{function['line']})"
    matters = function["inside"] and function["inside_seconds"] >= 0.5 * function["seconds"]
    inside = f", there in `{function['inside']}`" if matters else ""
    return f"{name} {place}{_remarks(function)}{inside}"


def _remarks(function: Value) -> str:
    compiled = ", compiled by numba" if function["compiled"] else ""
    return compiled + (", in threads" if function["threads"] else "")


def _closer(target: Value, main: Sequence[Value], meta: Value) -> str:
    """The next command."""
    stage, step = target["stage"], target["step"]
    if step == "call":
        others = f"ther variants of the stage: `vsat list {stage}`."
        first = next((f for f in main if f["named"] and not f["compiled"]), None)
        if first is None:
            return f"O{others}"
        base = meta["command"].partition(" --profiler")[0]
        name = f"{first['file'].rpartition('/')[2]}:{first['function']}"
        return f"Line by line: `{base} --lines {name}`; o{others}"
    if stage and step in ("import", "prepare"):
        background = "`vsat run` does this in the background where it can"
        return f"{background}; other variants: `vsat list {stage}`."
    if step == "configuration":
        return "Look through `profile.prof` for what each plugin's light module imports."
    return "The call graph shows what is loaded and by whom: `snakeviz profile.prof`."


def _functions(functions: Sequence[Value]) -> list[str]:
    """All phases together."""
    rows = (
        (
            f["rank"],
            f["phase"],
            f"`{f['function']}`" if f["file"] else f["function"],
            f"{f['file']}:{f['line']}" if f["file"] else "",
            percent(f["share"]),
            *(seconds(f[k]) for k in ("seconds", "own_seconds", "cumulative_seconds")),
            str(f["calls"]),
        )
        for f in functions[:25]
    )
    shown = markdown.table(FUNCTIONS, rows, right=range(4, 9))
    return ["## Functions", "", ABOUT_FUNCTIONS, "", shown, ""]


def _concerns(document: Value) -> list[str]:
    """What runs across all stages, and what failing costs."""
    rows = [
        (c["rank"], c["concern"], percent(c["share"]), seconds(c["seconds"]), c["what"])
        for c in document["concerns"]
    ]
    lines = [
        "## Across the stages",
        "",
        "These cut through the phases above and are counted there already.",
        "",
        markdown.table(("rank", "what", "share", "seconds", "counted"), rows, right=(2, 3)),
        "",
    ]
    if document["failures"]:
        failures = (
            (f["what"], seconds(f["seconds"]), str(f["lines"]), str(f["exit"]))
            for f in document["failures"]
        )
        lines += [
            "How long `vsat run` takes to report an error (fresh processes, not part of the "
            "total):",
            "",
            markdown.table(("error", "seconds", "lines", "exit code"), failures, right=(1,)),
            "",
        ]
    return lines


def _timed_lines(functions: Iterable[Value]) -> list[str]:
    """Every line that ran in the functions asked for."""
    about = "A line's time includes what it calls; time of several threads adds up."
    lines = ["## Lines", "", about, ""]
    for function in functions:
        place = f"{function['file']}:{function['line']}"
        lines += [
            f"### {function['function']} ({place}), {seconds(function['seconds'])}",
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


def _flame(document: Value) -> list[str]:
    """Samples by function."""
    return [
        "## Samples",
        "",
        f"{document['flame']['samples']} samples of threads at work; the picture is `flame.svg`, "
        "in which each phase is a box. Waiting threads are not counted.",
        "",
        in_markdown(document),
        "",
    ]


def _notes(document: Value) -> list[str]:
    """What the figures cannot tell, the files, the command."""
    meta = document["_meta"]
    files = ", ".join(f"`{f}`" for f in meta["files"])
    return [
        "## Notes",
        "",
        *(ABOUT_TIME if "time" in document else ()),
        *(f"- {w}" for w in meta["warnings"]),
        f"- Files: {files}." if files else "",
        f"- Again: `{meta['command']}`",
    ]
