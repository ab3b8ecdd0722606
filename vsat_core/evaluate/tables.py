"""An evaluation as tables: all recordings together, each environment, each recording."""

import math
from collections.abc import Iterator, Sequence

import attrs

from vsat_core.evaluate.evaluation import Evaluation, Speed, System
from vsat_core.evaluate.runs import Row
from vsat_core.evaluate.scores import Series
from vsat_core.scoring.evaluate import TurnScores
from vsat_core.scoring.intervals import RateComparison
from vsat_core.scoring.normalise import by_character
from vsat_core.scoring.report import number, percent

MAIN = ("DER", "WER", "cpWER")  # of each environment; the JSON has all


@attrs.frozen
class Table:
    """Cells of text under a title; the first `n_text` columns are words, the others figures."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    n_text: int = 1

    @property
    def figures(self) -> range:
        """The columns that are aligned right."""
        return range(self.n_text, len(self.columns))


def tables(evaluation: Evaluation) -> list[Table]:
    """Pooled, by environment and by language if there are several, and by recording."""
    first, *others = (system.name for system in evaluation.systems)
    columns = ["", "recordings", "resampled", first, *others]
    columns += [f"{name} minus {first}" for name in others]
    made = [Table("All recordings", columns, list(_pooled(evaluation, evaluation.ids)))]
    groups = evaluation.environments()
    if len(groups) > 1:
        rows = [
            [group, *row]
            for group, ids in groups.items()
            for row in _pooled(evaluation, ids, brief=True)
        ]
        made.append(Table("By environment", ["environment", *columns], rows, 2))
    languages = evaluation.languages()
    if len(languages) > 1:
        rows = [
            [code, *(_by_character(row) if by_character(code) else row)]
            for code, ids in languages.items()
            for row in _pooled(evaluation, ids, brief=True)
        ]
        made.append(Table("By language", ["language", *columns], rows, 2))
    return [*made, _by_recording(evaluation)]


def _by_character(row: list[str]) -> list[str]:
    """A row of a language whose characters are counted."""
    return [row[0].replace("WER", "CER"), *row[1:]]


def kinds_of_errors(one: Series) -> dict[str, float]:
    """What the errors of a DER or WER consist of, each over the same total."""
    pooled = one.pooled
    if one.key == "DER":
        counts = pooled.counts
        names = {"missed": "missed", "false alarm": "false_alarm", "confusion": "confusion"}
        length = counts.total
    elif one.key == "WER":
        counts = pooled.words
        names = {
            "substituted": "substitutions",
            "deleted": "deletions",
            "inserted": "insertions",
        }
        length = counts.length
    else:
        return {}
    return {n: getattr(counts, k) / length if length else math.nan for n, k in names.items()}


def _pooled(evaluation: Evaluation, ids: Sequence[str], brief: bool = False) -> Iterator[list[str]]:
    """A row for every rate (brief: the main ones), with interval and comparison; then speakers,
    times, failures.
    """
    systems = evaluation.systems
    all_series = [system.series(ids, evaluation.rules) for system in systems]
    comparisons = [evaluation.compare(ids, other) for other in systems[1:]]
    empty = [""] * len(comparisons)
    for label in dict.fromkeys(label for series in all_series for label in series):
        row = [series.get(label) for series in all_series]
        if brief and not any(one.key in MAIN for one in row if one):
            continue
        sizes = _joined([str(len(one.scores)) if one else "0" for one in row])
        verdicts = [_verdict(comparison.get(label)) for comparison in comparisons]
        yield [f"{label} %", sizes, _resampled(row), *map(_rate, row), *verdicts]
        shares = [] if brief else [kinds_of_errors(one) if one else {} for one in row]
        for name in dict.fromkeys(name for share in shares for name in share):
            values = [percent(share.get(name, math.nan)) for share in shares]
            yield [f"- {name} %", "", "", *values, *empty]
    for cells in _other_figures(systems, ids):
        yield [*cells, *empty]


def _other_figures(systems: Sequence[System], ids: Sequence[str]) -> Iterator[list[str]]:
    """Rows of what is no rate: label, recordings, "", and a cell for each profile."""
    counts = [system.speakers(ids) for system in systems]
    times = [system.times(ids) for system in systems]
    speeds = [system.speeds(ids) for system in systems]
    machines = list(dict.fromkeys(machine for of in speeds for machine in of))
    with_turns = [c.recordings for c in counts]
    with_times = [n for _, n in times]
    for label, sizes, cells in (
        ("speaker count exact", with_turns, [f"{c.exact} of {c.recordings}" for c in counts]),
        ("speaker count off by, mean", with_turns, [number(c.mean_difference, 2) for c in counts]),
        ("word start off by, median s", with_times, [number(t.median_s) for t, _ in times]),
        ("word start off by, 90 % below s", with_times, [number(t.p90_s) for t, _ in times]),
        *(_speeds([of.get(m, Speed()) for of in speeds], m, len(machines)) for m in machines),
    ):
        if any(sizes):
            yield [label, _joined([str(n) for n in sizes]), "", *cells]
    failed = [len([row for row in system.failed if row.entry.id in ids]) for system in systems]
    if any(failed):
        yield ["failed", str(len(ids)), "", *map(str, failed)]


def _speeds(
    speeds: Sequence[Speed], machine: str, n_machines: int
) -> tuple[str, list[int], list[str]]:
    """The row of one machine, which is named where there are several."""
    on = f" on {machine or 'an unnamed machine'}" if n_machines > 1 else ""
    factors = [number(s.real_time_factor, 4) for s in speeds]
    return f"real-time factor (RTF){on}", [s.recordings for s in speeds], factors


def _by_recording(evaluation: Evaluation) -> Table:
    """A row for each recording and profile."""
    several = len(evaluation.systems) > 1
    columns = [
        "recording",
        *(["profile"] if several else []),
        *(f"DER % {protocol.collar_s:g} s" for protocol in evaluation.rules.protocols),
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
    """The cells of one recording; a failure is in the first."""
    protocols = evaluation.rules.protocols
    if row.result is None:
        return ["failed", *[""] * (len(protocols) + 10)]
    one, cost = system.scores[row.entry.id], row.result.cost
    turns: tuple[TurnScores | None, ...] = one.turns or (None,) * len(protocols)
    kinds, speakers = [""] * 3, ""
    if one.turns:
        c, s = one.turns[0].counts, one.turns[0].speakers
        speakers = f"{s.reference} -> {s.result}"
        if c.total:
            kinds = [percent(k / c.total) for k in (c.missed, c.false_alarm, c.confusion)]
    words = [
        one.text and one.text.words,
        one.attributed and one.attributed.concatenated,
        one.attributed and one.attributed.constrained,
    ]
    factor = cost.spent_s / cost.audio_s if cost.spent_s is not None and cost.audio_s else None
    return [
        *(percent(t.counts.rate) if t else "" for t in turns),
        *kinds,
        *(percent(w.rate) if w else "" for w in words),
        number(one.times.median_s if one.times else None),
        speakers,
        number(cost.spent_s, 2),
        number(factor, 4),
    ]


def _rate(one: Series | None) -> str:
    """12.34 [10.10, 14.20]."""
    if one is None:
        return ""
    interval = one.interval
    bounds = f" [{100 * interval.low:.2f}, {100 * interval.high:.2f}]" if interval else ""
    return percent(one.rate) + bounds


def _resampled(row: Sequence[Series | None]) -> str:
    """What was resampled for the intervals: "11 recordings"."""
    intervals = [one.interval if one else None for one in row]
    return _joined([f"{i.n} {i.unit}" for i in intervals if i is not None])


def _verdict(comparison: RateComparison | None) -> str:
    """+1.20 [-0.30, 2.70] tie."""
    if comparison is None:
        return ""
    low, high = 100 * comparison.low, 100 * comparison.high
    bounds = f" [{low:+.2f}, {high:+.2f}]" if math.isfinite(low) else ""
    return f"{100 * comparison.difference:+.2f}{bounds} {comparison.verdict}"


def _joined(cells: Sequence[str]) -> str:
    """One cell for all profiles; several where they differ."""
    return cells[0] if len(set(cells)) == 1 else " / ".join(cells)
