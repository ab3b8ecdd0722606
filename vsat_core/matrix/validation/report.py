"""What whole runs say: how far composed figures were off, which combination is faster, whether the
fronts agree.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from vsat_core.matrix.composing.groups import Part, worth_a_profile
from vsat_core.matrix.composing.recommend import pareto
from vsat_core.matrix.session import Outcome
from vsat_core.matrix.validation.cold_start import Command
from vsat_core.matrix.validation.validate import Whole
from vsat_core.measure.statistics import compare

FEW, MANY = 5, 10  # whole runs
NORMAL = 1.4826  # standard deviations in the median of absolute differences
# measured figures within this share of each other tell nothing apart, nor within what two processes
# differ
NEAR = 0.05


def whole_row(w: Whole) -> dict[str, Any]:
    """One whole run as plain values."""
    return attrs.asdict(w) | {
        n: _finite(getattr(w, n)) for n in ("time_error", "memory_error", "drift")
    }


def composition(outcome: Outcome) -> dict[str, Any]:
    """How far composed figures were from measured ones, over the random combinations, or all where
    those are few; where some were measured in turns with their parts, over these, and how far the
    machine had drifted until then. `repeat` is by how much calls of one and the same combination
    differ, one after the other: less cannot be told.
    """
    good = [w for w in outcome.proof.wholes if not w.failure]
    turns = [w for w in good if w.parts_s]
    random = [w for w in turns or good if w.name.startswith(("random", "full"))]
    drawn = random if len(random) >= FEW else turns or good
    if not drawn:
        return {}
    time, memory, drift = (
        np.abs([getattr(w, n) for w in drawn]) for n in ("time_error", "memory_error", "drift")
    )
    again = _repeats(drawn)
    return {
        "in_turns": bool(turns),
        "drift_median": float(np.median(drift)) if turns else None,
        "drift_p90": float(np.percentile(drift, 90)) if turns else None,
        "repeat_median": float(np.median(again)) if len(again) else None,
        "repeat_p90": float(np.percentile(again, 90)) if len(again) else None,
        "n": len(drawn),
        "time_median": float(np.median(time)),
        "time_p90": float(np.percentile(time, 90)),
        "memory_median": float(np.median(memory)),
        "memory_max": float(memory.max()),
        "same_answers": sum(w.same_answer for w in drawn),
        "failed": len(outcome.proof.wholes) - len(good),
    }


def expected(outcome: Outcome, part: Part, seconds: float) -> dict[str, Any] | None:
    """Between which times a run of these composed seconds is to be expected on this machine: as far
    off as whole runs were from what had been composed for them, the drift of the machine included;
    of MANY, nine of ten. Where calls of the same combination differ by more (nine of ten of them by
    less), as far as these. None without whole runs. `command` is what `vsat run` of the first
    recording took by itself, and is to be expected to take within that share.
    """
    off = [
        abs(w.composed_s / w.measured_s - 1)
        for w in outcome.proof.wholes
        if not w.failure and w.measured_s
    ]
    if not off:
        return None
    n = len(off)
    share = float(np.percentile(off, 90 if n >= MANY else 100))
    which = (
        f"nine of ten of {n} whole runs here were"
        if n >= MANY
        else f"all {n} whole runs here were"
        if n > 1
        else ("the one whole run here was")
    )
    why = f"{which} within {100 * share:.0f} % of what was composed"
    again = _repeats([w for w in outcome.proof.wholes if not w.failure])
    if len(again) and (apart := float(np.percentile(again, 90))) > share:
        share, why = (
            apart,
            f"{why}, but calls of one and the same differed by up to {100 * apart:.0f} % (nine of "
            "ten)",
        )
    return {
        "off": share,
        "low": seconds / (1 + share),
        "high": seconds * (1 + share),
        "why": why,
        "command": _command(
            outcome.proof.commands.get(part.name, Command()),
            share,
            part.composer.charts[0].path.name,
        ),
    }


def _command(command: Command, share: float, file: str) -> dict[str, Any]:
    """The times it took, between which another is to be expected (this share beyond them), and that
    in a sentence.
    """
    if command.failure:
        return {"seconds": [], "said": f"vsat run of {file} by itself failed: {command.failure}"}
    if not command.seconds:
        return {}
    fastest, slowest = min(command.seconds), max(command.seconds)
    low, high = fastest / (1 + share), slowest * (1 + share)
    took = (
        f"{fastest:.1f} to {slowest:.1f} s in {len(command.seconds)} runs"
        if len(command.seconds) > 1
        else (f"{fastest:.1f} s in one run")
    )
    said = (
        f"vsat run of {file} by itself, from start to exit, which loads libraries and models: "
        "expect "
        f"{low:.1f} to {high:.1f} s (it took {took})"
    )
    return {"seconds": list(command.seconds), "low": low, "high": high, "said": said}


def _repeats(wholes: Sequence[Whole]) -> np.ndarray:
    """By which share calls of one combination in one process differ, one after the other."""
    return np.abs(
        [b / a - 1 for w in wholes for calls in w.calls for a, b in itertools.pairwise(calls)]
    )


def full_front(outcome: Outcome) -> dict[str, Any]:
    """After --full: the Pareto fronts of time and memory, composed and measured, chain by chain,
    and what sets them apart. The time measured is that of the faster process, since other load only
    adds to it. A combination on one front only is a tie where, as measured, the composed one of the
    two is no slower and no larger than the measured one, as far as two processes of the same one
    agree: there is nothing then for which to prefer the other.
    """
    wholes = [w for w in outcome.proof.wholes if w.name.startswith("full") and not w.failure]
    if not wholes:
        return {}
    chains = worth_a_profile(outcome.parts)[0].composed.chain[
        [int(w.name.split()[1].rstrip(":")) - 1 for w in wholes]
    ]
    near = _near(wholes)
    found: dict[str, Any] = {
        "combinations": len(wholes),
        "both": [],
        "ties": [],
        "apart": [],
        "near": near,
    }
    for chain in np.unique(chains):
        mine = [w for w, c in zip(wholes, chains, strict=True) if c == chain]
        composed = _front(mine, [w.composed_s for w in mine], [w.composed_mb for w in mine])
        measured = _front(mine, [_fastest(w) for w in mine], [w.measured_mb for w in mine])
        for one in dict.fromkeys(composed + measured):
            tie = any(_no_worse(c, m, near) for c in composed for m in measured if one in (c, m))
            kind = "both" if one in composed and one in measured else "ties" if tie else "apart"
            found[kind].append(one.name)
    return found


def _front(wholes: Sequence[Whole], seconds: Sequence[float], mb: Sequence[float]) -> list[Whole]:
    return [wholes[i] for i in pareto(np.array(seconds), np.array(mb))]


def _fastest(whole: Whole) -> float:
    """Seconds of the faster process."""
    return min(float(np.median(p)) for p in whole.calls)


def _near(wholes: Sequence[Whole]) -> float:
    """The share by which measured times must differ to differ at all: NEAR, or two standard
    deviations of a process, from how far the two of each combination are apart (their median, which
    a burst of other load does not move).
    """
    apart = [
        abs(np.log(np.median(w.calls[0]) / np.median(w.calls[1])))
        for w in wholes
        if len(w.calls) > 1
    ]
    if not apart:
        return NEAR
    return max(NEAR, math.expm1(2 * NORMAL * float(np.median(apart)) / math.sqrt(2)))


def _no_worse(composed: Whole, measured: Whole, near: float) -> bool:
    """Whether one is, as measured, no slower and no larger than another but by what tells
    nothing.
    """
    return _fastest(composed) < _fastest(measured) * (
        1 + near
    ) and composed.measured_mb < measured.measured_mb * (1 + NEAR)


def duels(outcome: Outcome, part: Part) -> dict[str, Any]:
    """Whole runs by turns: how much faster the recommended one was than each of the others."""
    measured = outcome.proof.duels.get(part.name, {})
    mine = measured.get("recommended")
    if mine is None or mine.failure:
        return {}
    found = {}
    for name, other in measured.items():
        if other is not mine and not other.failure:
            c = compare(other.seconds, mine.seconds)
            low = 1 / c.high if math.isfinite(c.high) else None
            found[name] = {
                "times_faster": 1 / c.ratio,
                "low": low,
                "high": 1 / c.low if c.low else None,
                "verdict": c.verdict,
                "pairs": c.n,
            }
    return found


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
