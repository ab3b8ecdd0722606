"""Real inputs for any variant: what the plainest variants that fit make of one recording, each
computed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from vsat_core.artifacts import SAMPLE_RATE, Artifact, Source, Texts, Utterances
from vsat_core.checks.answers import RunFactory, call
from vsat_core.config.registry import Registry
from vsat_core.config.variants import Variant
from vsat_core.contract.stages import SOURCE
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import ModelMissing
from vsat_core.formats.records import Segment, Turn


@attrs.frozen
class Truth:
    """What is really said in a recording, as far as its references tell: turns, and words with who
    said them.
    """

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
        said = [((w.start_s + w.end_s) / 2 * SAMPLE_RATE, w.text) for w in self.words]
        spans = zip(cut.start.tolist(), cut.end.tolist(), strict=True)
        return Texts.untimed(
            [" ".join(w for middle, w in said if a <= middle < b) for a, b in spans]
        )


@attrs.define
class Examples:
    """`prefer` names the variant of a stage to use where it fits (as a profile does); `given` holds
    artifacts by stage that are taken as they are; `truth` has the references, where there are any.
    """

    registry: Registry
    source: Source
    prefer: Mapping[str, str] = attrs.field(factory=dict)
    given: dict[str, Artifact] = attrs.field(factory=dict)
    run_factory: RunFactory = Workspace
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
        """Compute everything anew from now on."""
        self._made.clear()

    def artifact(self, stage: str, tags: Sequence[str] = ()) -> Any:
        """The output of a stage, tagged with one of `tags` (none given: any)."""
        if stage == SOURCE:
            return self.source
        if stage in self.given:
            return self.given[stage]
        graph = self.registry.graph
        if graph[stage].gives is Texts and self.truth and self.truth.words is not None:
            return self.truth.texts(self.artifact(graph.giving(Utterances)))
        variant = self._provider(stage, tags)
        key = (stage, variant.name)
        if key not in self._made:
            made = variant.make(variant.card.params(), variant.card.tuning())
            made.prepare()
            inputs = self.inputs(variant)
            spec = self.registry.spec_of(variant)
            self._made[key] = call(spec, made, inputs, self.run_factory).artifact
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
        made = variant.make(variant.card.params(), variant.card.tuning())
        made.prepare()
        spec = self.registry.spec_of(variant)
        given = [inputs[t] if t in inputs else self.artifact(t) for t in spec.takes]
        return call(spec, made, given, self.run_factory).artifact, variant.card.gives

    def _provider(
        self, stage: str, tags: Sequence[str], beside: Mapping[str, str] | None = None
    ) -> Variant:
        """The preferred variant if it fits, else the plainest one that does."""
        fit = [
            v
            for v in self.registry.variants[stage].values()
            if not v.missing()
            and (not tags or v.card.gives in tags)
            and all(v.card.accepts.get(s, (tag,)).count(tag) for s, tag in (beside or {}).items())
        ]
        if not fit:
            raise ModelMissing(
                f"no {stage} variant that can run here gives {' or '.join(tags) or 'anything'}"
            )
        return min(
            fit,
            key=lambda v: (
                v.name != self.prefer.get(stage),
                bool(v.card.needs),
                v.card.technique != "baseline",
            ),
        )
