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
from vsat_core.formats.records import Segment, Turn
from vsat_core.scoring.evaluate import figures, score_turns, score_words
from vsat_core.scoring.materials import Material
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
    if isinstance(artifact, Speech) and truth.turns is not None:
        errors = _turn_rates(_turns_of(artifact.start, artifact.end, artifact.voice), truth)
        return errors if np.any(artifact.voice >= 0) else {"detection": errors["detection"]}
    if isinstance(artifact, Turns) and truth.turns is not None:
        return {
            "DER": _turn_rates(_turns_of(artifact.start, artifact.end, artifact.speaker), truth)[
                "DER"
            ]
        }
    if isinstance(artifact, Texts) and truth.words is not None:
        return _word_rates([Segment("", 0.0, 0.0, " ".join(artifact.text), None)], truth, "WER")
    if isinstance(artifact, Words) and truth.words is not None and truth.turns is not None:
        turns = _reference_turns(truth)
        graph = examples.registry.graph
        given = {graph.giving(Words): artifact, graph.giving(Turns): turns}
        transcript, _ = examples.next(graph.giving(Transcript), given, {})
        return rates(transcript, truth, examples)
    if isinstance(artifact, Transcript) and truth.words is not None:
        rows = zip(artifact.text, artifact.start, artifact.end, artifact.speaker, strict=True)
        return _word_rates(
            [Segment("", a / SAMPLE_RATE, b / SAMPLE_RATE, t, str(who)) for t, a, b, who in rows],
            truth,
            "cpWER",
        )
    return {}


def _turns_of(start: np.ndarray, end: np.ndarray, who: np.ndarray) -> tuple[Turn, ...]:
    return tuple(
        Turn("", a / SAMPLE_RATE, b / SAMPLE_RATE, str(w))
        for a, b, w in zip(start, end, who, strict=True)
    )


def _turn_rates(turns: tuple[Turn, ...], truth: Truth) -> dict[str, Rate]:
    scored = score_turns(Material((), truth.turns), Material((), turns), Protocol())
    assert scored is not None
    return {name: Rate(*pair, counted=False) for name, pair in figures(scored).items()}


def _word_rates(segments: list[Segment], truth: Truth, name: str) -> dict[str, Rate]:
    """`name` of what was found: WER, or cpWER where the segments name speakers."""
    assert truth.words is not None
    scored = score_words(
        Material((), None, truth.words), Material((), None, tuple(segments)), Protocol()
    )
    assert scored is not None
    errors = figures(scored)
    return {name: Rate(*errors[name], counted=True)} if name in errors else {}


def _reference_turns(truth: Truth) -> Turns:
    """The turns of the references as an artifact."""
    names = sorted({t.speaker for t in truth.turns or ()})
    rows = [
        (round(t.start_s * SAMPLE_RATE), round(t.end_s * SAMPLE_RATE), names.index(t.speaker))
        for t in truth.turns or ()
    ]
    columns = np.array(rows, np.int64).reshape(-1, 3)
    return Turns.of(columns[:, 0], columns[:, 1], columns[:, 2])
