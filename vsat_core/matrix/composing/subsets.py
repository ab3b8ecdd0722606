"""All recordings of a matrix, and those of each environment: composed, scored, and what is best for
them.
"""

from collections.abc import Sequence

import attrs

from vsat_core.contract.graph import Graph
from vsat_core.errors import InputError
from vsat_core.matrix.composing.accuracy import MatrixReference, Scorer, error_of
from vsat_core.matrix.composing.compose import Composed, Composer, decode, encode
from vsat_core.matrix.composing.drawn import Drawn
from vsat_core.matrix.composing.exchanges import Exchange, Exchanger, Walks
from vsat_core.matrix.composing.recommend import errors_of, front_with_errors, recommend
from vsat_core.matrix.composing.trace import transcripts
from vsat_core.matrix.exploring.anchor import anchor_transcript
from vsat_core.matrix.exploring.costs import cost_of, weigh_libraries
from vsat_core.matrix.exploring.explore import Explored
from vsat_core.matrix.planning.plan import MatrixPlan, combination
from vsat_core.measure.compiling import compiling_s
from vsat_core.scoring.intervals import MIN_RECORDINGS


@attrs.frozen
class Subset:
    """Some of the recordings: all, or those of one environment. `front` and `best` are codes of
    combinations; `exchanges` are what `best` differs in from the profile started from, `tied` those
    that whole runs did not confirm. With `needed` that profile is no choice: it keeps to no limit,
    or makes more errors.
    """

    name: str
    files: tuple[int, ...]
    composer: Composer
    composed: Composed
    drawn: Drawn
    scorer: Scorer
    rates: list[dict[str, float]]
    anchor_rates: dict[str, float]
    front: tuple[int, ...]
    best: int | None = None
    reasons: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    tied: tuple[Exchange, ...] = ()
    needed: bool = False
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


def composer_of(
    ready: MatrixPlan, explored: Explored, of: Sequence[int], between_s: float = 0.0
) -> Composer:
    """What composes combinations on some of the recordings."""
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
    return Composer(ready.selection, recordings, costs, libraries, between_s=between_s)


def subset_of(
    ready: MatrixPlan,
    explored: Explored,
    references: Sequence[MatrixReference],
    name: str,
    of: tuple[int, ...],
    between_s: float = 0.0,
) -> Subset:
    """Compose and recommend for some of the recordings."""
    composer = composer_of(ready, explored, of, between_s)
    recordings = composer.recordings
    composed = composer.compose()
    if not len(composed.code):
        failures = (f"{s} {option}: {why}" for (s, option), why in explored.failures.items())
        raise InputError(f"no combination is left: {'; '.join(failures)}")
    scorer = Scorer(ready.store, [references[i] for i in of])
    rates = [scorer.total(chain) for chain in composed.chains]
    anchor = [d for r in recordings if (d := anchor_transcript(ready.anchor, r))]
    anchor_rates = scorer.total(anchor) if len(anchor) == len(of) else min(rates, key=error_of)
    front = tuple(composed.code[front_with_errors(composed, errors_of(rates))].tolist())
    drawn = Drawn(composer, explored.measured)
    subset = Subset(name, of, composer, composed, drawn, scorer, rates, anchor_rates, front)
    try:
        best, reasons = _best(ready, subset)
    except InputError as error:
        return attrs.evolve(subset, refused=str(error))
    return _exchanged(ready, attrs.evolve(subset, reasons=reasons), best)


def _free(stage: str, graph: Graph) -> bool:
    """Whether the methods of a stage give equal answers, or none that is scored."""
    return stage not in graph.scored or graph[stage].methods_agree


def _best(ready: MatrixPlan, subset: Subset) -> tuple[int, tuple[str, ...]]:
    """The best combination and the reasons. Raises InputError.

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
            c.between_s,
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
    return int(composed.code[row]), (*reasons, *more)


def _exchanged(ready: MatrixPlan, subset: Subset, best: int) -> Subset:
    """With the anchor changed by those variants of the best combination that are worth exchanging,
    and what each saves; with the best combination where the anchor is not measured.
    """
    selection, scorer = ready.selection, subset.scorer
    anchor = combination(ready.anchor, selection)
    if len(anchor) < len(selection.options):
        return attrs.evolve(subset, best=best, needed=True)

    def rates_of(walks: Walks) -> dict[str, float]:
        return scorer.total(transcripts(subset.composer, walks))

    def more_accurate(walks: Walks, others: Walks) -> bool:
        one, other = (transcripts(subset.composer, w) for w in (walks, others))
        return "better" in {c.verdict for c in scorer.compare(other, one).values()}

    exchanger = Exchanger(
        subset.drawn,
        rates_of,
        more_accurate,
        subset.anchor_rates,
        ready.request.constraints,
        subset.audio_s,
    )
    settled = exchanger.worthwhile(decode(selection, best), anchor)
    walks = [subset.drawn.walks(c) or [] for c in (settled, anchor)]
    return attrs.evolve(
        subset,
        best=encode(selection, settled),
        exchanges=tuple(exchanger.exchanges(settled, anchor)),
        needed=not exchanger.fits(anchor) or more_accurate(*walks),
    )
