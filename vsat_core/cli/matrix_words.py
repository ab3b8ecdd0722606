"""What `vsat matrix` shows in the terminal: the plan, and the results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from vsat_core.matrix.planning.plan import Plan

TOP = 10
RATES = ("DER", "WER", "cpWER")


def show_plan(console: Console, ready: Plan) -> None:
    """What a run would do."""
    from vsat_core.matrix.planning.estimate import estimate

    said, selection = estimate(ready), ready.selection
    table = _table(("stage", "variants"), 1)
    for stage, options in selection.options.items():
        table.add_row(stage, str(len(options)), ", ".join(o.name for o in options))
    console.print(table)
    unfit = selection.product() - selection.count()
    console.print(
        f"\n{selection.count():,} combinations ({unfit:,} more do not fit together) on "
        f"{len(ready.request.files)} recording(s), {said.audio_s:.0f} s of sound"
    )
    console.print(
        f"at most {said.chains:,} chains of answers a recording; about {said.cells} cells to "
        "measure, "
        f"{said.known} of them known; to run each combination would take {said.planned:,} stage "
        "executions"
    )
    console.print(f"estimated time: {said.minutes:.0f} minutes, most of it for {said.largest}")
    for line in selection.left_out:
        console.print(f"left out: {line}", soft_wrap=True)


def show_results(console: Console, results: dict[str, Any], written: Sequence[Path]) -> None:
    """Counts, the fastest, the front, what each stage contributes, composed against measured, and
    what to use.
    """
    counts = results["counts"]
    console.print(
        f"{counts['combinations']:,} combinations, {counts['chains']:,} chains of answers, from "
        f"{counts['executions']:,} stage executions instead of {counts['planned_executions']:,} "
        f"({100 * counts['share']:.2g} %)"
    )
    for part in results["parts"]:
        _part(console, part, results)
    _validation(console, results)
    _full(console, results["full"])
    for line in results["left_out"]:
        console.print(f"left out: {line}", soft_wrap=True)
    for line in results["notes"]:
        console.print(f"note: {line}", soft_wrap=True)
    console.print()
    for part in results["parts"]:
        for line in advice(part, results):
            console.print(line, soft_wrap=True)
    console.print(f"written: {', '.join(str(p) for p in written)}", soft_wrap=True)


def advice(part: dict[str, Any], results: dict[str, Any]) -> list[str]:
    """The recommendation in sentences."""
    who = "" if part["name"] == "all" else f" for {part['name']} recordings"
    if part["refused"]:
        return [f"nothing recommended{who}: {part['refused']}"]
    row = part["rows"][part["marks"]["recommended"]]
    rates = ", ".join(f"{r} {row[r]:.1f} %" for r in RATES if r in row)
    lines = [
        f"recommended{who}: {row['seconds']:.2f} s for {part['audio_s']:.0f} s of sound (real-time "
        "factor "
        f"{row['rtf']:.4f}), {row['peak_mb']} MB, {rates}"
    ]
    if found := part["expected"]:
        lines.append(f"  expect {found['low']:.2f} to {found['high']:.2f} s: {found['why']}")
        if found["command"]:
            lines.append(f"  {found['command']['said']}")
    for name, found in part["comparisons"].items():
        called = results["anchor"] if name == "anchor" else name
        speed = "as fast as" if found["tie"] else f"{found['times_faster']:.2f} times as fast as"
        tie = " (a tie)" if found["tie"] else f" ({found['low']:.2f} to {found['high']:.2f})"
        points = "; ".join(
            f"{r} {d['points']:+.1f} points, {d['verdict']}" for r, d in found["accuracy"].items()
        )
        lines.append(f"  {speed} {called}{tie}; {points}")
    for name, found in part["against"].items():
        bounds = (
            f" ({found['low']:.2f} to {found['high']:.2f})"
            if found["low"] and found["high"]
            else ""
        )
        proven = ", which is not proven" if found["verdict"] == "tie" else ""
        lines.append(
            f"  run whole by turns: {found['times_faster']:.2f} times as fast as "
            f"{name}{bounds}{proven}"
        )
    if part["ties"]:
        same = "; ".join(f"{stage} {', '.join(names)}" for stage, names in part["ties"].items())
        lines.append(f"  ties, no slower or larger in its place: {same}")
    return lines


def _part(console: Console, part: dict[str, Any], results: dict[str, Any]) -> None:
    console.print(f"\n{part['name']}: {', '.join(part['files'][:5])}", style="bold", soft_wrap=True)
    marked = [part["rows"][i] for i in part["marks"].values()]
    fastest = [r for r in part["rows"] if r not in marked][:TOP]
    front = [
        r for r in part["rows"] if "front" in r["marks"] and r not in fastest and r not in marked
    ][:TOP]
    columns = ("seconds", "95 % interval", "RTF", "peak MB", *RATES, "")
    table = _table(columns, len(columns) - 1)
    table.add_column("differs from the recommended one in")
    best = marked[-1] if "recommended" in part["marks"] else part["rows"][0]
    for row in sorted(
        {id(r): r for r in [*fastest, *marked, *front]}.values(), key=lambda r: float(r["seconds"])
    ):
        table.add_row(
            f"{row['seconds']:.3f}",
            f"{row['low']:.3f}-{row['high']:.3f}",
            f"{row['rtf']:.4f}",
            str(row["peak_mb"]),
            *(f"{row[r]:.1f}" if r in row else "" for r in RATES),
            " ".join(row["marks"]),
            _unlike(row, best, results),
        )
    console.print(table)
    if part["contributions"]:
        console.print(
            "\nwhat each stage of the recommended combination saves against its baseline",
            style="bold",
        )
        table = _table(("stage", "variant", "baseline", "seconds", "baseline s", "saves s"), 3)
        for c in part["contributions"]:
            table.add_row(
                c["stage"],
                c["variant"],
                c["baseline"],
                f"{c['seconds']:.4f}",
                f"{c['baseline_s']:.4f}",
                f"{c['saves_s']:.4f}",
            )
        console.print(table)


def _unlike(row: dict[str, Any], best: dict[str, Any], results: dict[str, Any]) -> str:
    """The variants that two combinations do not share."""
    if row is best:
        return ""
    names = [
        options[i]["name"]
        for options, i, j in zip(
            results["stages"].values(), row["options"], best["options"], strict=True
        )
        if i != j
    ]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _validation(console: Console, results: dict[str, Any]) -> None:
    """Composed beside measured."""
    if not results["validation"]:
        return
    console.print("\ncomposed and measured whole", style="bold")
    table = _table(
        (
            "combination",
            "file",
            "composed s",
            "parts s",
            "measured s",
            "error",
            "composed MB",
            "measured MB",
            "error",
            "same answer",
        ),
        2,
    )
    for w in results["validation"]:
        if w["failure"]:
            table.add_row(w["name"], w["file"], f"{w['composed_s']:.3f}", "", w["failure"])
            continue
        parts = f"{w['parts_s']:.3f}" if w["parts_s"] else ""
        table.add_row(
            w["name"],
            w["file"],
            f"{w['composed_s']:.3f}",
            parts,
            f"{w['measured_s']:.3f}",
            f"{100 * w['time_error']:+.1f} %",
            str(w["composed_mb"]),
            str(w["measured_mb"]),
            f"{100 * w['memory_error']:+.1f} %",
            "yes" if w["same_answer"] else "NO",
        )
    console.print(table)
    c = results["composition"]
    if c:
        time, memory = (
            [100 * c[k] for k in keys]
            for keys in (("time_median", "time_p90"), ("memory_median", "memory_max"))
        )
        console.print(
            f"error of composition over {c['n']}: time {time[0]:.1f} % at the median, "
            f"{time[1]:.1f} % at the "
            f"90th percentile; memory {memory[0]:.1f} % at the median, {memory[1]:.1f} % at most; "
            f"{c['same_answers']} of {c['n']} same answers",
            soft_wrap=True,
        )
        if c["in_turns"]:
            console.print(
                "(parts s: its stages measured anew in turns with it; from what was composed they "
                "differ by "
                f"{100 * c['drift_median']:.1f} % at the median, {100 * c['drift_p90']:.1f} % at "
                "the 90th "
                "percentile: the machine drifts, and inputs taken for the same work differ)",
                soft_wrap=True,
            )
        if c["repeat_median"] is not None:
            console.print(
                "(calls of one and the same combination, one after the other, differ by "
                f"{100 * c['repeat_median']:.1f} % at the median, {100 * c['repeat_p90']:.1f} % at "
                "the 90th "
                "percentile: no smaller error can be told here)",
                soft_wrap=True,
            )


def _full(console: Console, full: dict[str, Any]) -> None:
    """Whether composing and running everything agree on the front."""
    if full:
        near = f"within {100 * full['near']:.0f} % of the time"
        ties = f", tied {near}: {'; '.join(full['ties'])}" if full["ties"] else ""
        apart = f", apart: {'; '.join(full['apart'])}" if full["apart"] else ""
        console.print(
            f"fronts of {full['combinations']} combinations composed and measured: "
            f"{len(full['both'])} on "
            f"both{ties}{apart}",
            soft_wrap=True,
        )


def _table(columns: Sequence[str], left: int) -> Table:
    """A table whose first `left` columns are text (for the plan and the top list: numbers
    first).
    """
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, name in enumerate(columns):
        table.add_column(
            name, justify="left" if i < left and name != "seconds" else "right", no_wrap=True
        )
    return table
