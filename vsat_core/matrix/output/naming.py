"""What the profile of a subset is called."""

from vsat_core.matrix.composing.subsets import Subset, worth_a_profile
from vsat_core.matrix.session import MatrixOutcome
from vsat_core.matrix.sharing import short_name


def name_of(outcome: MatrixOutcome, subset: Subset) -> str:
    """The name of the profile that is written for a subset where another than the one started from
    is better: that asked for, with the kind of recording where there are several kinds, and the
    machine where several have measured. Empty for all recordings where each kind has a profile of
    its own.
    """
    if not any(s is subset for s in worth_a_profile(outcome.subsets)):
        return ""
    kinds = {outcome.environments[i] for i in subset.files}
    kind = kinds.pop() if len(kinds) == 1 else "all"
    asked = outcome.plan.request.name
    if not asked:
        name = f"recommended-{kind}"
    else:
        name = f"{asked}-{kind}" if len(outcome.subsets) > 1 else asked
    several = len(outcome.machines) > 1
    return f"{name}-{short_name(outcome.plan.machine['key'])}" if several else name
