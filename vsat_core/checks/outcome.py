"""What becomes of a difference: the next discrete artifact it leads to, and how many points of
accuracy that costs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import (
    SAMPLE_RATE,
    Artifact,
    Speech,
    Texts,
    Transcript,
    Turns,
    Utterances,
    Words,
)
from vsat_core.checks.examples import Examples, Truth
from vsat_core.config.variants import Variant
from vsat_core.contract.graph import Graph
from vsat_core.formats.records import Segment
from vsat_core.scoring.evaluate import figures, score_turns, score_words
from vsat_core.scoring.materials import Material, material_of, turns_of
from vsat_core.scoring.protocol import Protocol

CHANCE = 1.645  # standard deviations that a normal variable exceeds in one case of 20
DISCRETE = (Speech, Turns, Utterances, Texts, Words, Transcript)


@attrs.frozen
class Rate:
    """Errors and what they are counted against, in nanoseconds or words."""

    errors: float
    total: float
    counted: bool  # counted one by one, so that chance has a part in it

    def exceeds(self, other: Rate, points: float) -> bool:
        """Whether this has more errors than `other` by over `points` percent of the total.

        Of errors counted one by one there must also be more than chance makes of equal rates in one
        comparison of 20: the difference of two counts has at most their sum as its variance
        (Poisson).
        """
        chance = CHANCE * math.sqrt(self.errors + other.errors) if self.counted else 0.0
        return self.errors - other.errors > max(points / 100 * other.total, chance)

    @property
    def percent(self) -> float:
        """Errors in percent of the total."""
        return 100 * self.errors / self.total if self.total else 0.0


def following(stage: str, graph: Graph) -> tuple[str, ...] | None:
    """The stages after `stage` up to the next discrete artifact, as ("embed", "cluster") after
    features; none if its own is, None if there is no such.
    """
    if graph[stage].gives in DISCRETE:
        return ()
    for spec in graph.values():
        if stage in spec.takes and (rest := following(spec.name, graph)) is not None:
            return (spec.name, *rest)
    return None


def outcome(
    variant: Variant, artifact: Artifact, inputs: Mapping[str, Any], examples: Examples
) -> Artifact | None:
    """The next discrete artifact that an answer of `variant` leads to through the plainest variants
    that follow.

    None where no discrete one follows (a drawing). Raises ModelMissing where one that must run
    cannot.
    """
    steps = following(variant.stage, examples.registry.graph)
    if steps is None:
        return None
    have, stage, tag = {**inputs, variant.stage: artifact}, variant.stage, variant.card.gives
    for step in steps:
        artifact, tag = examples.next(step, have, {stage: tag})
        have[step] = artifact
        stage = step
    return artifact


def rates(artifact: Artifact | None, truth: Truth | None, examples: Examples) -> dict[str, Rate]:
    """Error rates of a discrete artifact against the truth, by name; none where the references do
    not say.

    Speech: errors of detection, and DER of its voices where it knows any. Turns: DER. Texts: WER.
    Words: cpWER, each word given to the reference's turn it lies in, so that wrong times count.
    """
    if truth is None:
        return {}
    if isinstance(artifact, Words):
        if truth.words is None or truth.turns is None:
            return {}
        graph = examples.registry.graph
        given = {graph.giving(Words): artifact, graph.giving(Turns): _reference_turns(truth)}
        artifact, _ = examples.next(graph.giving(Transcript), given, {})
    names, result = _scored(artifact)
    reference, protocol = Material((), truth.turns, truth.words), Protocol()
    turns = score_turns(reference, result, protocol)
    words = score_words(reference, result, protocol)
    errors = (figures(turns) if turns else {}) | (figures(words) if words else {})
    return {n: Rate(*errors[n], counted=turns is None) for n in names if n in errors}


def _scored(artifact: Artifact | None) -> tuple[tuple[str, ...], Material]:
    """Which rates an artifact has, and what it is scored on."""
    a = artifact
    if isinstance(a, Speech):
        voices = ("detection", "DER", "JER") if np.any(a.voice >= 0) else ("detection",)
        return voices, Material((), turns_of(a.start, a.end, a.voice))
    if isinstance(a, Turns):
        return ("DER",), Material((), turns_of(a.start, a.end, a.speaker))
    if isinstance(a, Texts):
        return ("WER",), Material((), None, (Segment("", 0.0, 0.0, " ".join(a.text)),))
    if isinstance(a, Transcript):
        return ("cpWER",), attrs.evolve(material_of(a), turns=None)
    return (), Material(())


def _reference_turns(truth: Truth) -> Turns:
    """The turns of the references as an artifact."""
    names = sorted({t.speaker for t in truth.turns or ()})
    rows = [
        (round(t.start_s * SAMPLE_RATE), round(t.end_s * SAMPLE_RATE), names.index(t.speaker))
        for t in truth.turns or ()
    ]
    columns = np.array(rows, np.int64).reshape(-1, 3)
    return Turns.of(columns[:, 0], columns[:, 1], columns[:, 2])
