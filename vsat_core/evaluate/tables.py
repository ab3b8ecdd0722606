"""An evaluation as tables: all recordings together, each environment, each recording."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import attrs

from vsat_core.evaluate.evaluation import Evaluation, System
from vsat_core.evaluate.runs import Row
from vsat_core.evaluate.scores import Series
from vsat_core.scoring.evaluate import TurnScores
from vsat_core.scoring.intervals import Comparison

MAIN = ("DER", "WER", "cpWER")  # of each environment; the JSON has all


@attrs.frozen
class Table:
    """Cells of text under a title; the first `n_text` columns are words, the others figures."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    n_text: int = 1


def tables(evaluation: Evaluation) -> list[Table]:
    """Pooled, by environment if there are several, and by recording."""
    names = [system.name for system in evaluation.systems]
    columns = [
        "",
        "recordings",
        "resampled",
        *names,
        *(f"{name} minus {names[0]}" for name in names[1:]),
    ]
    found = [Table("All recordings", columns, list(_pooled(evaluation, evaluation.ids)))]
    groups = evaluation.environments()
    if len(groups) > 1:
        rows = [
            [group, *row]
            for group, ids in groups.items()
            for row in _pooled(evaluation, ids, brief=True)
        ]
        found.append(Table("By environment", ["environment", *columns], rows, 2))
    found.append(_by_recording(evaluation))
    return found


def percent(rate: float) -> str:
    """A rate in per cent, "" for nan."""
    return "" if math.isnan(rate) else f"{100 * rate:.2f}"


def parts(one: Series) -> dict[str, float]:
    """What the errors of a DER or WER consist of, each over the same total."""
    whole = one.pooled
    if one.key == "DER":
        counts = whole.counts
        found = {
            "missed": counts.missed,
            "false alarm": counts.false_alarm,
            "confusion": counts.confusion,
        }
        length = counts.total
    elif one.key == "WER":
        words = whole.words
        found = {
            "substituted": words.substitutions,
            "deleted": words.deletions,
            "inserted": words.insertions,
        }
        length = words.length
    else:
        return {}
    return {name: value / length if length else math.nan for name, value in found.items()}


def _pooled(evaluation: Evaluation, ids: Sequence[str], brief: bool = False) -> Iterator[list[str]]:
    """A row for every rate (brief: the main ones), with interval and comparison; then speakers,
    times, failures.
    """
    systems = evaluation.systems
    all_series = [system.series(ids, evaluation.rules) for system in systems]
    comparisons = [evaluation.compare(ids, other) for other in systems[1:]]
    empty = [""] * len(comparisons)
    for label in dict.fromkeys(label for found in all_series for label in found):
        mine = [found.get(label) for found in all_series]
        if brief and not any(one.key in MAIN for one in mine if one):
            continue
        sizes = _joined([str(len(one.scores)) if one else "0" for one in mine])
        verdicts = [_verdict(found.get(label)) for found in comparisons]
        yield [f"{label} %", sizes, _resampled(mine), *(_rate(one) for one in mine), *verdicts]
        shares = [] if brief else [parts(one) if one else {} for one in mine]
        for name in dict.fromkeys(name for share in shares for name in share):
            yield [
                f"- {name} %",
                "",
                "",
                *(percent(share.get(name, math.nan)) for share in shares),
                *empty,
            ]
    for label, cells in _facts(systems, ids):
        yield [label, *cells, *empty]


