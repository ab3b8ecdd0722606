"""What the checks of several variants share: inputs and answers of baselines, each made once."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.checks.answers import Answer, call
from vsat_core.checks.cases import Case, cases_for
from vsat_core.checks.examples import Examples, ready
from vsat_core.checks.files import file_cases
from vsat_core.config.registry import Registry
from vsat_core.config.variants import Variant
from vsat_core.contract.protocols import Stage
from vsat_core.contract.stages import SOURCE, StageSpec
from vsat_core.errors import VsatError


def reference_of(registry: Registry, variant: Variant) -> Variant | None:
    """What a variant must agree with: the baseline of its method, or the one whose card says how;
    None for that one.
    """
    method, every = variant.card.method, registry.variants[variant.stage].values()
    techniques = [v for v in every if v.card.method == method]
    base = next((v for v in techniques if v.card.technique == "baseline"), None)
    base = base or next((v for v in techniques if v.card.agreement), None)
    return None if base == variant else base


@attrs.define
class Suite:
    """`examples` are made of real speech; `budget` of a longer piece with references, for lossy
    variants.

    Generated inputs that must be files are written to `folder`.
    """

    registry: Registry
    examples: Examples
    folder: Path
    budget: Examples | None = None
    seed: int = 0
    _answers: dict[tuple[str, ...], Answer | VsatError] = attrs.field(factory=dict, init=False)
    _stages: dict[tuple[str, ...], Stage] = attrs.field(factory=dict, init=False)
    _cases: dict[tuple[str, ...], list[Case]] = attrs.field(factory=dict, init=False)

    def cases(self, variant: Variant, inputs: Sequence[Any]) -> list[Case]:
        """The generated inputs of a variant's stage, made once for inputs of one kind."""
        key = (variant.stage, *_kinds(inputs))
        if key not in self._cases:
            self._cases[key] = list(self._generated(self.registry.spec_of(variant), inputs))
        return self._cases[key]

    def _generated(self, spec: StageSpec, real: Sequence[Any]) -> Iterable[Case]:
        if spec.takes == (SOURCE,):
            return file_cases(self.seed, self.folder)
        return cases_for(spec, self.seed, self.folder, real)

    def forget(self) -> None:
        """Make every input again for the next variant: one has been damaged."""
        self._cases.clear()
        self._answers.clear()
        self.examples.forget()

    def remember(
        self, variant: Variant, case: str, inputs: Sequence[Any], answer: Answer | VsatError
    ) -> None:
        """Keep what a variant that others must agree with has answered with its default params."""
        self._answers[
            variant.stage, variant.name, repr(variant.card.params()), case, *_kinds(inputs)
        ] = answer

    def wanted(
        self, base: Variant, params: Any, case: str, inputs: Sequence[Any]
    ) -> Answer | VsatError:
        """What the baseline answers with the values of `params` that it shares, or how it refuses;
        computed once.

        Raises ModelMissing if the baseline cannot run here.
        """
        names = {f.name for f in attrs.fields(base.card.params)} & {
            f.name for f in attrs.fields(type(params))
        }
        own = base.card.params(**{name: getattr(params, name) for name in names})
        made = (base.stage, base.name, repr(own))
        key = (*made, case, *_kinds(inputs))  # as in `remember`
        if key not in self._answers:
            if made not in self._stages:
                self._stages[made] = ready(base, own)
            try:
                spec = self.registry.spec_of(base)
                self._answers[key] = call(spec, self._stages[made], inputs)
            except VsatError as error:
                self._answers[key] = error
        return self._answers[key]


def _kinds(inputs: Iterable[Any]) -> list[str]:
    """Widths of frames and embeddings, which depend on the methods they come from."""
    return [
        f"{n}{getattr(a, n).shape[1:]}"
        for a in inputs
        for n in ("frames", "vectors")
        if hasattr(a, n)
    ]
