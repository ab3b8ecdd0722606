"""High, Medium, Low: by the share of the total."""

from collections.abc import Sequence
from typing import Any

HIGH, MEDIUM = (
    0.20,
    0.05,
)  # shares of total time or memory from which on a target is High, or Medium
COVERED = 0.95  # Low targets are listed until this share is covered by the list

Target = dict[str, Any]


def rank(share: float) -> str:
    """The word for a share.

    >>> [rank(s) for s in (0.2, 0.19, 0.05, 0.01)]
    ['High', 'Medium', 'Medium', 'Low']
    """
    return "High" if share >= HIGH else "Medium" if share >= MEDIUM else "Low"


def ranked(targets: Sequence[Target]) -> list[Target]:
    """By falling `share`, each with its `rank`: every High and Medium one, and Low ones until
    COVERED is reached.
    """
    kept: list[Target] = []
    covered = 0.0
    for target in sorted(targets, key=lambda t: -t["share"]):
        word = rank(target["share"])
        if target["share"] <= 0 or (word == "Low" and covered >= COVERED):
            break
        kept.append({"rank": word, **target})
        covered += target["share"]
    return kept
