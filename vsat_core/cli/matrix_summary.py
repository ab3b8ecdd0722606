"""What `vsat matrix` and `vsat tune` say at the end: the answer in a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsat_core.cli.terminal import table
from vsat_core.matrix.output.marked import marked_rows

if TYPE_CHECKING:
    from rich.console import Console

RATES = ("DER", "WER", "cpWER")
COLUMNS = ("seconds", "of real time", "peak MB", *(f"{r} %" for r in RATES))
LINES, OTHERS = 25, 13  # of a screen, and those of them besides the advice
MOST_EXCHANGES, MOST_KINDS = 6, 4
NOTHING = "nothing"


def show_summary(console: Console, results: dict[str, Any], written: Sequence[Path]) -> None:
    """At most LINES lines: what to use, its figures next to those of what a reader knows, how sure
    that is, and where the rest stands.
    """
    kinds = kinds_of(results["subsets"])
    page, *merged = [p for p in written if p.suffix == ".html"]
    first, room = kinds[0], LINES - OTHERS - len(merged)
    shown = kinds[: MOST_KINDS - (len(kinds) > MOST_KINDS)]
    exchanges = min(MOST_EXCHANGES, max(0, room // len(shown) - 3))
    for subset in shown:
        for line in advice(subset, exchanges):
            console.print(line, soft_wrap=True)
    if more := len(kinds) - len(shown):
        console.print(f"and {more} more kinds of recordings, with --verbose")
    console.print()
    name = "" if first["name"] == "all" else f"{first['name']} recordings"
    columns = (name, *COLUMNS)
    console.print(table(columns, _rows(first, results["anchor"]), right=range(1, len(columns))))
    console.print()
    for line in _trust(first, results):
        console.print(line, soft_wrap=True)
    console.print(f"everything else: {page} (or --verbose)", soft_wrap=True)
    for report in merged:
        console.print(f"all machines, each by itself: {report}", soft_wrap=True)


def kinds_of(subsets: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Each kind of recording by itself where there are several and something is recommended for
    one of them, else all recordings together.
    """
    several = any(s["verdict"]["kind"] != NOTHING for s in subsets[1:])
    return subsets[1:] if several else subsets[:1]


def advice(subset: dict[str, Any], exchanges: int = MOST_EXCHANGES) -> Iterator[str]:
    """What to use, why, with this many exchanges of variants at most, and how."""
    from vsat_core.matrix.output.verdict import saved_text

    which = "" if subset["name"] == "all" else f"{subset['name']} recordings: "
    verdict = subset["verdict"]
    yield which + verdict["sentence"]
    for e in verdict["exchanges"][:exchanges]:
        yield f"  {e['stage']}: {e['after']} instead of {e['before']}: {saved_text(e)}"
    if more := len(verdict["exchanges"][exchanges:]):
        yield f"  {more} more exchanges with --verbose"
    if verdict["profile"]:
        yield f"use it: vsat run --profile {verdict['profile']} RECORDING"


def _rows(subset: dict[str, Any], anchor: str) -> Iterator[tuple[str, ...]]:
    """The cells of the combinations that have a name."""
    for name, row in marked_rows(subset, anchor):
        rates = (f"{row[r]:.1f}" if r in row else "" for r in RATES)
        yield name, f"{row['seconds']:.2f}", f"{row['rtf']:.3f}", str(row["peak_mb"]), *rates


def _trust(subset: dict[str, Any], results: dict[str, Any]) -> Iterator[str]:
    """Where the figures come from, and how far they can be trusted."""
    counts, c = results["counts"], results["composition"]
    yield (
        f"{counts['combinations']:,} combinations, composed from {counts['executions']:,} measured "
        f"stages, on {subset['audio_s']:.0f} s of sound"
    )
    if c:
        off = f"{100 * c['time_median']:.0f} % (median)"
        yield (
            f"{c['n']} end-to-end runs took what was composed but for {off}, and "
            f"{c['same_answers']} gave the same answer"
        )
    if (expected := subset["expected"]) and expected["command"]:
        yield expected["command"]["text"]
    if any("agreement" in f["reference"] for f in results["files"]):
        yield f"without references: errors are differences from {results['anchor']}'s transcript"
    if left_out := results["left_out"]:
        yield f"left out: {left_out[0]}" + (
            f"; and {len(left_out) - 1} more lines with --verbose" if left_out[1:] else ""
        )
