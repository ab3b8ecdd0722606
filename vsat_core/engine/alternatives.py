"""The variant that a profile's rules take for one recording, instead of the stage's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vsat_core.artifacts import Artifact
from vsat_core.config.profile import Alternative, Choice

Answer = tuple[Alternative | None, str]


def asked_before(stage: str, choice: Choice, artifacts: Mapping[str, Artifact]) -> Answer:
    """The first alternative whose rule needs no answer of the stage itself, says yes and can run
    here, and why; (None, "") if there is none.
    """
    return _first(
        [
            a
            for a in choice.otherwise
            if stage not in a.rule.takes and not a.choice.variant.missing()
        ],
        artifacts,
    )


def asked_after(stage: str, choice: Choice, artifacts: Mapping[str, Artifact]) -> Answer:
    """The same of rules that look at the answer of the stage, whether it can run here or not."""
    return _first([a for a in choice.otherwise if stage in a.rule.takes], artifacts)


def _first(alternatives: Sequence[Alternative], artifacts: Mapping[str, Artifact]) -> Answer:
    for other in alternatives:
        if not artifacts.keys() >= set(other.rule.takes):
            continue  # what leads there was given by the user
        if reason := other.rule.judge([artifacts[t] for t in other.rule.takes]):
            return other, reason
    return None, ""


def taken_instead(own: Choice, other: Alternative, reason: str, missing: Sequence[str]) -> str:
    """One line on what was decided and why, or on what to install so that it can be."""
    stage, name = own.variant.stage, other.choice.variant.name
    if missing:
        return f"{stage}: {reason}; {name} would hear it better, but {missing[0]}"
    return f"{stage}: {name} instead of {own.variant.name}: {reason}"
