"""How recorded figures read: numbers, ratios with their intervals, pairs of variants, cells of a
Markdown table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tools.optimizations.entries import Figure, Pair, Value
from vsat_core.measure.statistics import Comparison

NOT_RECORDED = "not recorded"
RECORDER = "python tools/benchmarks/optimizations.py"  # records the pairs of all entries
ONE_PROCESS, APART = "one process each", "different runs"


def number(value: Value) -> str:
    """A figure as recorded, thousands set apart.

    >>> number(1881.0), number(0.223), number((5.0, 35.0)), number("equal")
    ('1,881', '0.223', '5 to 35', 'equal')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return f"{number(value[0])} to {number(value[1])}"
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,}"


def ratio(value: float) -> str:
    """A ratio with the digits it deserves.

    >>> ratio(4257.1), ratio(13.03), ratio(0.461)
    ('4,257', '13.0', '0.46')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def certainty(found: Comparison, apart: bool = False) -> str:
    """The interval of "times as fast" and the verdict; one pair of processes has neither and says
    why.
    """
    if found.n == 1:
        return APART if apart else ONE_PROCESS
    return f"{ratio(1 / found.high)} to {ratio(1 / found.low)}: {found.verdict}"


def figure(item: Figure) -> str:
    """One figure in words."""
    name = f"{item.metric}: " if item.metric else ""
    unit = f" {item.unit}" if item.unit else ""
    parts = []
    if item.before is not None and item.after is not None:
        parts.append(f"{name}{number(item.before)} → {number(item.after)}{unit}")
    if item.times is not None:
        parts.append(f"{name if not parts else ''}{number(item.times)} times less")
    if item.value is not None:
        parts.append(f"{name if not parts else ''}{number(item.value)}{unit}")
    remarks = [r for r in (item.verdict, item.how) if r]
    return ", ".join(parts) + (f" ({'; '.join(remarks)})" if remarks else "")


def pair(item: Pair) -> str:
    """What a pair of variants was measured at."""
    names = f"{item.work}: `{item.optimized.variant}` against `{item.original.variant}`"
    found = item.comparison
    if found is None:
        return f"{names}: {NOT_RECORDED}"
    return (
        f"{names}: **{ratio(1 / found.ratio)} times as fast** ({certainty(found, item.apart)}); "
        f"{memory(item)}"
    )


def memory(item: Pair) -> str:
    """What the process held at most, on both sides, and what the call added to what it held
    before.
    """
    before, after = item.original, item.optimized
    if before.peak_mb is None or after.peak_mb is None:
        return f"memory {NOT_RECORDED}"
    added = (
        ""
        if before.added_mb is None or after.added_mb is None
        else f", of it by the call {before.added_mb:.0f} → {after.added_mb:.0f}"
    )
    return f"peak {before.peak_mb:.0f} → {after.peak_mb:.0f} MB{added}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table; empty cells stay empty."""
    cells = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(c.replace('|', chr(92) + '|') for c in row)} |" for row in cells]
