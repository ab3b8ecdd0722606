"""Which combination to use: accurate enough, within the user's limits, and on the Pareto front of
time and memory.
"""

import itertools
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from vsat_core.errors import InputError
from vsat_core.matrix.composing.accuracy import RATES, error_of
from vsat_core.matrix.composing.compose import Composed

SAME_TIME, SAME_MB = 1.01, 10  # differences below these mean nothing


@attrs.frozen
class Constraints:
    """What a recommended combination must keep to. Rates are fractions, 0 sets no limit.

    Without limits on accuracy a combination may make at most `loss` more errors than the anchor
    profile. A process is taken to work on `process_audio` minutes of audio before it ends: that
    share of its start counts.
    """

    max_memory_mb: float = 0.0
    max_wer: float = 0.0
    max_der: float = 0.0
    realtime: float = 0.0
    loss: float = 0.01
    process_audio: float = 60.0


def allowed_chains(
    rates: Sequence[Mapping[str, float]], anchor: Mapping[str, float], constraints: Constraints
) -> np.ndarray:
    """Which chains are accurate enough, bool (n,)."""
    asked = {"WER": constraints.max_wer, "DER": constraints.max_der}
    limits = {name: limit for name, limit in asked.items() if limit} or {
        name: anchor[name] + constraints.loss + 1e-12 for name in RATES if name in anchor
    }
    fits = [all(r.get(name, np.inf) <= limit for name, limit in limits.items()) for r in rates]
    return np.array(fits, bool)


def with_start(
    seconds: np.ndarray, start: np.ndarray, audio_s: float, constraints: Constraints
) -> np.ndarray:
    """Seconds for this audio with its share of a process's start."""
    return seconds + start * (audio_s / (60 * constraints.process_audio))


def recommend(
    composed: Composed,
    rates: Sequence[Mapping[str, float]],
    anchor: Mapping[str, float],
    constraints: Constraints,
    audio_s: float,
) -> tuple[int, list[str]]:
    """The row of the combination to use, and the effect of the limits in lines.

    Raises InputError that names the limit nothing keeps to, and what would.
    """
    errors = errors_of(rates)
    good = allowed_chains(rates, anchor, constraints)
    fits = good[composed.chain]
    n, points = (
        int(good.sum()),
        f"{100 * constraints.loss:g} point{'s' * (constraints.loss != 0.01)}",
    )
    allowed = f"at most {points} more errors than the profile given"
    if constraints.max_wer or constraints.max_der:
        allowed = "errors as few as asked for"
    reasons = [f"{n} of {len(good)} different transcripts {'has' if n == 1 else 'have'} {allowed}"]
    if not fits.any():
        best_rates = rates[int(np.nanargmin(errors))].items()
        best_has = ", ".join(f"{name} {100 * value:.1f} %" for name, value in best_rates)
        raise InputError(f"nothing is as accurate as asked for; the best has {best_has}")
    for name, values, limit, unit in (
        ("--max-memory", composed.peak, constraints.max_memory_mb, "MB"),
        ("--realtime", composed.seconds / audio_s, constraints.realtime, "times the duration"),
    ):
        if limit:
            least = float(values[fits].min())
            fits = fits & (values <= limit)
            if not fits.any():
                raise InputError(
                    f"{name}: nothing that is accurate enough keeps to it; the least is "
                    f"{least:.3g} {unit}"
                )
            reasons.append(f"{int(fits.sum())} combinations keep to {name} {limit:g}")
    inside = np.flatnonzero(fits)
    seconds = with_start(composed.seconds, composed.start, audio_s, constraints)
    front = inside[pareto(seconds[inside], composed.peak[inside])]
    minutes = f"{constraints.process_audio:g} minutes"
    reasons.append(f"starting counts: a process is taken to work on {minutes} of audio")
    return int(front[knee(seconds[front], composed.peak[front])]), reasons


def errors_of(rates: Sequence[Mapping[str, float]]) -> np.ndarray:
    """The one number that represents the rates of each chain, float64 (n,)."""
    return np.array([error_of(r) for r in rates])


def pareto(seconds: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """Indices of the rows that no other beats in one and equals or beats in the other, fastest
    first.
    """
    order = np.lexsort((peak, seconds))
    lowest = np.minimum.accumulate(peak[order])
    keep = np.r_[True, lowest[1:] < lowest[:-1]] if len(order) else np.zeros(0, bool)
    return np.asarray(order[keep])


def knee(seconds: np.ndarray, peak: np.ndarray) -> int:
    """Where time and memory together cost least, twice as much of one counting like twice as much
    of the other.
    """
    return int(np.argmin(np.log(np.maximum(seconds, 1e-9)) + np.log(np.maximum(peak, 1))))


def front_with_errors(composed: Composed, errors: np.ndarray) -> np.ndarray:
    """Rows on the Pareto front over time, memory and error, fastest first.

    Times within 1 % and memory within 10 MB count as equal, so that the front does not consist of
    near copies. From the most accurate chain on, a row is on the front unless one of a chain at
    least as accurate beats it.
    """
    seconds = np.round(np.log(np.maximum(composed.seconds, 1e-9)) / np.log(SAME_TIME))
    peak = composed.peak // SAME_MB
    of_row = errors[composed.chain]
    order = np.lexsort((composed.seconds, of_row))
    starts = (
        np.flatnonzero(np.r_[True, np.diff(of_row[order]) > 0, True])
        if len(order)
        else np.zeros(1, int)
    )
    kept = np.zeros(0, np.int64)
    for a, b in itertools.pairwise(starts):
        both = np.concatenate([kept, order[a:b]])
        alive = both[pareto(seconds[both], peak[both])]
        kept = np.concatenate([kept, np.setdiff1d(alive, kept)])
    return kept[np.argsort(composed.seconds[kept], kind="stable")]
