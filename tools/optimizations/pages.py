"""The diary as pages: docs/results.md and docs/decisions.md."""

import itertools
import math
from collections.abc import Iterable, Sequence

from tools.optimizations.records import KEPT, LEFT_OUT, Optimization, Pair, machine_of, median_s
from tools.optimizations.results import PREPROCESSING, Results, Row
from tools.optimizations.words import certainty, figure, pair, ratio, seconds
from vsat_core.formats.markdown import table

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
PAIRS = ("optimization", "work", "variants", "seconds", "times as fast (95 %)", "peak MB", "taken")
DECISIONS = ("what", "original", "optimized", "rationale", "measured impact")
RESULTS_HEAD = """\
# Results

What all optimizations together change: profile `{optimized}` against `{base}`, which computes the
same methods in the plainest way. Written by `python -m tools.optimizations --write docs` from the
recorded JSON in `metrics/`; a test compares. What one of the two has not recorded is left out
([measuring](measuring.md) has the commands that record it). The entries one by one, and why, are in
[decisions](decisions.md).

"Times as fast" is the ratio of times with its 95 % interval and a verdict that may be "tie"
(Welch's t-test on the processes' medians, as the two profiles were recorded one after the other; a
change of load between them is in it). Many files and single optimizations were interleaved and are
compared pair by pair. Peak memory is the anonymous resident memory of the measuring process,
libraries included. Preprocessing is {preprocessing}, added up. "Answers" is what the two techniques
of a method promise to agree in; `vsat check` proves it.

Measured on: {machines}.
"""
DECISIONS_HEAD = """\
# Optimisations

Each entry: what it was, what it is, why, and what was measured. The command
`python -m tools.optimizations --write docs` writes this page from the files in
`metrics/optimizations`, and a test compares: edit those, not this. To add one, write its file
([measuring](measuring.md) says how), let `python -m tools.benchmarks.optimizations` measure its
pairs and run the command again. All of them together are in [results](results.md). Scripts named
here that are no longer in `tools/` are in the git history.

The machine was shared with other work while measuring, so ratios count and single times do not.
"Times as fast" is the mean ratio over pairs of fresh processes with its 95 % interval; where the
original takes so long that one process of each was measured, or the two were measured in different
runs, there is no interval and no verdict. "→" leads from the original to the optimized.

## Variants measured next to each other

Measured on: {machines}.
"""
OBSERVED = """\
## Seen while the code changed

Figures of states of the code that no variant keeps, so that nothing measures them again: as written
down then, with how they were taken.
"""
REJECTED = """\
## Tried and left out, or kept as it was
"""


def pages(results: Results) -> dict[str, str]:
    """File name to content."""
    head = RESULTS_HEAD.format(
        optimized=results.plan["optimized"],
        base=results.plan["base"],
        preprocessing=", ".join(PREPROCESSING),
        machines="; ".join(results.machines),
    )
    parts = [f"## {title}\n\n{text}\n" for title, text in sections(results).items()]
    return {
        "results.md": "\n".join([head, *parts]),
        "decisions.md": decisions(results.optimizations),
    }


def sections(results: Results) -> dict[str, str]:
    """The parts of docs/results.md by title, without those that nothing is recorded for."""
    overall = table(TIMES, map(_cells, results.overall)) + "\n\n" + "\n".join(goals(results))
    rates = [
        (r.evaluation, r.name, f"{r.before:.2f} → {r.after:.2f} %", r.verdict)
        for r in results.rates
    ]
    stages = [(*_cells(row), row.answers) for row in results.stages]
    pairs = [c for o in results.optimizations for p in o.pairs for c in _pair_cells(o.title, p)]
    return {
        "End-to-end, parts, many files": overall,
        **({"Accuracy": table(RATES, rates)} if rates else {}),
        "Stages": table((*TIMES, "answers"), stages),
        "Optimizations, pair by pair": table(PAIRS, pairs),
    }