def _facts(systems: Sequence[System], ids: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Rows of what is no rate: label; recordings, "", and a cell for each profile."""
    counts = [system.speakers(ids) for system in systems]
    if any(c.recordings for c in counts):
        sizes = _joined([str(c.recordings) for c in counts])
        yield "speaker count exact", [sizes, "", *(f"{c.exact} of {c.recordings}" for c in counts)]
        yield (
            "speaker count off by, mean",
            [sizes, "", *(f"{c.mean_difference:.2f}" for c in counts)],
        )
    times = [system.times(ids) for system in systems]
    if any(n for _, n in times):
        sizes = _joined([str(n) for _, n in times])
        yield "word start off by, median s", [sizes, "", *(_number(t.median_s) for t, _ in times)]
        yield "word start off by, 90 % below s", [sizes, "", *(_number(t.p90_s) for t, _ in times)]
    speeds = [system.speed(ids) for system in systems]
    if any(s.recordings for s in speeds):
        sizes = _joined([str(s.recordings) for s in speeds])
        yield (
            "real-time factor (RTF)",
            [sizes, "", *(_number(s.real_time_factor, 4) for s in speeds)],
        )
    failed = [len([row for row in system.failed if row.entry.id in ids]) for system in systems]
    if any(failed):
        yield "failed", [str(len(ids)), "", *map(str, failed)]


def _by_recording(evaluation: Evaluation) -> Table:
    """A row for each recording and profile."""
    several = len(evaluation.systems) > 1
    collars = [f"{protocol.collar_s:g} s" for protocol in evaluation.rules.protocols]
    columns = [
        "recording",
        *(["profile"] if several else []),
        *(f"DER % {collar}" for collar in collars),
        "missed %",
        "false %",
        "confused %",
        "WER %",
        "cpWER %",
        "tcpWER %",
        "word start s",
        "speakers",
        "seconds",
        "RTF",
    ]
    rows = []
    for entry in evaluation.entries:
        for system in evaluation.systems:
            names = [entry.id, system.name] if several else [entry.id]
            rows.append([*names, *_recording(evaluation, system, system.rows[entry.id])])
    return Table("By recording", columns, rows, 1 + several)


def _recording(evaluation: Evaluation, system: System, row: Row) -> list[str]:
    """The cells of one recording; a failure stands in the first."""
    if row.found is None:
        return ["failed", *[""] * (len(evaluation.rules.protocols) + 10)]
    one = system.scores[row.entry.id]
    turns: tuple[TurnScores | None, ...] = one.turns or (None,) * len(evaluation.rules.protocols)
    rates = [percent(t.counts.rate) if t else "" for t in turns]
    counts = one.turns[0].counts if one.turns else None
    kinds = [counts.missed, counts.false_alarm, counts.confusion] if counts else []
    shares = [percent(k / counts.total) if counts and counts.total else "" for k in kinds] or [
        ""
    ] * 3
    spoken = (
        (one.attributed.concatenated, one.attributed.constrained)
        if one.attributed
        else (None, None)
    )
    words = [
        percent(part.rate) if part else ""
        for part in (one.text.words if one.text else None, *spoken)
    ]
    who = one.turns[0].speakers if one.turns else None
    cost = row.found.cost
    factor = cost.spent_s / cost.audio_s if cost.spent_s is not None and cost.audio_s else None
    return [
        *rates,
        *shares,
        *words,
        _number(one.times.median_s if one.times else None),
        f"{who.reference} -> {who.result}" if who else "",
        _number(cost.spent_s, 2),
        _number(factor, 4),
    ]


def _rate(one: Series | None) -> str:
    """12.34 [10.10, 14.20]."""
    if one is None:
        return ""
    interval = one.interval
    bounds = f" [{100 * interval.low:.2f}, {100 * interval.high:.2f}]" if interval else ""
    return percent(one.rate) + bounds


def _resampled(found: Sequence[Series | None]) -> str:
    """What was drawn from for the intervals: "11 recordings"."""
    intervals = [one.interval if one else None for one in found]
    return _joined([f"{i.n} {i.unit}" for i in intervals if i is not None])


def _verdict(found: Comparison | None) -> str:
    """+1.20 [-0.30, 2.70] tie."""
    if found is None:
        return ""
    bounds = (
        f" [{100 * found.low:+.2f}, {100 * found.high:+.2f}]" if math.isfinite(found.low) else ""
    )
    return f"{100 * found.difference:+.2f}{bounds} {found.verdict}"


def _joined(cells: Sequence[str]) -> str:
    """One cell for all profiles; several where they differ."""
    return cells[0] if len(set(cells)) == 1 else " / ".join(cells)


def _number(value: float | None, digits: int = 3) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.{digits}f}"
