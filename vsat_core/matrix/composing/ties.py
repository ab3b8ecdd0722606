"""Which variants could take a place in the recommended combination without a difference that
measuring can tell.
"""

from __future__ import annotations

from vsat_core.artifacts import Transcript
from vsat_core.matrix.composing.compose import decode
from vsat_core.matrix.composing.groups import Part
from vsat_core.matrix.composing.recommend import SAME_MB, SAME_TIME
from vsat_core.matrix.composing.trace import Combination, figures, trace


def ties(part: Part) -> dict[str, list[str]]:
    """By stage the names of variants that leave every transcript, the time within 1 % and the
    memory within 10 MB.
    """
    if part.best is None:
        return {}
    selection = part.composer.selection
    best = decode(selection, part.best)
    mine, said = figures(part.composer, best), _transcripts(part, best)
    found: dict[str, list[str]] = {}
    for stage, options in selection.options.items():
        for option in options:
            other = {**best, stage: option}
            theirs = figures(part.composer, other) if option is not best[stage] else None
            if mine is None or theirs is None or _transcripts(part, other) != said:
                continue
            if (
                max(mine[0], theirs[0]) <= SAME_TIME * min(mine[0], theirs[0])
                and abs(mine[1] - theirs[1]) <= SAME_MB
            ):
                found.setdefault(stage, []).append(option.name)
    return found


def _transcripts(part: Part, combination: Combination) -> list[str]:
    walks = [trace(part.composer, combination, i) or [] for i in range(len(part.composer.charts))]
    scored = part.composer.selection.graph.giving(Transcript)
    return [s.gives for walk in walks for s in walk if s.stage == scored]