def goals(results: Results) -> list[str]:
    """A line for each recording: whether the end-to-end run reaches what was aimed at."""
    aims = [results.plan["goals"][f"{name}_percent"] for name in ("time", "peak")]
    end_to_end = [row for row in results.overall if row.what == "whole"]
    lines = []
    for row in end_to_end:
        percents = row.time_percent, row.peak_percent
        reached = [p >= aim for p, aim in zip(percents, aims, strict=True)]
        verdict = {
            (True, True): "both met",
            (True, False): "time met, the other missed",
            (False, True): "memory met, the other missed",
            (False, False): "both missed",
        }[reached[0], reached[1]]
        tie = row.comparison.verdict == "tie"
        doubt = f" (time: {certainty(row.comparison)})" if tie else ""
        lines.append(
            f"- {row.work}: {_less(percents[0])} time, {_less(percents[1])} peak memory; goal "
            f"{aims[0]:g} % less time and {aims[1]:g} % less peak memory: **{verdict}**{doubt}"
        )
    if len(end_to_end) > 1:
        mean = math.prod(row.comparison.ratio for row in end_to_end) ** (1 / len(end_to_end))
        together = f"{len(end_to_end)} recordings together (geometric mean)"
        lines.append(f"- {together}: {_less(100 * (1 - mean))} time")
    return lines


def _less(percent: float) -> str:
    return f"{abs(percent):.1f} % {'less' if percent >= 0 else 'more'}"


def _cells(row: Row) -> tuple[str, ...]:
    """The cells under TIMES; the batch rows carry their throughput."""
    throughput = f"; {row.answers}" if row.what.startswith("batch") else ""
    return (
        row.what,
        row.work,
        seconds(*row.seconds) + throughput,
        f"{ratio(1 / row.comparison.ratio)} ({certainty(row.comparison)})",
        f"{row.time_percent:+.1f} %",
        f"{row.peaks[0]:.0f} → {row.peaks[1]:.0f}",
        f"{row.peak_percent:+.1f} %",
    )


def _pair_cells(title: str, item: Pair) -> Iterable[tuple[str, ...]]:
    """The cells under PAIRS, if it is recorded."""
    before, after, comparison = item.original, item.optimized, item.comparison
    if comparison is None:
        return
    yield (
        title,
        item.work,
        f"`{before.variant}` → `{after.variant}`",
        seconds(median_s(before.seconds), median_s(after.seconds)),
        f"{ratio(1 / comparison.ratio)} ({certainty(comparison, item.apart)})",
        f"{before.memory_peak_mb:.0f} → {after.memory_peak_mb:.0f}",
        ", ".join(
            item.taken[k] for k in ("input", "source", "date", "commit") if item.taken.get(k)
        ),
    )


def decisions(optimizations: Sequence[Optimization]) -> str:
    """docs/decisions.md."""
    kept = [o for o in optimizations if o.status == KEPT]
    paired = [o for o in kept if o.pairs]
    machines = dict.fromkeys(machine_of(p.taken) for o in paired for p in o.pairs)
    parts = [DECISIONS_HEAD.format(machines="; ".join(m for m in machines if m))]
    for stage, group in itertools.groupby(paired, lambda o: o.stage):
        parts.append(f"### {stage}\n\n{_entries(group)}\n")
    observed = (o for o in kept if not o.pairs)
    rejected = (o for o in optimizations if o.status == LEFT_OUT)
    parts += [f"{OBSERVED}\n{_entries(observed, named=True)}\n"]
    parts += [f"{REJECTED}\n{_entries(rejected, named=True)}\n"]
    return "\n".join(parts)


def _entries(group: Iterable[Optimization], named: bool = False) -> str:
    """A table of them; `named` puts the stage before the title."""
    return table(
        DECISIONS,
        [
            (
                f"{o.stage}: {o.title}" if named else o.title,
                o.original,
                o.optimized,
                o.rationale,
                _impact(o),
            )
            for o in group
        ],
    )


def _impact(entry: Optimization) -> str:
    """Everything measured of one entry: pairs, accuracy, then single figures."""
    answers = dict.fromkeys(f"answers: {p.agreement}" for p in entry.pairs if p.agreement)
    figures = map(figure, (*entry.accuracy, *entry.figures))
    lines = [*map(pair, entry.pairs), *answers, *figures]
    return "<br>".join(f"- {line}" for line in lines) if len(lines) > 1 else lines[0]
