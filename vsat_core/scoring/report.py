"""Scores of many recordings as tables and as JSON."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from vsat_core.scoring.counts import ratio
from vsat_core.scoring.diarization import DiarizationCounts, seconds
from vsat_core.scoring.evaluate import S, TurnScores, WordScores, figures, intervals, total
from vsat_core.scoring.intervals import Interval
from vsat_core.scoring.protocol import Protocol
from vsat_core.scoring.timing import TimeErrors

JSON_VERSION = 1
NOT_TIME = ("jaccard", "scored_speakers")  # of DiarizationCounts
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
class ScoreReport:
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
        turns = zip(self.protocols, self.turns, strict=True)
        return {
            "format": "vsat-score",
            "version": JSON_VERSION,
            "turns": [_json(protocol, scores) for protocol, scores in turns if scores],
            "words": _json(self.protocols[0], self.words) if self.words else None,
        }


def percent(rate: float) -> str:
    """A rate in per cent, "" for nan."""
    return number(100 * rate, 2)


def number(value: float | None, digits: int = 3) -> str:
    """A figure with some decimals, "" for none."""
    return "" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def durations_json(counts: DiarizationCounts) -> dict[str, Any]:
    """Durations in seconds; Jaccard errors over the speakers scored."""
    values = attrs.asdict(counts)
    durations = {f"{k}_s": seconds(ns) for k, ns in values.items() if k not in NOT_TIME}
    return durations | {name: values[name] for name in NOT_TIME}


def times_json(times: TimeErrors) -> dict[str, Any]:
    """The number of matched words and their percentiles."""
    n = len(times.differences_s)
    percentiles = {"median_s": times.median_s, "p90_s": times.p90_s}
    return {"matched": n, **(percentiles if n else dict.fromkeys(percentiles))}


def _section(protocol: Sequence[str], columns: Sequence[str], scores: dict[str, S]) -> Section:
    rows = [_row(name, one) for name, one in scores.items()]
    pooled = total(scores.values())
    if pooled is not None and len(scores) > 1:
        rows.append(_row(f"all {len(scores)}", pooled))
    lines = [_interval_line(name, i) for name, i in intervals(list(scores.values())).items()]
    return Section(protocol, columns, rows, lines)


def _row(name: str, scores: TurnScores | WordScores) -> list[str]:
    return [name, *(_turn_cells(scores) if isinstance(scores, TurnScores) else _word_cells(scores))]


def _turn_cells(scores: TurnScores) -> Iterator[str]:
    c, s = scores.counts, scores.speakers
    yield percent(c.rate)
    for kind in (c.missed, c.false_alarm, c.confusion):
        yield percent(kind / c.total if c.total else math.nan)
    yield percent(c.jaccard_rate)
    yield percent(c.detection_rate)
    yield f"{seconds(c.total):.2f}"
    yield (
        f"{s.reference} -> {s.result}"
        if s.recordings == 1
        else f"{s.exact} of {s.recordings} exact"
    )


def _word_cells(scores: WordScores) -> Iterator[str]:
    words, times = scores.words, scores.times
    yield percent(words.rate)
    yield from map(str, (words.length, words.substitutions, words.deletions, words.insertions))
    yield percent(scores.characters.rate)
    for by_speaker in (scores.concatenated, scores.constrained):
        yield "" if by_speaker is None else percent(by_speaker.rate)
    yield from map(number, (times.median_s, times.p90_s) if times else (None, None))


def _interval_line(name: str, interval: Interval) -> str:
    return (
        f"{name}: {100 * interval.level:g} % interval {100 * interval.low:.2f} to "
        f"{100 * interval.high:.2f} % ({interval.draws} bootstrap draws over {interval.n} "
        f"{interval.unit})"
    )


def _json(protocol: Protocol, scores: dict[str, S]) -> dict[str, Any]:
    pooled, drawn = total(scores.values()), intervals(list(scores.values()))
    return {
        "protocol": attrs.asdict(protocol),
        "recordings": {name: _json_one(one) for name, one in scores.items()},
        "total": None if pooled is None else _json_one(pooled),
        "intervals": {name: attrs.asdict(i) for name, i in drawn.items()},
    }


def _json_one(scores: S) -> dict[str, Any]:
    rates = {"rates": {name: ratio(*pair) for name, pair in figures(scores).items()}}
    if isinstance(scores, TurnScores):
        speakers = {"speakers": attrs.asdict(scores.speakers)}
        return rates | durations_json(scores.counts) | speakers
    counted = {
        "words": scores.words,
        "characters": scores.characters,
        "cpWER": scores.concatenated,
        "tcpWER": scores.constrained,
    }
    values: dict[str, Any] = {n: attrs.asdict(c) for n, c in counted.items() if c is not None}
    if scores.times is not None and len(scores.times.differences_s):
        values["word_times"] = times_json(scores.times)
    return rates | values
