"""What a matrix comes to, in one sentence: the profile started from stays, or another is better."""

from collections.abc import Mapping
from typing import Any

import attrs

from vsat_core.matrix.composing.accuracy import OVERALL
from vsat_core.matrix.composing.recommend import SAME_MB
from vsat_core.matrix.composing.subsets import Subset
from vsat_core.matrix.validation.duel import CANDIDATE

KEEP, CHANGE, NOTHING = "keep", "change", "nothing"
Figures = Mapping[str, Any]


@attrs.frozen
class Evidence:
    """What the sentence is made of: the profile started from is called `anchor` and was named as
    `given`, that of a change is `written` (empty where none is). `row` is the recommended
    combination, `comparison` that with the profile started from, and `against` how it did in
    end-to-end runs against others. With `agreement` errors are differences from what the profile
    started from writes.
    """

    anchor: str
    given: str
    written: str
    row: Figures | None
    comparison: Figures | None
    against: Mapping[str, Figures]
    agreement: bool = False


def verdict(subset: Subset, evidence: Evidence) -> dict[str, Any]:
    """`kind` is KEEP, CHANGE or NOTHING; `profile` how the one to use is named, where there is one;
    `sentence` all of it in words; `exchanges` what is changed and `tied` what was tried in vain.
    """
    kind = NOTHING if subset.best is None else CHANGE if subset.exchanges else KEEP
    if subset.best is not None and subset.needed:
        kind = CHANGE
    anchor, written = evidence.anchor, evidence.written
    head = f"Use {written}: " if written else f"Change {anchor}: what is recommended is "
    sentences = {
        NOTHING: f"Nothing is recommended: {subset.refused}.",
        KEEP: f"Keep {anchor}: {_why(subset, evidence.against)}.",
        CHANGE: f"{head}{_gain(evidence)}.",
    }
    return {
        "kind": kind,
        "profile": {KEEP: evidence.given, CHANGE: written, NOTHING: ""}[kind],
        "sentence": sentences[kind],
        "exchanges": [attrs.asdict(e) for e in subset.exchanges],
        "tied": [attrs.asdict(e) for e in subset.tied],
    }


def _why(subset: Subset, against: Mapping[str, Figures]) -> str:
    """Why the profile started from stays."""
    if subset.tied:
        names = ", ".join(e.after for e in subset.tied)
        tried = against.get(CANDIDATE)
        shown = ""
        if tried:
            other = _inverse(tried)
            shown = f" ({other['times_faster']:.2f} times as fast, {_bounds(other)})"
        return f"{names} looked faster by itself, but end-to-end runs could not confirm it{shown}"
    return (
        "no exchange of a variant saves more than 1 % of the time and more than measuring can tell"
    )


def _inverse(figures: Figures) -> dict[str, Any]:
    """The other against the recommended one."""
    low, high = figures["low"], figures["high"]
    return {
        "times_faster": 1 / figures["times_faster"],
        "low": 1 / high if high else None,
        "high": 1 / low if low else None,
    }


def _bounds(figures: Figures) -> str:
    """The 95 % interval in words, where there is one."""
    low, high = figures["low"], figures["high"]
    return f"95 % interval {low:.2f} to {high:.2f}" if low and high else "too few runs to be sure"


def _gain(evidence: Evidence) -> str:
    """How much better the recommended one is, as far as there is something to compare with: run end
    to end where these runs have an interval, else as composed.
    """
    anchor, comparison = evidence.anchor, evidence.comparison
    if not comparison:
        return f"{anchor} could not be compared with it"
    run = evidence.against.get(anchor)
    if run and run["low"] and run["high"]:
        speed, tie, how = run, run["verdict"] in ("tie", "inconclusive"), "run end to end"
    else:
        speed, tie, how = comparison, comparison["tie"], "composed"
    faster = f"{speed['times_faster']:.2f} times as fast as {anchor} ({_bounds(speed)}, {how})"
    parts = [f"as fast as {anchor}" if tie else faster]
    if abs(megabytes := comparison["saves_mb"]) > SAME_MB:
        parts.append(f"{abs(megabytes)} MB {'less' if megabytes > 0 else 'more'} memory")
    return f"{', '.join(parts)}, {_accuracy(evidence, comparison['accuracy'])}"


def _accuracy(evidence: Evidence, rates: Mapping[str, Figures]) -> str:
    """What it costs in accuracy: the rates that differ by more than chance, else by how much."""
    row = evidence.row or {}
    main = next((r for r in OVERALL if r in row), "")
    here = f" ({main} {row[main]:.1f} %)" if main else ""
    if evidence.agreement:
        same = not any(row.get(r) for r in OVERALL)
        return f"and {'writes the same' if same else f'writes another text{here}'}"
    changed = {n: r for n, r in rates.items() if r["verdict"] in ("better", "worse")}
    shown = changed or {n: r for n, r in rates.items() if abs(r["points"]) >= 0.05}
    if not shown:
        return f"with the same errors{here}"
    points = ", ".join(f"{n} {r['points']:+.1f} points" for n, r in shown.items())
    worse = any(r["verdict"] == "worse" for r in changed.values())
    kind = "at the cost of more" if worse else "with fewer" if changed else "with about the same"
    chance = "" if changed else ", no more than chance"
    return f"{kind} errors ({points}{chance})"


def saved_text(exchange: Figures) -> str:
    """What an exchange saves or costs, of time and of memory."""
    seconds, megabytes = exchange["saves_s"], exchange["saves_mb"]
    low, high = sorted((abs(exchange["low_s"]), abs(exchange["high_s"])))
    if exchange["low_s"] <= 0 <= exchange["high_s"]:
        time = "as fast"
    else:
        time = f"{abs(seconds):.2f} s {'less' if seconds > 0 else 'more'} ({low:.2f} to {high:.2f})"
    if not megabytes:
        return time
    return f"{time}, {abs(megabytes)} MB {'less' if megabytes > 0 else 'more'}"
