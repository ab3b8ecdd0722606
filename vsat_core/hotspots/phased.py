"""Stages that report to the timeline when they are imported, prepared and called."""

import types
from collections.abc import Callable
from typing import Any, TypeVar, cast

import attrs

from vsat_core.artifacts import Artifact, Files
from vsat_core.config.profile import Profile
from vsat_core.config.variants import Variant
from vsat_core.contract.protocols import Stage
from vsat_core.hotspots.timeline import ENGINE, Timeline

Result = TypeVar("Result")


def _frame(work: Callable[[], Result]) -> Result:
    return work()


def below(name: str, work: Callable[[], Result]) -> Result:
    """`work()` under a frame of this name, by which whoever looks at the stack knows the phase."""
    code = _frame.__code__.replace(co_name=name, co_qualname=name)
    result: Result = types.FunctionType(code, {})(work)
    return result


@attrs.frozen
class PhasedVariant(Variant):
    """A variant whose stages have phases of their own."""

    timeline: Timeline = attrs.field(eq=False, repr=False)

    def make(self, params: Any, tuning: Any) -> Stage:
        """The stage of the plain variant; importing it is a phase."""
        phase = f"{self.stage} import"
        self.timeline.enter(phase)
        stage = below(phase, lambda: super(PhasedVariant, self).make(params, tuning))
        self.timeline.observer.imported(self.card.target.partition(":")[0])
        self.timeline.enter(ENGINE)
        return _PhasedStage(self.stage, stage, self.timeline)


class _PhasedStage(Stage):
    """Passes everything on."""

    def __init__(self, name: str, stage: Stage, timeline: Timeline) -> None:
        super().__init__(stage.params, stage.tuning)
        self._name, self._stage, self._timeline = name, stage, timeline

    def prepare(self) -> None:
        phase = f"{self._name} prepare"
        self._timeline.enter(phase)
        below(phase, self._stage.prepare)
        self._timeline.enter(ENGINE)

    def __call__(self, *inputs: Any, run: Any) -> Any:
        phase = f"{self._name} call"
        self._timeline.enter(phase)
        compute = cast("Callable[..., Artifact]", self._stage)
        result = below(phase, lambda: compute(*inputs, run=run))
        writes = isinstance(result, Files)
        self._timeline.enter(f"{self._name} publish" if writes else ENGINE, result)
        return result


def phased(profile: Profile, timeline: Timeline) -> Profile:
    """The same profile with every stage on the timeline."""
    stages = {
        name: attrs.evolve(choice, variant=PhasedVariant(v.stage, v.card, v.plugin, timeline))
        for name, choice in profile.stages.items()
        for v in (choice.variant,)
    }
    return attrs.evolve(profile, stages=stages)
