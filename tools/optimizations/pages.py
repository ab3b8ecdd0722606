"""The summary as pages, docs/results.md and docs/decisions.md, and whether those on disk are still
the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from tools.optimizations.decisions import by_stage, decisions
from tools.optimizations.entries import Entry, Pair
from tools.optimizations.results import PREPROCESSING, Line, Rate, Results
from tools.optimizations.words import NOT_RECORDED, certainty, ratio, table
from vsat_core.errors import InputError, OutputError
from vsat_core.formats.lines import text_of

TIMES = (
    "what",
    "recording",
    "seconds",
    "times as fast (95 %)",
    "less time",
    "peak MB",
    "less peak",
)
RATES = ("evaluation", "error rate", "before, after", "verdict")
PAIRS = ("optimization", "work", "variants", "seconds", "times as fast (95 %)", "peak MB")
HEAD = """\
# Results

What all optimizations together change: profile `{optimized}` against `{base}`, which computes the
same methods in the plainest way. Written by `python -m tools.optimizations --write docs` from the
recorded JSON in `metrics/`; a test compares. The entries one by one, and why, are in
[decisions](decisions.md); how measurements are taken in [measuring](measuring.md).

"Times as fast" is the ratio of times with its 95 % interval and a verdict that may be "tie"
(Welch's t-test on the processes' medians, as the two profiles were recorded one after the other; a
change of load between them is in it). Many files and single optimizations took turns and are
compared pair by pair. Peak memory is the anonymous resident memory of the measuring process,
libraries included. Preprocessing is {preprocessing}, added up. "Answers" is what the two techniques
of a method promise to agree in; `vsat check` proves it.
"""


def pages(results: Results) -> dict[str, str]:
    """File name to content."""
    return {"results.md": results_page(results), "decisions.md": decisions(results.entries)}


def write_pages(results: Results, folder: Path) -> list[Path]:
    """Write the pages and return those that changed. Raises OutputError."""
    changed = []
    for name, text in pages(results).items():
        path = folder / name
        if _same(path, text):
            continue
        part = path.with_name(f".{name}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        except OSError as error:
            raise OutputError(
                f"{path}: cannot be written ({error.strerror}); choose another folder"
            ) from None
        finally:
            part.unlink(missing_ok=True)
        changed.append(path)
    return changed


def differing(results: Results, folder: Path) -> list[Path]:
    """The pages in a folder that are not what they would be written as."""
    return [
        folder / name for name, text in pages(results).items() if not _same(folder / name, text)
    ]


def results_page(results: Results) -> str:
    """docs/results.md."""
    plan = results.plan
    lines = [
        HEAD.format(
            optimized=plan.optimized, base=plan.base, preprocessing=", ".join(PREPROCESSING)
        )
    ]
    if results.commands:
        lines += [
            "What is not recorded yet, these commands record:",
            "",
            "```console",
            *results.commands,
            "```",
            "",
        ]
    if results.machines:
        lines += [f"Measured on: {'; '.join(results.machines)}.", ""]
    lines += [
        "## Whole, parts, many files",
        "",
        *table(TIMES, map(line_cells, overall(results))),
        "",
        *goals(results),
    ]
    lines += ["", "## Accuracy", "", *table(RATES, map(rate_cells, results.rates)), ""]
    lines += ["## Stages", "", *_stages(results), ""]
    lines += [
        "## Optimizations, pair by pair",
        "",
        *table(
            (*PAIRS, "taken"),
            [(*pair_cells(e, p), p.taken) for e, p in pairs_in_order(results.entries)],
        ),
    ]
    return "\n".join(lines) + "\n"


def _stages(results: Results) -> list[str]:
    """A row for each stage and recording; recordings that one of the profiles lacks are named in
    one line.
    """
    recorded = [s for s in results.stages if not s.missing.startswith(NOT_RECORDED)]
    lacking = dict.fromkeys(s.work for s in results.stages if s not in recorded)
    lines = (
        table((*TIMES, "answers"), [(*line_cells(s), s.answers) for s in recorded])
        if recorded
        else []
    )
    return (
        lines
        + [""] * bool(recorded and lacking)
        + [f"Not recorded: {', '.join(lacking)}."] * bool(lacking)
    )


def overall(results: Results) -> list[Line]:
    """The rows of the cumulative table: the whole and its parts, then many files."""
    return [*results.whole, *results.batch]


def goals(results: Results) -> list[str]:
    """A line for each recording: whether the whole reaches what was aimed at."""
    plan, lines = results.plan, []
    aim = f"goal {plan.time_percent:g} % less time and {plan.peak_percent:g} % less peak memory"
    for line in results.whole:
        if line.what != "whole":
            continue
        time, peak = line.time_percent, line.peak_percent
        if time is None or peak is None:
            lines.append(f"- {line.work}: {NOT_RECORDED}; {aim}")
        else:
            met = [
                w
                for w, ok in (
                    ("time", time >= plan.time_percent),
                    ("memory", peak >= plan.peak_percent),
                )
                if ok
            ]
            said = (
                "both met"
                if len(met) == 2
                else f"{met[0]} met, the other missed"
                if met
                else "both missed"
            )
            found = line.comparison
            doubt = f" (time: {certainty(found)})" if found and found.verdict == "tie" else ""
            lines.append(
                f"- {line.work}: {_less(time)} time, {_less(peak)} peak memory; {aim}: "
                f"**{said}**{doubt}"
            )
    wholes = [line.comparison for line in results.whole if line.what == "whole" and line.comparison]
    if len(wholes) > 1:
        mean = math.exp(sum(math.log(found.ratio) for found in wholes) / len(wholes))
        lines.append(
            f"- {len(wholes)} recordings together (geometric mean): {_less(100 * (1 - mean))} time"
        )
    return lines


def _less(percent: float) -> str:
    """How much less, or more."""
    return f"{abs(percent):.1f} % {'less' if percent >= 0 else 'more'}"


def line_cells(line: Line) -> tuple[str, ...]:
    """The cells under TIMES."""
    found = line.comparison
    if found is None:
        return line.what, line.work, line.missing, "", "", "", ""
    peaks = NOT_RECORDED
    if line.before_mb is not None and line.after_mb is not None:
        peaks = f"{line.before_mb:.0f} → {line.after_mb:.0f}"
    percent = "" if line.peak_percent is None else f"{line.peak_percent:+.1f} %"
    # the batch rows carry their throughput, stages what is known of their answers (a column of its
    # own)
    speed = f"; {line.answers}" if line.what.startswith("batch") and line.answers else ""
    return (
        line.what,
        line.work,
        f"{seconds(line.before_s)} → {seconds(line.after_s)}{speed}",
        f"{ratio(1 / found.ratio)} ({certainty(found)})",
        f"{line.time_percent:+.1f} %",
        peaks,
        percent,
    )


def rate_cells(rate: Rate) -> tuple[str, ...]:
    """The cells under RATES."""
    if rate.missing:
        return rate.evaluation, rate.rate, rate.missing, ""
    return rate.evaluation, rate.rate, f"{rate.before:.2f} → {rate.after:.2f} %", rate.verdict


def pair_cells(entry: Entry, pair: Pair) -> tuple[str, ...]:
    """The cells under PAIRS."""
    variants = f"`{pair.original.variant}` → `{pair.optimized.variant}`"
    found, before, after = pair.comparison, pair.original, pair.optimized
    if found is None:
        return entry.title, pair.work, variants, NOT_RECORDED, "", ""
    peaks = NOT_RECORDED
    if before.peak_mb is not None and after.peak_mb is not None:
        peaks = f"{before.peak_mb:.0f} → {after.peak_mb:.0f}"
    medians = " → ".join(seconds(side.median_s) for side in (before, after))
    times = f"{ratio(1 / found.ratio)} ({certainty(found, pair.apart)})"
    return entry.title, pair.work, variants, medians, times, peaks


def seconds(value: float) -> str:
    """Seconds with three digits that count.

    >>> seconds(123.456), seconds(0.0012345)
    ('123', '0.00123')
    """
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}" if value >= 0.001 else f"{value:.6f}"


def pairs_in_order(entries: Sequence[Entry]) -> list[tuple[Entry, Pair]]:
    """Every pair with its entry, in the order of the pipeline."""
    order = by_stage(entries)
    return [(e, p) for stage in order for e in entries if e.stage == stage for p in e.pairs]


def _same(path: Path, text: str) -> bool:
    try:
        return path.is_file() and text_of(path) == text
    except InputError:
        return False
