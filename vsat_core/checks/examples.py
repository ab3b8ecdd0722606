"""Real inputs for any variant: what the plainest variants that fit make of one recording, each
computed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from vsat_core.artifacts import SAMPLE_RATE, Artifact, Source, Texts, Utterances
from vsat_core.checks.answers import call
from vsat_core.config.registry import Registry
from vsat_core.config.variants import Variant
from vsat_core.contract.protocols import Stage
from vsat_core.contract.stages import SOURCE
from vsat_core.errors import ModelMissing
from vsat_core.formats.records import Segment, Turn


@attrs.frozen
class Truth:
    """The references of a recording: turns, and words with their speakers."""

    turns: tuple[Turn, ...] | None = None
    words: tuple[Segment, ...] | None = None

    def until(self, seconds: float) -> Truth:
        """The truth of the beginning of the recording."""
        turns = [
            attrs.evolve(t, end_s=min(t.end_s, seconds))
            for t in self.turns or ()
            if t.start_s < seconds
        ]
        words = [w for w in self.words or () if w.end_s <= seconds]
        return Truth(
            tuple(turns) if self.turns is not None else None,
            tuple(words) if self.words is not None else None,
        )

    def texts(self, cut: Utterances) -> Texts | None:
        """What is said in each utterance, so that no recogniser is needed for what follows it."""
        if self.words is None:
            return None
        spoken = [((w.start_s + w.end_s) / 2 * SAMPLE_RATE, w.text) for w in self.words]
        spans = zip(cut.start.tolist(), cut.end.tolist(), strict=True)
        return Texts.untimed(
            [" ".join(w for middle, w in spoken if a <= middle < b) for a, b in spans]
        )


def ready(variant: Variant, params: Any = None, tuning: Any = None) -> Stage:
    """A variant made and prepared, at its defaults unless others are given."""
    card = variant.card
    stage = variant.make(params or card.params(), tuning or card.tuning())
    stage.prepare()
    return stage


@attrs.define
class Examples:
    """What variants are called with on one recording; `truth` has its references, if there are
    any.
    """

    registry: Registry
    source: Source
    truth: Truth | None = None
    _made: dict[tuple[str, str], Artifact] = attrs.field(factory=dict, init=False)

    def inputs(self, variant: Variant) -> list[Any]:
        """What the variant is called with. Raises ModelMissing if nothing here can make one of
        them.
        """
        spec, accepts = self.registry.spec_of(variant), variant.card.accepts
        return [
            self.artifact(source, accepts.get(name, ()))
            for name, source in zip(spec.names, spec.takes, strict=True)
        ]

    def forget(self) -> None:
        """Compute everything again from now on."""
        self._made.clear()

    def artifact(self, stage: str, tags: Sequence[str] = ()) -> Any:
        """The output of a stage, tagged with one of `tags` (none given: any)."""
        if stage == SOURCE:
            return self.source
        graph = self.registry.graph
        if graph[stage].gives is Texts and self.truth and self.truth.words is not None:
            return self.truth.texts(self.artifact(graph.giving(Utterances)))
        variant = self._provider(stage, tags)
        key = (stage, variant.name)
        if key not in self._made:
            inputs = self.inputs(variant)
            self._made[key] = call(self.registry.spec_of(variant), ready(variant), inputs).artifact
        return self._made[key]

    def next(
        self, stage: str, inputs: Mapping[str, Any], tags: Mapping[str, str]
    ) -> tuple[Artifact, str]:
        """The output of a later stage made of `inputs` (artifacts by stage; `tags` says what some
        of them are).

        The answer is the artifact and the tag of the variant that made it, the plainest one. Raises
        ModelMissing.
        """
        variant = self._provider(stage, (), tags)
        spec = self.registry.spec_of(variant)
        given = [inputs[t] if t in inputs else self.artifact(t) for t in spec.takes]
        return call(spec, ready(variant), given).artifact, variant.card.gives

    def _provider(
        self, stage: str, tags: Sequence[str], given: Mapping[str, str] | None = None
    ) -> Variant:
        """The plainest variant that fits."""
        fit = [
            v
            for v in self.registry.variants[stage].values()
            if not v.missing()
            and (not tags or v.card.gives in tags)
            and all(v.card.accepts.get(s, (tag,)).count(tag) for s, tag in (given or {}).items())
        ]
        if not fit:
            raise ModelMissing(
                f"no {stage} variant that can run here gives {' or '.join(tags) or 'anything'}"
            )
        return min(fit, key=lambda v: (bool(v.card.needs), v.card.technique != "baseline"))
