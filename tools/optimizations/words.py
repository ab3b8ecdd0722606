"""How recorded figures read: numbers, ratios with their intervals, pairs of variants."""

from tools.optimizations.records import Figure, Pair, Value
from vsat_core.contract.cards import Agreement
from vsat_core.measure.statistics import TimeComparison

NOT_RECORDED = "not recorded"


def number(value: Value) -> str:
    """A figure as recorded, thousands set apart.

    >>> number(1881.0), number(0.223), number([5.0, 35.0]), number("equal")
    ('1,881', '0.223', '5 to 35', 'equal')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return " to ".join(map(number, value))
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,}"


def ratio(value: float) -> str:
    """A ratio with the digits it deserves.

    >>> ratio(4257.1), ratio(13.03), ratio(0.461)
    ('4,257', '13.0', '0.46')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def seconds(before: float, after: float) -> str:
    """Seconds with three digits that count.

    >>> seconds(123.456, 0.0012345)
    '123 → 0.00123'
    """
    return " → ".join(
        f"{s:.0f}" if s >= 100 else f"{s:.3g}" if s >= 0.001 else f"{s:.6f}"
        for s in (before, after)
    )


def certainty(comparison: TimeComparison, apart: bool = False) -> str:
    """The interval of "times as fast" and the verdict; one pair of processes has neither."""
    if comparison.n == 1:
        return "different runs" if apart else "one process each"
    return f"{ratio(1 / comparison.high)} to {ratio(1 / comparison.low)}: {comparison.verdict}"


def promise(agreement: Agreement | None) -> str:
    """What a method promises of the answers of its techniques."""
    if agreement is None:
        return ""
    return {
        "exact": "equal",
        "close": f"within rtol {agreement.rtol:g}, atol {agreement.atol:g}",
        "lossy": f"within {agreement.points:g} points of WER or DER",
    }[agreement.kind]


def figure(item: Figure) -> str:
    """One figure in words."""
    unit = f" {item.unit}" if item.unit else ""
    parts = []
    if item.before is not None and item.after is not None:
        parts.append(f"{number(item.before)} → {number(item.after)}{unit}")
    if item.times is not None:
        parts.append(f"{number(item.times)} times less")
    if item.value is not None:
        parts.append(f"{number(item.value)}{unit}")
    name = f"{item.metric}: " if item.metric else ""
    remarks = "; ".join(r for r in (item.verdict, item.how) if r)
    return name + ", ".join(parts) + (f" ({remarks})" if remarks else "")


def pair(item: Pair) -> str:
    """What a pair of variants was measured at."""
    names = f"{item.work}: `{item.optimized.variant}` against `{item.original.variant}`"
    comparison = item.comparison
    if comparison is None:
        return f"{names}: {NOT_RECORDED}"
    times = f"**{ratio(1 / comparison.ratio)} times as fast** ({certainty(comparison, item.apart)})"
    return f"{names}: {times}; {memory(item)}"


def memory(item: Pair) -> str:
    """The peak of each process, and what the call added to what it held before."""
    sides = item.original, item.optimized
    peaks = [s.memory_peak_mb for s in sides if s.memory_peak_mb is not None]
    held = [s.memory_before_mb for s in sides if s.memory_before_mb is not None]
    if len(peaks) < 2:
        return f"memory {NOT_RECORDED}"
    added = [f"{p - h:.0f}" for p, h in zip(peaks, held, strict=False)]
    by_the_call = f", of it by the call {' → '.join(added)}" if len(added) == 2 else ""
    return f"peak {peaks[0]:.0f} → {peaks[1]:.0f} MB{by_the_call}"
