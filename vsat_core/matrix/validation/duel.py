"""Whether the best combination beats the profile started from when both are run end to end."""

import attrs

from vsat_core.matrix.composing.compose import decode, encode
from vsat_core.matrix.composing.recommend import SAME_MB
from vsat_core.matrix.composing.subsets import Subset
from vsat_core.matrix.composing.trace import Combination
from vsat_core.matrix.planning.plan import BASELINE, MatrixPlan, combination
from vsat_core.matrix.validation.runs import Validator
from vsat_core.measure.measured import Measured
from vsat_core.measure.statistics import compare

RECOMMENDED, CANDIDATE = "recommended", "candidate"  # names of runs
PAIRS = 4  # fresh processes of the two, alternating
Duel = dict[str, tuple[Combination, Measured]]


def duel(validator: Validator, ready: MatrixPlan, subset: Subset) -> tuple[Subset, Duel]:
    """On the first recording of a subset, the best combination and the profile started from,
    alternating, and the plain baseline, which is slower by far, in one process of its own.

    Where that does not show the best combination to be better, the subset comes back with the
    profile started from, and the run of the other is named "candidate".
    """
    rivals, recording = named(ready, subset), subset.composer.recordings[0]
    plain = {}
    if ready.anchor.name != BASELINE and BASELINE in rivals:
        plain = {BASELINE: rivals.pop(BASELINE)}
    limits = attrs.evolve(ready.request.limits, rounds=1, budget_s=0.0, starts=2)
    processes = max(PAIRS, limits.processes) if len(rivals) > 1 else limits.processes
    measured: dict[str, Measured] = {}
    for some, n in ((rivals, processes), (plain, 1)):
        if some:
            measured |= validator.against(some, recording, attrs.evolve(limits, processes=n))
    runs = {n: (c, measured[n]) for n, c in (rivals | plain).items()}
    own, best = runs.get(ready.anchor.name), runs.get(RECOMMENDED)
    if own is None or best is None or subset.needed or better(own[1], best[1]):
        return subset, runs
    runs[CANDIDATE], runs[RECOMMENDED] = best, runs.pop(ready.anchor.name)
    code = encode(ready.selection, combination(ready.anchor, ready.selection))
    return attrs.evolve(subset, best=code, exchanges=(), tied=subset.exchanges), runs


def better(own: Measured, best: Measured) -> bool:
    """Whether the second was faster or, by more than SAME_MB, smaller. One that failed is worse
    than any other.
    """
    if own.failure or best.failure:
        return bool(own.failure) and not best.failure
    smaller = own.memory["peak"] - best.memory["peak"] > SAME_MB * 1e6
    return smaller or compare(own.seconds, best.seconds).verdict == "faster"


def named(ready: MatrixPlan, subset: Subset) -> dict[str, Combination]:
    """The profile started from and the plain baseline, where they are in the matrix, and what is
    recommended (once).
    """
    profiles = ((ready.anchor.name, ready.anchor), (BASELINE, ready.baseline))
    found: dict[str, Combination] = {
        name: combination(profile, ready.selection) for name, profile in profiles if profile
    }
    found = {n: c for n, c in found.items() if len(c) == len(ready.selection.options)}
    if subset.best is None:
        return found
    best = decode(ready.selection, subset.best)
    return {n: c for n, c in found.items() if c != best} | {RECOMMENDED: best}
