"""All recordings of a matrix, and those of each environment: composed, scored, and what is best for
them.
"""

from collections.abc import Sequence

import attrs
import numpy as np

from vsat_core.contract.graph import Graph
from vsat_core.errors import InputError
from vsat_core.matrix.composing.accuracy import MatrixReference, Scorer, error_of
from vsat_core.matrix.composing.compose import Composed, Composer, encode
from vsat_core.matrix.composing.recommend import (
    SAME_MB,
    SAME_TIME,
    allowed_chains,
    errors_of,
    front_with_errors,
    recommend,
    with_start,
)
from vsat_core.matrix.composing.trace import figures, start_of, trace_all
from vsat_core.matrix.exploring.costs import cost_of, weigh_libraries
from vsat_core.matrix.exploring.explore import Explored, anchor_transcript
from vsat_core.matrix.planning.plan import MatrixPlan, combination
from vsat_core.measure.compiling import compiling_s
from vsat_core.scoring.intervals import MIN_RECORDINGS


@attrs.frozen
class Subset:
    """Some of the recordings: all, or those of one environment. `front` and `best` are codes of
    combinations.
    """

    name: str
    files: tuple[int, ...]
    composer: Composer
    composed: Composed
    scorer: Scorer
    rates: list[dict[str, float]]
    anchor_rates: dict[str, float]
    front: tuple[int, ...]
    best: int | None = None
    reasons: tuple[str, ...] = ()
    refused: str = ""

    @property
    def audio_s(self) -> float:
        """Seconds of all recordings together."""
        return sum(r.audio_s for r in self.composer.recordings)


def subsets(environments: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """All recordings, and each environment where there are several."""
    everything = {"all": tuple(range(len(environments)))}
    kinds = list(dict.fromkeys(environments))
    return everything | {
        kind: tuple(i for i, k in enumerate(environments) if k == kind)
        for kind in (kinds if len(kinds) > 1 else ())
    }


def worth_a_profile(subsets: Sequence[Subset]) -> Sequence[Subset]:
    """Each environment that something is recommended for, where there are several; else all
    together.
    """
    return [s for s in subsets[1:] if s.best is not None] or subsets[:1]


def subset_of(
    ready: MatrixPlan,
    explored: Explored,
    references: Sequence[MatrixReference],
    name: str,
    of: tuple[int, ...],
) -> Subset:
    """Compose and recommend for some of the recordings."""
    recordings = [explored.recordings[i] for i in of]
    good = {k: m for k, m in explored.measured.items() if not m.failure}
    libraries = weigh_libraries(ready.store, ready.request.limits, good.values())
    variants = {
        edge.cost: f"{stage} {option}"
        for recording in recordings
        for stage, inputs in recording.edges.items()
        for edges in inputs.values()
        for option, edge in edges.items()
    }
    costs = {
        key: cost_of(m, libraries, compiling_s(variants.get(key, ""), m.compile_s))
        for key, m in good.items()
    }
    composer = Composer(ready.selection, recordings, costs, libraries)
    composed = composer.compose()
    if not len(composed.code):
        failures = (f"{s} {option}: {why}" for (s, option), why in explored.failures.items())
        raise InputError(f"no combination is left: {'; '.join(failures)}")
    scorer = Scorer(ready.store, [references[i] for i in of])
    rates = [scorer.total(chain) for chain in composed.chains]
    anchor = [d for r in recordings if (d := anchor_transcript(ready.anchor, r))]
    anchor_rates = scorer.total(anchor) if len(anchor) == len(of) else min(rates, key=error_of)
    front = tuple(composed.code[front_with_errors(composed, errors_of(rates))].tolist())
    subset = Subset(name, of, composer, composed, scorer, rates, anchor_rates, front)
    try:
        best, reasons = _best(ready, subset)
    except InputError as error:
        return attrs.evolve(subset, refused=str(error))
    return attrs.evolve(subset, best=best, reasons=reasons)


def _free(stage: str, graph: Graph) -> bool:
    """Whether the methods of a stage give equal answers, or none that is scored."""
    return stage not in graph.scored or graph[stage].methods_agree


def _best(ready: MatrixPlan, subset: Subset) -> tuple[int, tuple[str, ...]]:
    """The recommended combination and the reasons. Raises InputError.

    Fewer than MIN_RECORDINGS recordings cannot tell that a method is as good on others as on these,
    so that methods which no profile uses are left out then, unless they are asked for.
    """
    composed, rates, reasons = subset.composed, subset.rates, []
    c = subset.composer
    if len(subset.files) < MIN_RECORDINGS and not ready.request.any_method:
        trusted = Composer(
            c.selection,
            c.recordings,
            c.costs,
            c.libraries,
            lambda o: _free(o.stage, c.selection.graph) or (o.stage, o.method) in ready.scope.used,
        )
        composed = trusted.compose(most=0)
        rates = [subset.scorer.total(chain) for chain in composed.chains]
        reasons = [
            f"fewer than {MIN_RECORDINGS} recordings: of methods only those that some profile uses "
            "are recommended, since others may fail elsewhere (--any-method takes all)"
        ]
    if not rates:
        raise InputError(
            "no combination of methods that a profile uses is left; --any-method takes all"
        )
    constraints = ready.request.constraints
    row, more = recommend(composed, rates, subset.anchor_rates, constraints, subset.audio_s)
    best, reasons = int(composed.code[row]), [*reasons, *more]
    figures_of = (composed.seconds[row], composed.peak[row], composed.start[row])
    kept = _anchor_instead(ready, subset, *map(float, figures_of))
    if kept is not None and kept != best:
        best = kept
        reasons.append(
            f"{ready.anchor.name} stays: the best combination differs by less than 1 % of time and "
            f"{SAME_MB} MB"
        )
    return best, tuple(reasons)


def _anchor_instead(
    ready: MatrixPlan, subset: Subset, seconds: float, peak: float, start: float = 0.0
) -> int | None:
    """The code of the anchor where it keeps to the limits and the best combination is no better
    than measuring can tell.
    """
    options, constraints = combination(ready.anchor, ready.selection), ready.request.constraints
    complete = len(options) == len(ready.selection.options)
    walks = trace_all(subset.composer, options) if complete else None
    rates = subset.anchor_rates
    if walks is None or not allowed_chains([rates], rates, constraints)[0]:
        return None
    anchor_seconds, anchor_peak = figures(subset.composer, walks)
    if anchor_peak > (constraints.max_memory_mb or np.inf):
        return None
    if anchor_seconds > (constraints.realtime * subset.audio_s or np.inf):
        return None
    times = np.array([anchor_seconds, seconds])
    starts = np.array([start_of(subset.composer, walks), start])
    own, best = with_start(times, starts, subset.audio_s, constraints)
    near = own <= best * SAME_TIME and anchor_peak <= peak + SAME_MB
    return encode(ready.selection, options) if near else None
