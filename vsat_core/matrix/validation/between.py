"""What a run takes besides its stages: it hands artifacts on, gives memory back, and finds the
processor's caches full of what other stages left.
"""

import attrs
import numpy as np

from vsat_core.matrix.composing.compose import Composer
from vsat_core.matrix.planning.plan import MatrixPlan, combination
from vsat_core.matrix.validation.runs import Validator

# of the rounds and seconds of a stage: one call of a run differs from the next by more than what
# is to be found
MORE = 4
LONGER = 6.0


def between_stages(ready: MatrixPlan, composer: Composer) -> float:
    """Seconds by which a run of the profile started from takes longer than its stages by
    themselves, interleaved with it on the first recording; 0 where it cannot be run.
    """
    anchor = combination(ready.anchor, ready.selection)
    if len(anchor) < len(ready.selection.options):
        return 0.0
    limits = ready.request.limits
    limits = attrs.evolve(
        limits,
        processes=1,
        rounds=MORE * limits.rounds,
        budget_s=LONGER * limits.budget_s,
        starts=2,
        far=0.0,
    )
    run, stages = Validator(ready, limits).interleaved(anchor, composer, limits)
    apart = [whole - parts for whole, parts in zip(run.calls, stages, strict=False)]
    return max(0.0, float(np.median(apart))) if apart else 0.0
