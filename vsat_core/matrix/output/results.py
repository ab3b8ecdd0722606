"""A finished matrix as plain values: what the terminal, the page and the files are made of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import Transcript
from vsat_core.matrix.composing.accuracy import COLLAR_S
from vsat_core.matrix.composing.compose import decode, encode
from vsat_core.matrix.composing.groups import Part
from vsat_core.matrix.composing.ties import ties
from vsat_core.matrix.composing.trace import Step, figures, trace
from vsat_core.matrix.exploring.costs import DRAWS, draws_of
from vsat_core.matrix.planning.options import Option
from vsat_core.matrix.planning.plan import combination
from vsat_core.matrix.session import Outcome
from vsat_core.matrix.validation.report import composition, duels, expected, full_front, whole_row

KIND, VERSION = "vsat matrix", 1
ROWS = 20_000  # combinations written out


def results_of(outcome: Outcome, command: str) -> dict[str, Any]:
    """Everything; times in seconds over all recordings, rates in percent, memory in MB (10^6
    bytes).
    """
    plan, explored = outcome.plan, outcome.explored
    parts = [_part(outcome, part) for part in outcome.parts]
    files = [
        {
            "name": c.path.name,
            "audio_s": c.audio_s,
            "environment": kind,
            "reference": f"agreement with {plan.anchor.name}" if r.agreement else "references",
        }
        for c, kind, r in zip(
            explored.charts, outcome.environments, outcome.references, strict=True
        )
    ]
    total = outcome.parts[0].composed.total
    planned = total * len(plan.selection.options) * len(files)
    executions = plan.store.executions()
    return {
        "kind": KIND,
        "version": VERSION,
        "machine": plan.machine,
        "command": command,
        "anchor": plan.anchor.name,
        "protocol": _protocol(outcome),
        "files": files,
        "stages": {
            s: [_option(o, i, outcome) for i, o in enumerate(mine)]
            for s, mine in plan.selection.options.items()
        },
        "counts": {
            "combinations": total,
            "product": plan.selection.product(),
            "chains": len(outcome.parts[0].composed.chains),
            "listed": len(parts[0]["rows"]),
            "held": len(outcome.parts[0].composed.code),
            "planned_executions": planned,
            "executions": executions,
            "share": executions / planned if planned else 0.0,
            "reused_cells": outcome.reused,
        },
        "left_out": [
            *plan.selection.left_out,
            *(f"{s} {o}: {why}" for (s, o), why in explored.failures.items()),
        ],
        "notes": explored.notes,
        "parts": parts,
        "validation": [whole_row(w) for w in outcome.proof.wholes],
        "composition": composition(outcome),
        "full": full_front(outcome),
    }


def _protocol(outcome: Outcome) -> list[str]:
    limits = outcome.plan.request.limits
    agreement = any(r.agreement for r in outcome.references)
    few = len(outcome.references) < 5
    return [
        f"{limits.threads} threads; up to {limits.processes} fresh processes of {limits.rounds} "
        "calls for each "
        f"variant, the first call of a process dropped, at most {limits.budget_s:g} s of calls "
        "each; rivals take turns",
        "times and memory of combinations are composed of these: the sum of the stages' times, the "
        "largest of their "
        "memory with what is still held; models loaded; those said to be measured were run whole "
        "in fresh processes",
        f"DER with {COLLAR_S:g} s a side of each reference boundary left out, overlap scored; "
        "cpWER counts wrong words "
        "and words given to the wrong speaker",
        *(
            ["accuracy is agreement with the profile named, not with what was really said"]
            if agreement
            else []
        ),
        *(
            [
                f"{len(outcome.references)} recording{'s' * (len(outcome.references) > 1)}: "
                "intervals of accuracy come from "
                "blocks of 10 s (30 words), and nothing is dropped for its accuracy alone"
            ]
            if few
            else []
        ),
    ]


def _option(option: Option, index: int, outcome: Outcome) -> dict[str, Any]:
    """One variant of a stage: its cost on the anchor's inputs of the first recording, or why it has
    none.
    """
    chart = outcome.explored.charts[0]
    edges = [e for e in (m.get(option.name) for m in chart.edges[option.stage].values()) if e]
    row: dict[str, Any] = {
        "name": option.name,
        "method": option.method,
        "technique": option.choice.variant.card.technique,
        "index": index,
        "params": attrs.asdict(option.choice.params),
    }
    if not edges:
        return row | {
            "failure": outcome.explored.failures.get(
                (option.stage, option.name), "fits no other choice"
            )
        }
    part, measured = (
        outcome.parts[0].composer.parts[edges[0].cost],
        outcome.explored.costs[edges[0].cost],
    )
    low, high = np.percentile(draws_of(edges[0].cost, measured), [2.5, 97.5])
    return row | {
        "seconds": part.seconds,
        "low": float(low),
        "high": float(high),
        "first_s": measured.first_s,
        "prepare_s": measured.import_s + measured.prepare_cold_s,
        "held_mb": part.held,
        "taken_mb": part.taken,
        "calls": len(measured.calls),
        "processes": len(measured.seconds),
        "gives": edges[0].gives[:8],
    }


def _part(outcome: Outcome, part: Part) -> dict[str, Any]:
    plan = outcome.plan
    marks: dict[int, list[str]] = {}
    for name, profile in (("anchor", plan.anchor), ("baseline", plan.baseline)):
        if profile and len(found := combination(profile, plan.selection)) == len(
            plan.selection.options
        ):
            marks.setdefault(encode(plan.selection, found), []).append(name)
    if part.best is not None:
        marks.setdefault(part.best, []).append("recommended")
    for code in part.front:
        marks.setdefault(code, []).append("front")
    codes = list(dict.fromkeys([*marks, *_listed(part)]))[:ROWS]
    cache: dict[str, np.ndarray] = {}
    rows = [r for code in codes if (r := _row(outcome, part, code, marks.get(code, []), cache))]
    rows.sort(key=lambda r: float(r["seconds"]))
    by_mark = {
        m: i
        for m in ("anchor", "baseline", "recommended")
        for i, r in enumerate(rows)
        if m in r["marks"]
    }
    chosen = rows[by_mark["recommended"]] if "recommended" in by_mark else None
    return {
        "name": part.name,
        "files": [outcome.explored.charts[i].path.name for i in part.files],
        "audio_s": part.audio_s,
        "profile": "",
        "rows": rows,
        "marks": by_mark,
        "refused": part.refused,
        "reasons": list(part.reasons),
        "expected": expected(outcome, part, float(chosen["seconds"])) if chosen else None,
        "against": duels(outcome, part),
        "ties": ties(part),
        "contributions": list(_contributions(outcome, part)) if chosen else [],
        "comparisons": _comparisons(outcome, part, rows, by_mark, cache),
        "chosen": _chain(outcome, part, chosen),
    }


def _listed(part: Part) -> Iterator[int]:
    """Codes worth a row besides the marked ones: the fastest of each chain, then the fastest of
    all.
    """
    composed = part.composed
    order = np.argsort(composed.seconds, kind="stable")
    _, firsts = np.unique(composed.chain[order], return_index=True)
    yield from composed.code[order[np.sort(firsts)]].tolist()
    yield from composed.code[order[:ROWS]].tolist()


def _walks(part: Part, options: dict[str, Option]) -> list[list[Step]] | None:
    """The combination on every recording of the part."""
    walks = [trace(part.composer, options, i) for i in range(len(part.composer.charts))]
    return [w for w in walks if w] if all(walks) else None


def _draws(
    outcome: Outcome, walks: Sequence[Sequence[Step]], cache: dict[str, np.ndarray]
) -> np.ndarray:
    total = np.zeros(DRAWS)
    for step in (s for walk in walks for s in walk):
        if step.cost not in cache:
            cache[step.cost] = draws_of(step.cost, outcome.explored.costs[step.cost])
        total += cache[step.cost]
    return total


def _row(
    outcome: Outcome, part: Part, code: int, marks: list[str], cache: dict[str, np.ndarray]
) -> dict[str, Any] | None:
    """One combination, None if it cannot be walked."""
    selection = outcome.plan.selection
    options = decode(selection, code)
    walks = _walks(part, options)
    if walks is None:
        return None
    scored = selection.graph.giving(Transcript)
    chain = tuple(next(s.gives for s in w if s.stage == scored) for w in walks)
    rates = part.rates[part.composed.chains.index(chain)] if chain in part.composed.chains else {}
    draws = _draws(outcome, walks, cache)
    seconds, peak = figures(part.composer, options) or (math.nan, 0)
    low, high = np.percentile(draws, [2.5, 97.5])
    return {
        "options": [selection.options[s].index(options[s]) for s in selection.options],
        "seconds": round(seconds, 5),
        "low": round(float(low), 5),
        "high": round(float(high), 5),
        "rtf": round(seconds / part.audio_s, 6),
        "peak_mb": peak,
        "marks": marks,
        "chain": chain,
        **{name: round(100 * value, 3) for name, value in rates.items()},
    }


def _comparisons(
    outcome: Outcome,
    part: Part,
    rows: Sequence[dict[str, Any]],
    marks: dict[str, int],
    cache: dict[str, np.ndarray],
) -> dict[str, Any]:
    """The recommended combination against anchor and baseline: ratios of composed times, and
    accuracy, paired.
    """
    if "recommended" not in marks:
        return {}
    found: dict[str, Any] = {}
    mine = _of_row(outcome, rows[marks["recommended"]])
    for name in ("anchor", "baseline"):
        if name not in marks:
            continue
        other = _of_row(outcome, rows[marks[name]])
        walks = [_walks(part, o) or [] for o in (mine, other)]
        a, b = (_draws(outcome, w, cache) for w in walks)
        low, high = np.percentile(b / a, [2.5, 97.5])
        found[name] = {
            "times_faster": rows[marks[name]]["seconds"] / rows[marks["recommended"]]["seconds"],
            "low": float(low),
            "high": float(high),
            "tie": bool(low <= 1 <= high),
            "accuracy": _paired(
                outcome, part, rows[marks[name]]["chain"], rows[marks["recommended"]]["chain"]
            ),
        }
    return found


def _paired(
    outcome: Outcome, part: Part, base: Sequence[str], chain: Sequence[str]
) -> dict[str, Any]:
    """Differences of every rate in points, with interval and verdict."""
    scorer = outcome.scorer_of(part)
    of = range(len(part.files))
    found = {}
    for rate in ("DER", "WER", "cpWER"):
        c = scorer.compare(base, chain, of, rate)
        if c is not None:
            found[rate] = {
                "points": 100 * c.difference,
                "low": _finite(100 * c.low),
                "high": _finite(100 * c.high),
                "verdict": c.verdict,
            }
    return found


def _chain(outcome: Outcome, part: Part, row: dict[str, Any] | None) -> dict[str, Any]:
    """The recommended combination in names, with the intervals of its rates."""
    if row is None:
        return {}
    scorer, of = outcome.scorer_of(part), range(len(part.files))
    spread = {rate: scorer.interval(row["chain"], of, rate) for rate in ("DER", "WER", "cpWER")}
    return {
        "options": {s: o.name for s, o in _of_row(outcome, row).items()},
        "intervals": {
            r: [round(100 * i.low, 2), round(100 * i.high, 2)] for r, i in spread.items() if i
        },
    }


def _contributions(outcome: Outcome, part: Part) -> Iterator[dict[str, Any]]:
    """What each stage of the recommended combination saves against the same combination with the
    baseline's variant.
    """
    plan = outcome.plan
    if part.best is None or not plan.baseline:
        return
    best = decode(plan.selection, part.best)
    for stage, other in combination(plan.baseline, plan.selection).items():
        walks = _walks(part, best), _walks(part, {**best, stage: other})
        if walks[0] and walks[1]:
            a, b = (
                sum(
                    part.composer.parts[s.cost].seconds for w in walk for s in w if s.stage == stage
                )
                for walk in walks
                if walk
            )
            yield {
                "stage": stage,
                "variant": best[stage].name,
                "baseline": other.name,
                "seconds": a,
                "baseline_s": b,
                "saves_s": b - a,
            }


def _of_row(outcome: Outcome, row: dict[str, Any]) -> dict[str, Option]:
    options = outcome.plan.selection.options
    return {s: options[s][i] for s, i in zip(options, row["options"], strict=True)}


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
