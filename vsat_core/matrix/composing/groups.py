"""All recordings of a matrix, and those of each environment: composed, scored, and what is best for
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from vsat_core.contract.graph import Graph
from vsat_core.errors import InputError
from vsat_core.matrix.composing.accuracy import Reference, Scorer, error_of
from vsat_core.matrix.composing.compose import Composed, Composer, encode
from vsat_core.matrix.composing.recommend import (
    SAME_MB,
    SAME_TIME,
    allowed_chains,
    errors_of,
    recommend,
    whole_front,
)
from vsat_core.matrix.composing.trace import figures
from vsat_core.matrix.exploring.costs import parts_of, weigh_libraries
from vsat_core.matrix.exploring.explore import Explored, anchor_transcript
from vsat_core.matrix.planning.plan import Plan, combination
from vsat_core.scoring.intervals import MIN_RECORDINGS


@attrs.frozen
class Part:
    """One group of recordings: all, or those of one environment. `front` and `best` are codes of
    combinations.
    """

    name: str
    files: tuple[int, ...]
    composer: Composer
    composed: Composed
    rates: list[dict[str, float]]
    anchor_rates: dict[str, float]
    front: tuple[int, ...]
    best: int | None = None
    reasons: tuple[str, ...] = ()
    refused: str = ""

    @property
    def audio_s(self) -> float:
        """Seconds of all recordings together."""
        return sum(c.audio_s for c in self.composer.charts)


def groups(kinds: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """All recordings, and each environment where there are several."""
    groups = {"all": tuple(range(len(kinds)))}
    if len(set(kinds)) > 1:
        groups |= {
            kind: tuple(i for i, k in enumerate(kinds) if k == kind)
            for kind in dict.fromkeys(kinds)
        }
    return groups


def worth_a_profile(parts: Sequence[Part]) -> Sequence[Part]:
    """Each environment that something is recommended for, where there are several; else all
    together.
    """
    return [p for p in parts[1:] if p.best is not None] or parts[:1]


def part_of(
    ready: Plan, explored: Explored, references: Sequence[Reference], name: str, of: tuple[int, ...]
) -> Part:
    """Compose and recommend for some of the recordings."""
    charts = [explored.charts[i] for i in of]
    good = {k: m for k, m in explored.costs.items() if not m.failure}
    libraries = weigh_libraries(ready.store, ready.request.limits, list(good.values()))
    parts = {key: parts_of(m, libraries) for key, m in good.items()}
    composer = Composer(ready.selection, charts, parts, libraries)
    composed = composer.compose()
    if not len(composed.code):
        raise InputError(
            "no combination is left: "
            + "; ".join(
                f"{stage} {option}: {why}" for (stage, option), why in explored.failures.items()
            )
        )
    scorer = Scorer(ready.store, [references[i] for i in of])
    everything = range(len(of))
    rates = [scorer.total(chain, everything) for chain in composed.chains]
    anchored = tuple(d for c in charts if (d := anchor_transcript(ready.anchor, c)))
    anchor = (
        scorer.total(anchored, everything) if len(anchored) == len(of) else min(rates, key=error_of)
    )
    front = composed.code[whole_front(composed, errors_of(rates))].tolist()
    part = Part(name, of, composer, composed, rates, anchor, tuple(front))
    try:
        return attrs.evolve(part, **_best(ready, part, scorer))
    except InputError as error:
        return attrs.evolve(part, refused=str(error))


def _free(stage: str, graph: Graph) -> bool:
    """Whether the methods of a stage give equal answers, or none that is scored."""
    return stage not in graph.scored or graph[stage].methods_agree


def _best(ready: Plan, part: Part, scorer: Scorer) -> dict[str, Any]:
    """The recommended combination and the reasons. Raises InputError.

    Fewer than MIN_RECORDINGS recordings cannot tell that a method is as good on others as on these,
    so that methods which no profile uses are left out then, unless they are asked for.
    """
    composed, rates, reasons = part.composed, part.rates, []
    c = part.composer
    if len(part.files) < MIN_RECORDINGS and not ready.request.any_method:
        trusted = Composer(
            c.selection,
            c.charts,
            c.parts,
            c.libraries,
            lambda o: _free(o.stage, c.selection.graph) or (o.stage, o.method) in ready.known,
        )
        composed = trusted.compose(most=0)
        rates = [scorer.total(chain, range(len(part.files))) for chain in composed.chains]
        reasons = [
            f"fewer than {MIN_RECORDINGS} recordings: of methods only those that some profile uses "
            "are "
            "recommended, since others may fail elsewhere (--any-method takes all)"
        ]
    if not rates:
        raise InputError(
            "no combination of methods that a profile uses is left; --any-method takes all"
        )
    row, more = recommend(composed, rates, part.anchor_rates, ready.request.gate, part.audio_s)
    best = {"best": int(composed.code[row]), "reasons": (*reasons, *more)}
    kept = _anchor_instead(ready, part, float(composed.seconds[row]), int(composed.peak[row]))
    if kept is None or kept == best["best"]:
        return best
    reasons += [
        *more,
        f"{ready.anchor.name} stays: the best found differs by less than 1 % of time and "
        f"{SAME_MB} MB",
    ]
    return {"best": kept, "reasons": tuple(reasons)}


def _anchor_instead(ready: Plan, part: Part, seconds: float, peak: int) -> int | None:
    """The code of the anchor where it keeps to the limits and the best found is no better than
    measuring can tell.
    """
    options, gate = combination(ready.anchor, ready.selection), ready.request.gate
    mine = figures(part.composer, options) if len(options) == len(ready.selection.options) else None
    if mine is None or not allowed_chains([part.anchor_rates], part.anchor_rates, gate)[0]:
        return None
    limits = gate.max_memory_mb or np.inf, gate.realtime * part.audio_s or np.inf
    if mine[1] > limits[0] or mine[0] > limits[1]:
        return None
    near = mine[0] <= seconds * SAME_TIME and mine[1] <= peak + SAME_MB
    return encode(ready.selection, options) if near else None
