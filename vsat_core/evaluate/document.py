"""An evaluation as JSON, and the results of one profile for the scorer of other programs."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from vsat_core.contract.models import sha256_of
from vsat_core.evaluate.evaluation import REMEDY, Evaluation, Speed, System
from vsat_core.evaluate.runs import Row
from vsat_core.evaluate.scores import Rules, Scores, Series
from vsat_core.scoring.diarization import seconds
from vsat_core.scoring.report import durations_json, times_json
from vsat_core.scoring.words import ErrorCounts

JSON_VERSION = 1
UNITS = {
    "DER": "s",
    "JER": "speakers",
    "detection": "s",
    "WER": "words",
    "CER": "characters",
    "cpWER": "words",
    "tcpWER": "words",
}


def as_json(evaluation: Evaluation, machine: Mapping[str, Any]) -> dict[str, Any]:
    """Every rule, count, rate, interval and comparison; times in seconds."""
    rules = evaluation.rules
    return {
        "format": "vsat-evaluation",
        "version": JSON_VERSION,
        "protocol": {
            "lines": evaluation.lines(),
            "scoring": [attrs.asdict(protocol) for protocol in rules.protocols],
            "number_of_speakers": "reference" if rules.oracle else "estimated",
        },
        "manifest": {"name": evaluation.manifest.name, "sha256": sha256_of(evaluation.manifest)},
        "machine": dict(machine),
        "left_out": {entry.id: REMEDY for entry in evaluation.left_out},
        "profiles": {system.name: _system(evaluation, system) for system in evaluation.systems},
        "comparisons": list(_comparisons(evaluation)),
    }


def as_peers(system: System) -> dict[str, Any]:
    """Turns and text by recording, in the form that scorers of any system's output read. `rtf` is
    NaN if not timed, or timed on several machines.
    """
    results = {name: row.result for name, row in system.rows.items() if row.result is not None}
    speeds = list(system.speeds(list(results)).values())
    factor = speeds[0].real_time_factor if len(speeds) == 1 else None
    return {
        "system": f"vsat {system.name}",
        "rtf": math.nan if factor is None else factor,
        "files": {
            name: {"turns": [[t.start_s, t.end_s, t.speaker] for t in one.turns], "text": one.text}
            for name, one in results.items()
        },
    }


def _system(evaluation: Evaluation, system: System) -> dict[str, Any]:
    rules = evaluation.rules
    return {
        "profile": system.profile.toml(),
        "failed": len(system.failed),
        "recordings": {
            name: _recording(row, system.scores.get(name), rules)
            for name, row in system.rows.items()
        },
        "groups": {name: _group(system, ids, rules) for name, ids in evaluation.groups().items()},
    }


def _recording(row: Row, scores: Scores | None, rules: Rules) -> dict[str, Any]:
    environment = {"environment": row.entry.environment}
    if row.result is None or scores is None:
        return environment | {"failure": row.failure}
    cost = row.result.cost
    turns = zip(rules.protocols, scores.turns, strict=False)
    return {
        **environment,
        **attrs.asdict(cost),
        "spent_s": cost.spent_s,
        "resumed": row.resumed,
        "warnings": list(row.result.warnings),
        "origin": attrs.asdict(row.result.origin),
        "turns": {f"collar {p.collar_s:g} s": durations_json(t.counts) for p, t in turns},
        "speakers": attrs.asdict(scores.turns[0].speakers) if scores.turns else None,
        "words": _words(scores),
        "word_starts": times_json(scores.times) if scores.times is not None else None,
    }


def _words(scores: Scores) -> dict[str, Any]:
    """Insertions, deletions, substitutions and reference length behind every rate there is."""
    counts: dict[str, ErrorCounts] = {}
    if scores.text:
        counts |= {"WER": scores.text.words, "CER": scores.text.characters}
    by_speaker = scores.attributed
    if by_speaker and by_speaker.concatenated and by_speaker.constrained:
        counts |= {"cpWER": by_speaker.concatenated.words, "tcpWER": by_speaker.constrained.words}
    return {name: attrs.asdict(count) for name, count in counts.items()}


def _group(system: System, ids: Sequence[str], rules: Rules) -> dict[str, Any]:
    times, n_timed = system.times(ids)
    speeds = system.speeds(ids)
    one = next(iter(speeds.values())) if len(speeds) == 1 else Speed()
    return {
        "rates": {label: _series(one) for label, one in system.series(ids, rules).items()},
        "speakers": attrs.asdict(system.speakers(ids)),
        "word_starts": times_json(times) | {"recordings": n_timed},
        "speed": _speed(one),
        "speed_by_machine": {machine: _speed(speed) for machine, speed in speeds.items()},
    }


def _speed(speed: Speed) -> dict[str, Any]:
    return attrs.asdict(speed) | {"real_time_factor": speed.real_time_factor}


def _series(one: Series) -> dict[str, Any]:
    errors, length = one.total
    unit, interval = UNITS[one.key], one.interval
    if unit == "s":
        errors, length = seconds(int(errors)), seconds(int(length))
    return {
        "recordings": len(one.scores),
        "rate": one.rate,
        "errors": errors,
        "total": length,
        "unit": unit,
        "interval": attrs.asdict(interval) if interval else None,
    }


def _comparisons(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    """Every profile against the first, over all recordings and over each environment."""
    for other in evaluation.systems[1:]:
        for group, ids in evaluation.groups().items():
            for label, comparison in evaluation.compare(ids, other).items():
                values = attrs.asdict(comparison)
                bounds = {k: v if math.isfinite(v := values[k]) else None for k in ("low", "high")}
                names = {"first": evaluation.systems[0].name, "second": other.name}
                yield names | {"group": group, "rate": label} | values | bounds
