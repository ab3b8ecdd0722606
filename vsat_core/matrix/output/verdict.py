"""What a matrix comes to, in one sentence: the profile started from stays, or another is better."""

from collections.abc import Mapping
from typing import Any

import attrs

from vsat_core.matrix.composing.recommend import SAME_MB
from vsat_core.matrix.composing.subsets import Subset

KEEP, CHANGE, NOTHING = "keep", "change", "nothing"


def verdict(
    subset: Subset, anchor: str, given: str, comparison: Mapping[str, Any] | None
) -> dict[str, Any]:
    """`kind` is KEEP, CHANGE or NOTHING; `profile` how the one to use is named, where there is one
    already; `sentence` all of it in words; `exchanges` what is changed and `tied` what was tried in
    vain. The profile started from is called `anchor` and was named as `given`; `comparison` is that
    of the best combination with it.
    """
    kind = NOTHING if subset.best is None else CHANGE if subset.exchanges else KEEP
    if subset.best is not None and subset.needed:
        kind = CHANGE
    sentences = {
        NOTHING: f"Nothing is recommended: {subset.refused}.",
        KEEP: f"Keep {anchor}: {_why(subset)}.",
        CHANGE: f"Change {anchor}: {_gain(anchor, comparison)}.",
    }
    return {
        "kind": kind,
        "profile": given if kind == KEEP else "",
        "sentence": sentences[kind],
        "exchanges": [attrs.asdict(e) for e in subset.exchanges],
        "tied": [attrs.asdict(e) for e in subset.tied],
    }


def _why(subset: Subset) -> str:
    """Why the profile started from stays."""
    if subset.tied:
        names = ", ".join(e.after for e in subset.tied)
        return f"{names} looked faster by itself, but whole runs were not"
    return (
        "no exchange of a variant saves more than 1 % of the time and more than measuring can tell"
    )


def _gain(anchor: str, comparison: Mapping[str, Any] | None) -> str:
    """How much better the recommended one is, as far as there is something to compare with."""
    if not comparison:
        return "what is recommended could not be compared with it"
    faster, megabytes = comparison["times_faster"], comparison["saves_mb"]
    parts = [f"{faster:.2f} times as fast ({comparison['low']:.2f} to {comparison['high']:.2f})"]
    if comparison["tie"]:
        parts = [f"as fast as {anchor}"]
    if abs(megabytes) > SAME_MB:
        parts.append(f"{abs(megabytes)} MB {'less' if megabytes > 0 else 'more'} memory")
    return f"what is recommended is {', '.join(parts)}, {_accuracy(comparison['accuracy'])}"


def _accuracy(rates: Mapping[str, Mapping[str, Any]]) -> str:
    """What it costs in accuracy."""
    changed = {n: r for n, r in rates.items() if r["verdict"] in ("better", "worse")}
    shown = changed or {n: r for n, r in rates.items() if abs(r["points"]) >= 0.05}
    if not shown:
        return "with the same errors"
    points = ", ".join(f"{n} {r['points']:+.1f} points" for n, r in shown.items())
    return points if changed else f"{points} (no more than chance)"
