"""What the last run over a recording took from the cache and what it computed."""

from __future__ import annotations

from vsat_core.engine.outcome import RunStep
from vsat_core.explain.forecast import UNSTORED, WRITTEN, date
from vsat_core.explain.history import REMOVED, UNKNOWN_REMOVED, Earlier, History, why
from vsat_core.explain.report import StageReport, of_channel

ASKED = "asked for by --from"


def last_run(history: History) -> list[StageReport]:
    """Its stages in order; nothing where no run is on record."""
    return [_report(history, step) for step in history.record.steps] if history.record else []


def _report(history: History, step: RunStep) -> StageReport:
    row, made_of = step.row, history.made_of(step.key)
    seconds, peak = row.seconds, row.peak_bytes
    if row.cached:
        lines = [f"computed {date(made_of.when)}" if made_of else REMOVED + " since then"]
        seconds = made_of.seconds if made_of else None
        peak = made_of.peak_bytes if made_of else 0
    else:
        lines = _why(history, step)
    return StageReport(
        of_channel(row.stage, step.channel),
        row.variant,
        tuple(of_channel(stage, step.channel) for stage in step.inputs),
        "cached" if row.cached else "computed",
        tuple(lines),
        made_of.answer if made_of else "",
        seconds,
        peak or None,
    )


def _why(history: History, step: RunStep) -> list[str]:
    """Why it was computed."""
    stage, variant = step.row.stage, step.row.variant
    if not step.key:
        return [WRITTEN if stage == "write" else UNSTORED]
    if step.again:
        return [ASKED]
    made_of = history.made_of(step.key)
    if step.before == step.key:
        return [REMOVED]
    before: Earlier | None
    if step.before:
        before = history.by_key(variant, step.before, "", {})
    else:
        before = history.unrecorded(stage, variant)
    if before and step.before and not before.stored:
        return [UNKNOWN_REMOVED]
    return why(made_of.components if made_of else None, step.key, step.inputs, before)
