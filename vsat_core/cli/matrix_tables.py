"""What `vsat matrix` shows in the terminal: the plan, and with --verbose all results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vsat_core.cli.matrix_summary import RATES, advice
from vsat_core.cli.terminal import table

if TYPE_CHECKING:
    from rich.console import Console

    from vsat_core.matrix.planning.plan import MatrixPlan

TOP = 10
FIGURES = ("seconds", "95 % interval", "RTF", "peak MB", *RATES)
CONTRIBUTION = ("stage", "variant", "baseline", "seconds", "baseline s", "saves s")
RUN = (
    "combination",
    "file",
    "composed s",
    "stages s",
    "measured s",
    "error",
    "composed MB",
    "measured MB",
    "error",
    "same answer",
)


def show_plan(console: Console, ready: MatrixPlan) -> None:
    """What a run would do."""
    from vsat_core.matrix.planning.estimate import estimate

    e, selection = estimate(ready), ready.selection
    rows = [
        (stage, str(len(options)), ", ".join(o.name for o in options))
        for stage, options in selection.options.items()
    ]
    console.print(table(("stage", "number", "variants"), rows, right=(1,)))
    unfit = selection.product() - selection.count()
    console.print(
        f"\n{selection.count():,} combinations ({unfit:,} more do not fit together) on "
        f"{len(ready.request.files)} recording(s), {e.audio_s:.0f} s of sound"
    )
    console.print(f"about {e.cells} cells to measure, {e.known} of them known")
    console.print(f"estimated time: {e.minutes:.0f} minutes, most of it for {e.largest}")
    _lines(console, (f"left out: {line}" for line in selection.left_out))


def show_details(console: Console, results: dict[str, Any]) -> None:
    """Counts, the fastest, the front, what each stage contributes, composed against measured."""
    counts = results["counts"]
    console.print(
        f"{counts['combinations']:,} combinations, {counts['chains']:,} chains of answers, from "
        f"{counts['executions']:,} stage executions instead of {counts['planned_executions']:,} "
        f"({100 * counts['share']:.2g} %)"
    )
    for subset in results["subsets"]:
        _subset(console, subset, results)
    if results["validation"]:
        _title(console, "composed and measured end to end")
        rows = [_run(run) for run in results["validation"]]
        console.print(table(RUN, rows, right=range(2, len(RUN))))
        _lines(console, _composition(results["composition"]))
    _lines(console, _full(results["full"]))
    _lines(console, (f"left out: {line}" for line in results["left_out"]))
    _lines(console, (f"note: {line}" for line in results["notes"]))
    console.print()
    for subset in results["subsets"]:
        _lines(console, _evidence(subset, results))
    console.print()


def _evidence(subset: dict[str, Any], results: dict[str, Any]) -> Iterator[str]:
    """How the recommended combination compares, in sentences."""
    from vsat_core.matrix.output.profiles import duel_text

    yield from advice(subset, len(subset["verdict"]["exchanges"]))
    if subset["refused"]:
        return
    if expected := subset["expected"]:
        yield f"  expect {expected['low']:.2f} to {expected['high']:.2f} s: {expected['why']}"
    for name, c in subset["comparisons"].items():
        other = results["anchor"] if name == "anchor" else name
        speed = (
            f"{c['times_faster']:.2f} times as fast as {other} ({c['low']:.2f} to {c['high']:.2f})"
        )
        if c["tie"]:
            speed = f"as fast as {other} (tie)"
        accuracy = c["accuracy"].items()
        points = "; ".join(f"{r} {d['points']:+.1f} points, {d['verdict']}" for r, d in accuracy)
        yield f"  {speed}; {points}"
    for name, duel in subset["against"].items():
        yield f"  run end to end: {duel_text(name, duel)}"
    if subset["ties"]:
        same = "; ".join(f"{stage} {', '.join(names)}" for stage, names in subset["ties"].items())
        yield f"  ties, no slower or larger in its place: {same}"


def _title(console: Console, text: str) -> None:
    console.print(f"\n{text}", style="bold", soft_wrap=True)


def _lines(console: Console, lines: Iterator[str]) -> None:
    for line in lines:
        console.print(line, soft_wrap=True)


def _subset(console: Console, subset: dict[str, Any], results: dict[str, Any]) -> None:
    """The marked rows, the fastest and the front; then the contributions."""
    _title(console, f"{subset['name']}: {', '.join(subset['files'][:5])}")
    rows = subset["rows"]
    marked = [rows[i] for i in subset["marks"].values()]
    fastest = [r for r in rows if r not in marked][:TOP]
    front = [r for r in rows if "front" in r["marks"] and r not in [*fastest, *marked]][:TOP]
    best = marked[-1] if "recommended" in subset["marks"] else rows[0]
    shown = {id(r): r for r in [*fastest, *marked, *front]}.values()
    cells = [
        (
            f"{row['seconds']:.3f}",
            f"{row['low']:.3f}-{row['high']:.3f}",
            f"{row['rtf']:.4f}",
            str(row["peak_mb"]),
            *(f"{row[r]:.1f}" if r in row else "" for r in RATES),
            " ".join(row["marks"]),
            _unlike(row, best, results),
        )
        for row in sorted(shown, key=lambda r: float(r["seconds"]))
    ]
    columns = (*FIGURES, "", "differs from the recommended one in")
    console.print(table(columns, cells, right=range(len(FIGURES))))
    if subset["contributions"]:
        _title(console, "what each stage of the recommended combination saves against its baseline")
        cells = [
            (
                *(c[key] for key in ("stage", "variant", "baseline")),
                *(f"{c[key]:.4f}" for key in ("seconds", "baseline_s", "saves_s")),
            )
            for c in subset["contributions"]
        ]
        console.print(table(CONTRIBUTION, cells, right=(3, 4, 5)))


def _unlike(row: dict[str, Any], best: dict[str, Any], results: dict[str, Any]) -> str:
    """The variants that two combinations do not share."""
    stages = zip(results["stages"].values(), row["options"], best["options"], strict=True)
    names = [options[i]["name"] for options, i, j in stages if i != j]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _run(run: dict[str, Any]) -> Sequence[str]:
    """Composed next to measured."""
    first = run["name"], run["file"], f"{run['composed_s']:.3f}"
    if run["failure"]:
        return *first, "", run["failure"]
    return (
        *first,
        f"{run['stages_s']:.3f}" if run["stages_s"] else "",
        f"{run['measured_s']:.3f}",
        f"{100 * run['time_error']:+.1f} %",
        str(run["composed_mb"]),
        str(run["measured_mb"]),
        f"{100 * run['memory_error']:+.1f} %",
        "yes" if run["same_answer"] else "NO",
    )


def _composition(c: dict[str, Any]) -> Iterator[str]:
    """The error of composition."""
    if not c:
        return
    yield (
        f"error of composition over {c['n']}: time {_quantiles(c, 'time')}; memory "
        f"{100 * c['memory_median']:.1f} % at the median, {100 * c['memory_max']:.1f} % at most; "
        f"{c['same_answers']} of {c['n']} same answers"
    )
    if c["interleaved"]:
        yield (
            "(stages s: its stages were re-timed interleaved with the full run and differ from the "
            f"composed times by {_quantiles(c, 'drift')}: the machine drifts, and inputs taken for "
            "the same work differ)"
        )
    if c["repeat_median"] is not None:
        yield (
            "(calls of one and the same combination, one after the other, differ by "
            f"{_quantiles(c, 'repeat')}: smaller errors cannot be measured here)"
        )


def _quantiles(c: dict[str, Any], name: str) -> str:
    median, p90 = 100 * c[f"{name}_median"], 100 * c[f"{name}_p90"]
    return f"{median:.1f} % at the median, {p90:.1f} % at the 90th percentile"


def _full(full: dict[str, Any]) -> Iterator[str]:
    """Whether composing and running everything agree on the front."""
    if full:
        near = f"within {100 * full['near']:.0f} % of the time"
        ties = f", tied {near}: {'; '.join(full['ties'])}" if full["ties"] else ""
        apart = f", apart: {'; '.join(full['apart'])}" if full["apart"] else ""
        yield (
            f"fronts of {full['combinations']} combinations composed and measured: "
            f"{len(full['both'])} on both{ties}{apart}"
        )
