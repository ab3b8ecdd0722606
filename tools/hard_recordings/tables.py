"""Tables of scores by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.hard_recordings.recipe import Recipe, read_split
from tools.hard_recordings.scores import (
    CONFUSION,
    CPWER,
    DER,
    EXACT,
    FALSE_ALARM,
    MISSED,
    WER,
    WITHIN_ONE,
    Score,
    difference,
    estimate,
    groups,
)

HEAD = (
    "| kind | system | files | DER | missed | false alarm | confusion | exact | within one |\n"
    "|---|---|--:|--:|--:|--:|--:|--:|--:|"
)


def kinds_of(recipe: Recipe) -> tuple[str, ...]:
    """What a conversation counts under."""
    if recipe.kind == "noise" and recipe.noise:
        return ("noise", f"noise {recipe.noise.snr_db:g} dB", f"noise of {recipe.noise.kind}")
    if recipe.kind == "codec":
        return ("codec", f"codec {recipe.codec}")
    return (recipe.kind,)


def all_kinds() -> dict[str, tuple[str, ...]]:
    """Of every conversation of the split."""
    return {recipe.id: kinds_of(recipe) for recipe in read_split().conversations}


def table(systems: Mapping[str, Mapping[str, Score]], fine: bool) -> str:
    """All systems by kind, on the recordings that all of them have; `fine`: by noise and codec."""
    lines = [HEAD]
    for kind, names in shown_kinds(systems, fine).items():
        lines += [
            _row(kind, system, [scores[n] for n in names]) for system, scores in systems.items()
        ]
    return "\n".join(lines)


def shown_kinds(
    systems: Mapping[str, Mapping[str, Score]], fine: bool = False
) -> dict[str, list[str]]:
    """The recordings of each kind that all systems have; `fine`: also of each noise and codec."""
    kinds = groups(_common(systems), all_kinds())
    finer = {kind for kind in kinds if " of " in kind or kind.startswith("codec ")}
    return {kind: names for kind, names in kinds.items() if fine or kind not in finer}


def _row(kind: str, system: str, scores: Sequence[Score]) -> str:
    parts = [f"{100 * estimate(scores, p).value:.1f}" for p in (MISSED, FALSE_ALARM, CONFUSION)]
    counts = [f"{sum(p(s)[0] for s in scores):g}/{len(scores)}" for p in (EXACT, WITHIN_ONE)]
    cells = [kind, system, str(len(scores)), str(estimate(scores, DER)), *parts, *counts]
    return f"| {' | '.join(cells)} |"


def against(systems: Mapping[str, Mapping[str, Score]]) -> str:
    """Each further system less the first: DER and exact counts in points, by kind."""
    ids, (first, *others) = _common(systems), list(systems)
    lines = ["| kind | system less " + first + " | DER | exact |", "|---|---|--:|--:|"]
    for kind, names in groups(ids, all_kinds()).items():
        base = [systems[first][n] for n in names]
        for other in others:
            scores = [systems[other][n] for n in names]
            cells = [str(difference(base, scores, part)) for part in (DER, EXACT)]
            lines.append(f"| {kind} | {other} | {' | '.join(cells)} |")
    return "\n".join(lines)


def word_table(systems: Mapping[str, Mapping[str, Score]]) -> str:
    """WER and cpWER by kind, of the recordings with a text; "" where no system gave words."""
    texted = [n for n in _common(systems) if all(s[n].words for s in systems.values())]
    lines = ["| kind | system | files | WER | cpWER |", "|---|---|--:|--:|--:|"] if texted else []
    for kind, names in groups(texted, all_kinds()).items() if texted else ():
        for system, scores in systems.items():
            rates = [str(estimate([scores[n] for n in names], part)) for part in (WER, CPWER)]
            lines.append(f"| {kind} | {system} | {len(names)} | {' | '.join(rates)} |")
    return "\n".join(lines)


def wrong_counts(systems: Mapping[str, Mapping[str, Score]]) -> str:
    """Every recording whose number of speakers some system got wrong."""
    lines = ["| recording | speakers | found by " + ", ".join(systems) + " |", "|---|--:|--:|"]
    for name in _common(systems):
        scores = [scores[name] for scores in systems.values()]
        if any(s.difference for s in scores):
            found = ", ".join(str(s.found) for s in scores)
            lines.append(f"| {name} | {scores[0].n_speakers} | {found} |")
    return "\n".join(lines)


def _common(systems: Mapping[str, Mapping[str, Score]]) -> list[str]:
    first, *others = systems.values()
    return [name for name in first if all(name in scores for scores in others)]
