"""The results of end-to-end runs: how far composed figures were off, which combination is faster,
whether the fronts agree.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from vsat_core.matrix.composing.recommend import pareto
from vsat_core.matrix.composing.subsets import Subset, worth_a_profile
from vsat_core.matrix.exploring.store import CommandCell
from vsat_core.matrix.session import MatrixOutcome
from vsat_core.matrix.validation.end_to_end import Validation
from vsat_core.matrix.validation.runs import EndToEndRun
from vsat_core.measure.statistics import compare

FEW, MANY = 5, 10  # end-to-end runs
NORMAL = 1.4826  # standard deviations in the median of absolute differences
# measured figures within this share of each other do not differ, nor within what two processes
# differ
NEAR = 0.05


def run_row(run: EndToEndRun) -> dict[str, Any]:
    """One end-to-end run as plain values."""
    errors = {n: finite(getattr(run, n)) for n in ("time_error", "memory_error", "drift")}
    return attrs.asdict(run) | errors


def composition(validation: Validation) -> dict[str, Any]:
    """How far composed figures were from measured ones, over the random combinations, or all where
    those are few; where some were interleaved with their stages, over these, and how far the
    machine had drifted until then. `repeat` is by how much calls of one and the same combination
    differ, one after the other: smaller errors cannot be measured.
    """
    good = [r for r in validation.runs if not r.failure]
    interleaved = [r for r in good if r.stages_s]
    random = [r for r in interleaved or good if r.name.startswith(("random", "full"))]
    drawn = random if len(random) >= FEW else interleaved or good
    if not drawn:
        return {}
    time, memory, drift = (
        np.abs([getattr(r, n) for r in drawn]) for n in ("time_error", "memory_error", "drift")
    )
    return {
        "interleaved": bool(interleaved),
        **_quantiles("drift", drift if interleaved else []),
        **_quantiles("repeat", _repeats(drawn)),
        "n": len(drawn),
        **_quantiles("time", time),
        "memory_median": float(np.median(memory)),
        "memory_max": float(memory.max()),
        "same_answers": sum(r.same_answer for r in drawn),
        "failed": len(validation.runs) - len(good),
    }


def _quantiles(name: str, values: Sequence[float] | np.ndarray) -> dict[str, float | None]:
    """The median and the 90th percentile; None without values."""
    median, p90 = np.percentile(values, [50, 90]).tolist() if len(values) else (None, None)
    return {f"{name}_median": median, f"{name}_p90": p90}


def expected(validation: Validation, subset: Subset, seconds: float) -> dict[str, Any] | None:
    """Between which times a run of these composed seconds is to be expected on this machine: as far
    off as end-to-end runs were from what had been composed for them, the drift of the machine
    included; of MANY, nine of ten. Where calls of the same combination differ by more (nine of ten
    of them by less), as far as these. None without end-to-end runs. `command` is what `vsat run` of
    the first recording took by itself, and is to be expected to take within that share.
    """
    good = [r for r in validation.runs if not r.failure]
    off = [abs(r.composed_s / r.measured_s - 1) for r in good if r.measured_s]
    if not off:
        return None
    n = len(off)
    share = float(np.percentile(off, 90 if n >= MANY else 100))
    which = f"all {n} end-to-end runs here were" if n > 1 else "the one end-to-end run here was"
    if n >= MANY:
        which = f"nine of ten of {n} end-to-end runs here were"
    why = f"{which} within {100 * share:.0f} % of what was composed"
    repeats = _repeats(good)
    if len(repeats) and (repeat := float(np.percentile(repeats, 90))) > share:
        share = repeat
        why += (
            f", but calls of one and the same differed by up to {100 * share:.0f} % (nine of ten)"
        )
    command = validation.commands.get(subset.name, CommandCell())
    return {
        "off": share,
        "low": seconds / (1 + share),
        "high": seconds * (1 + share),
        "why": why,
        "command": _command(command, share, subset.composer.recordings[0].path.name),
    }


def _command(command: CommandCell, share: float, file: str) -> dict[str, Any]:
    """The times it took, between which another is to be expected (this share beyond them), and that
    in a sentence.
    """
    run = f"vsat run of {file} by itself"
    if command.failure:
        return {"seconds": [], "text": f"{run} failed: {command.failure}"}
    if not command.seconds:
        return {}
    n, fastest, slowest = len(command.seconds), min(command.seconds), max(command.seconds)
    low, high = fastest / (1 + share), slowest * (1 + share)
    took = (
        f"{fastest:.1f} to {slowest:.1f} s in {n} runs" if n > 1 else f"{fastest:.1f} s in one run"
    )
    text = (
        f"{run}, from start to exit, which loads libraries and models: expect {low:.1f} to "
        f"{high:.1f} s (it took {took})"
    )
    return {"seconds": list(command.seconds), "low": low, "high": high, "text": text}


def _repeats(runs: Sequence[EndToEndRun]) -> np.ndarray:
    """By which share calls of one combination in one process differ, one after the other."""
    return np.abs(
        [b / a - 1 for r in runs for calls in r.calls for a, b in itertools.pairwise(calls)]
    )


def full_front(outcome: MatrixOutcome) -> dict[str, Any]:
    """After --full: the Pareto fronts of time and memory, composed and measured, chain by chain,
    and what sets them apart. The time measured is that of the faster process, since other load only
    adds to it. A combination on one front only is a tie where, as measured, the composed one of the
    two is no slower and no larger than the measured one, as far as two processes of the same one
    agree: there is nothing then for which to prefer the other.
    """
    runs = [r for r in outcome.validation.runs if r.name.startswith("full") and not r.failure]
    if not runs:
        return {}
    numbers = [int(r.name.split()[1].rstrip(":")) - 1 for r in runs]
    chains = worth_a_profile(outcome.subsets)[0].composed.chain[numbers]
    near = _near(runs)
    names: dict[str, list[str]] = {"both": [], "ties": [], "apart": []}
    for chain in np.unique(chains):
        of_chain = [r for r, c in zip(runs, chains, strict=True) if c == chain]
        composed = _front(of_chain, [(r.composed_s, r.composed_mb) for r in of_chain])
        measured = _front(of_chain, [(_fastest(r), r.measured_mb) for r in of_chain])
        for one in dict.fromkeys(composed + measured):
            tie = any(_no_worse(c, m, near) for c in composed for m in measured if one in (c, m))
            kind = "both" if one in composed and one in measured else "ties" if tie else "apart"
            names[kind].append(one.name)
    return {"combinations": len(runs), **names, "near": near}


def _front(
    runs: Sequence[EndToEndRun], figures: Sequence[tuple[float, float]]
) -> list[EndToEndRun]:
    return [runs[i] for i in pareto(*np.array(figures).T)]


def _fastest(run: EndToEndRun) -> float:
    """Seconds of the faster process."""
    return min(float(np.median(p)) for p in run.calls)


def _near(runs: Sequence[EndToEndRun]) -> float:
    """The share by which measured times must differ to differ at all: NEAR, or two standard
    deviations of a process, from how far the two of each combination are apart (their median, which
    a burst of other load does not move).
    """
    pairs = [np.log([np.median(p) for p in r.calls]) for r in runs if len(r.calls) > 1]
    if not pairs:
        return NEAR
    apart = float(np.median([abs(pair[0] - pair[1]) for pair in pairs]))
    return max(NEAR, math.expm1(2 * NORMAL * apart / math.sqrt(2)))


def _no_worse(composed: EndToEndRun, measured: EndToEndRun, near: float) -> bool:
    """Whether one is, as measured, no slower and no larger than another but by what does not count
    as a difference.
    """
    no_slower = _fastest(composed) < _fastest(measured) * (1 + near)
    return no_slower and composed.measured_mb < measured.measured_mb * (1 + NEAR)


def duels(validation: Validation, subset: Subset) -> dict[str, Any]:
    """Alternating end-to-end runs: how much faster the recommended one was than each of the
    others.
    """
    measured = validation.duels.get(subset.name, {})
    recommended = measured.get("recommended")
    if recommended is None or recommended.failure:
        return {}
    rows = {}
    for name, other in measured.items():
        if other is not recommended and not other.failure:
            c = compare(other.seconds, recommended.seconds)
            rows[name] = {
                "times_faster": 1 / c.ratio,
                "low": 1 / c.high if math.isfinite(c.high) else None,
                "high": 1 / c.low if c.low else None,
                "verdict": c.verdict,
                "pairs": c.n,
            }
    return rows


def finite(value: float) -> float | None:
    """None for infinity and nan."""
    return float(value) if math.isfinite(value) else None
