"""Scores of many recordings as tables and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from vsat_core.scoring.diarization import seconds
from vsat_core.scoring.evaluate import S, TurnScores, WordScores, figures, intervals, total
from vsat_core.scoring.intervals import Interval
from vsat_core.scoring.protocol import Protocol

JSON_VERSION = 1
TURN_COLUMNS = (
    "recording",
    "DER %",
    "missed %",
    "false %",
    "confused %",
    "JER %",
    "detection %",
    "speaker time s",
    "speakers",
)
WORD_COLUMNS = (
    "recording",
    "WER %",
    "words",
    "sub",
    "del",
    "ins",
    "CER %",
    "cpWER %",
    "tcpWER %",
    "time median s",
    "time p90 s",
)


@attrs.frozen
class Section:
    """One table with the lines that say how its numbers were made."""

    protocol: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    intervals: Sequence[str]


@attrs.define
class Report:
    """The scores of every recording: turns once for each protocol, words once."""

    protocols: Sequence[Protocol]
    turns: list[dict[str, TurnScores]] = attrs.field(
        default=attrs.Factory(lambda self: [{} for _ in self.protocols], takes_self=True)
    )
    words: dict[str, WordScores] = attrs.field(factory=dict)

    def add(self, name: str, turns: Sequence[TurnScores | None], words: WordScores | None) -> None:
        """Put in one recording's scores."""
        for scores, one in zip(self.turns, turns, strict=True):
            if one is not None:
                scores[name] = one
        if words is not None:
            self.words[name] = words

    def sections(self) -> Iterator[Section]:
        """A table for each protocol of turns, and one for the words."""
        for protocol, scores in zip(self.protocols, self.turns, strict=True):
            if scores:
                yield _section(protocol.turn_lines(), TURN_COLUMNS, scores)
        if self.words:
            yield _section(self.protocols[0].word_lines(), WORD_COLUMNS, self.words)

    def as_json(self) -> dict[str, Any]:
        """Every protocol, count, rate and interval; durations in seconds."""
        return {
            "format": "vsat-score",
            "version": JSON_VERSION,
            "turns": [
                {"protocol": attrs.asdict(protocol)} | _json(scores)
                for protocol, scores in zip(self.protocols, self.turns, strict=True)
                if scores
            ],
            "words": {"protocol": attrs.asdict(self.protocols[0])} | _json(self.words)
            if self.words
            else None,
        }


def _section(protocol: Sequence[str], columns: Sequence[str], scores: dict[str, S]) -> Section:
    rows = [_row(name, one) for name, one in scores.items()]
    whole = total(scores.values())
    if whole is not None and len(scores) > 1:
        rows.append(_row(f"all {len(scores)}", whole))
    lines = [_interval_line(name, i) for name, i in intervals(list(scores.values())).items()]
    return Section(protocol, columns, rows, lines)


def _row(name: str, scores: TurnScores | WordScores) -> list[str]:
    return [name, *(_turn_cells(scores) if isinstance(scores, TurnScores) else _word_cells(scores))]


def _turn_cells(scores: TurnScores) -> Iterator[str]:
    c, s = scores.counts, scores.speakers
    yield _percent(c.rate)
    for part in (c.missed, c.false_alarm, c.confusion):
        yield _percent(part / c.total if c.total else math.nan)
    yield _percent(c.jaccard_rate)
    yield _percent(c.detection_rate)
    yield f"{seconds(c.total):.2f}"
    yield (
        f"{s.reference} -> {s.result}"
        if s.recordings == 1
        else f"{s.exact} of {s.recordings} exact"
    )


def _word_cells(scores: WordScores) -> Iterator[str]:
    words = scores.words
    yield _percent(words.rate)
    yield from (
        str(n) for n in (words.length, words.substitutions, words.deletions, words.insertions)
    )
    yield _percent(scores.characters.rate)
    for part in (scores.concatenated, scores.constrained):
        yield "" if part is None else _percent(part.rate)
    times = (scores.times.median_s, scores.times.p90_s) if scores.times else (math.nan, math.nan)
    yield from ("" if math.isnan(value) else f"{value:.3f}" for value in times)


def _percent(rate: float) -> str:
    return "" if math.isnan(rate) else f"{100 * rate:.2f}"


def _interval_line(name: str, interval: Interval) -> str:
    return (
        f"{name}: {100 * interval.level:g} % interval {100 * interval.low:.2f} to "
        f"{100 * interval.high:.2f} % "
        f"({interval.draws} bootstrap draws over {interval.n} {interval.unit})"
    )


def _json(scores: dict[str, S]) -> dict[str, Any]:
    whole = total(scores.values())
    return {
        "recordings": {name: _json_one(one) for name, one in scores.items()},
        "total": None if whole is None else _json_one(whole),
        "intervals": {
            name: attrs.asdict(i) for name, i in intervals(list(scores.values())).items()
        },
    }


def _json_one(scores: S) -> dict[str, Any]:
    rates = {name: _rate(*pair) for name, pair in figures(scores).items()}
    if isinstance(scores, TurnScores):
        counts = attrs.asdict(scores.counts)
        durations = {
            f"{name}_s": seconds(value)
            for name, value in counts.items()
            if name not in ("jaccard", "scored_speakers")
        }
        return {
            "rates": rates,
            **durations,
            "jaccard": counts["jaccard"],
            "scored_speakers": counts["scored_speakers"],
            "speakers": attrs.asdict(scores.speakers),
        }
    parts = {
        "words": scores.words,
        "characters": scores.characters,
        "cpWER": scores.concatenated,
        "tcpWER": scores.constrained,
    }
    found = {name: attrs.asdict(part) for name, part in parts.items() if part is not None}
    if scores.times is not None and len(scores.times.differences_s):
        found["word_times"] = {
            "matched": len(scores.times.differences_s),
            "median_s": scores.times.median_s,
            "p90_s": scores.times.p90_s,
        }
    return {"rates": rates, **found}


def _rate(errors: float, length: float) -> float:
    return errors / length if length else float(errors > 0)
