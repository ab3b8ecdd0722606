"""A finished matrix as plain values: the terminal, the page and the files show these."""

from typing import Any

import attrs
import numpy as np

from vsat_core.matrix.composing.accuracy import COLLAR_S
from vsat_core.matrix.exploring.costs import draws_of
from vsat_core.matrix.output.subset import SubsetWriter
from vsat_core.matrix.planning.options import Option
from vsat_core.matrix.session import MatrixOutcome
from vsat_core.matrix.validation.report import composition, full_front, run_row
from vsat_core.scoring.intervals import MIN_RECORDINGS

KIND, VERSION = "vsat matrix", 2


def results_of(outcome: MatrixOutcome, command: str) -> dict[str, Any]:
    """Everything; times in seconds over all recordings, rates in percent, memory in MB (10^6
    bytes).
    """
    plan, explored, validation = outcome.plan, outcome.explored, outcome.validation
    subsets = [SubsetWriter(outcome, subset).document() for subset in outcome.subsets]
    recordings = zip(explored.recordings, outcome.environments, outcome.references, strict=True)
    return {
        "kind": KIND,
        "version": VERSION,
        "machine": plan.machine,
        "command": command,
        "anchor": plan.anchor.name,
        "protocol": _protocol(outcome),
        "files": [
            {
                "name": recording.path.name,
                "sha256": recording.source,
                "audio_s": recording.audio_s,
                "environment": environment,
                "reference": f"agreement with {plan.anchor.name}" if r.agreement else "references",
            }
            for recording, environment, r in recordings
        ],
        "stages": {
            s: [_option(o, i, outcome) for i, o in enumerate(options)]
            for s, options in plan.selection.options.items()
        },
        "counts": _counts(outcome, listed=len(subsets[0]["rows"])),
        "left_out": [
            *plan.selection.left_out,
            *(f"{s} {o}: {why}" for (s, o), why in explored.failures.items()),
        ],
        "notes": explored.notes,
        "subsets": subsets,
        "validation": [run_row(r) for r in validation.runs],
        "composition": composition(validation),
        "full": full_front(outcome),
    }


def _counts(outcome: MatrixOutcome, listed: int) -> dict[str, Any]:
    """Combinations, and stage executions against those that running everything would take."""
    plan, composed = outcome.plan, outcome.subsets[0].composed
    planned = composed.total * len(plan.selection.options) * len(outcome.references)
    executions = plan.store.executions()
    return {
        "combinations": composed.total,
        "product": plan.selection.product(),
        "chains": len(composed.chains),
        "listed": listed,
        "held": len(composed.code),
        "planned_executions": planned,
        "executions": executions,
        "share": executions / planned if planned else 0.0,
        "reused_cells": outcome.reused,
    }


def _protocol(outcome: MatrixOutcome) -> list[str]:
    limits, n = outcome.plan.request.limits, len(outcome.references)
    between_s = outcome.subsets[0].composer.between_s
    lines = [
        f"{limits.threads} threads; up to {limits.processes} fresh processes of {limits.rounds} "
        "calls for each variant, the first call of a process dropped, at most "
        f"{limits.budget_s:g} s of calls each; variants of a method alternate",
        "times and memory of combinations are composed of these: the sum of the stages' times and "
        f"of {between_s:.3f} s a recording that a run takes besides, the "
        "largest of their memory with what is still held; models loaded; those called measured "
        "were run end to end in fresh processes",
        f"DER with {COLLAR_S:g} s a side of each reference boundary left out, overlap scored; "
        "cpWER counts wrong words and words given to the wrong speaker",
    ]
    if any(r.agreement for r in outcome.references):
        lines.append("accuracy is agreement with the profile named, not with what was really said")
    if n < MIN_RECORDINGS:
        lines.append(
            f"{n} recording{'s' * (n > 1)}: intervals of accuracy come from blocks of 10 s (30 "
            "words), and nothing is dropped for its accuracy alone"
        )
    return lines


def _option(option: Option, index: int, outcome: MatrixOutcome) -> dict[str, Any]:
    """One variant of a stage: its cost on the anchor's inputs of the first recording, or why it has
    none.
    """
    stage, explored = option.stage, outcome.explored
    edges = explored.recordings[0].edges[stage].values()
    edge = next((of[option.name] for of in edges if option.name in of), None)
    row: dict[str, Any] = {
        "name": option.name,
        "method": option.method,
        "technique": option.choice.variant.card.technique,
        "index": index,
        "params": attrs.asdict(option.choice.params),
    }
    if edge is None:
        why = explored.failures.get((stage, option.name), "fits no other choice")
        return row | {"failure": why}
    cost, measured = outcome.subsets[0].composer.costs[edge.cost], explored.measured[edge.cost]
    low, high = np.percentile(draws_of(edge.cost, measured), [2.5, 97.5]).tolist()
    return row | {
        "seconds": cost.seconds,
        "low": low,
        "high": high,
        "first_s": measured.first_s,
        "prepare_s": measured.import_s + measured.prepare_cold_s,
        "held_mb": cost.held,
        "taken_mb": cost.taken,
        "calls": len(measured.calls),
        "processes": len(measured.seconds),
        "gives": edge.gives[:8],
    }
