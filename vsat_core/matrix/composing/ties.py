"""Which variants could take a place in the recommended combination without a difference that
measuring can tell.
"""

from vsat_core.matrix.composing.compose import decode
from vsat_core.matrix.composing.recommend import SAME_MB, SAME_TIME
from vsat_core.matrix.composing.subsets import Subset
from vsat_core.matrix.composing.trace import figures, trace_all, transcripts


def ties(subset: Subset) -> dict[str, list[str]]:
    """By stage the names of variants that leave every transcript, the time within 1 % and the
    memory within 10 MB.
    """
    if subset.best is None:
        return {}
    composer = subset.composer
    best = decode(composer.selection, subset.best)
    if (best_walks := trace_all(composer, best)) is None:
        return {}
    seconds, peak = figures(composer, best_walks)
    same: dict[str, list[str]] = {}
    for stage, options in composer.selection.options.items():
        for option in options:
            walks = trace_all(composer, {**best, stage: option})
            if option is best[stage] or walks is None:
                continue
            if transcripts(composer, walks) != transcripts(composer, best_walks):
                continue
            other_seconds, other_peak = figures(composer, walks)
            low, high = sorted((seconds, other_seconds))
            if high <= SAME_TIME * low and abs(peak - other_peak) <= SAME_MB:
                same.setdefault(stage, []).append(option.name)
    return same
