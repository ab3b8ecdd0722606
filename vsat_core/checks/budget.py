"""The accuracy budget of lossy techniques: how many points worse than its baseline one may be."""

from collections.abc import Sequence
from typing import Any

from vsat_core.checks.answers import Answer
from vsat_core.checks.examples import Examples
from vsat_core.checks.outcome import outcome, rates
from vsat_core.config.variants import Variant


def budget_broken(
    variant: Variant,
    answer: Answer,
    wanted: Answer,
    inputs: Sequence[Any],
    points: float,
    examples: Examples,
) -> tuple[list[str], str]:
    """(problems, note): whether `answer` costs more than `points` of WER or DER against `wanted`,
    the baseline's answer.

    Both go through the plainest variants that follow to the next discrete artifact, and that is
    scored against the references of the recording (see Rate.exceeds). Raises ModelMissing where
    that cannot be.
    """
    if answer.digest() == wanted.digest():
        return [], "same answer as its baseline"
    named = dict(zip(examples.registry.spec_of(variant).takes, inputs, strict=True))
    given, meant = (outcome(variant, a.artifact, named, examples) for a in (answer, wanted))
    if given is not None and meant is not None and given.digest() == meant.digest():
        return [], f"same {type(given).__name__} as its baseline"
    one, other = (rates(a, examples.truth, examples) for a in (given, meant))
    if not other:
        return (
            [],
            f"accuracy budget not measured: no reference next to {examples.source.path.name} says "
            "how right it is",
        )
    problems = []
    for name, base in other.items():
        if one[name].exceeds(base, points):
            rates_said = f"{name} {one[name].percent:.2f} % instead of {base.percent:.2f} %"
            problems.append(f"{rates_said}, budget {points:g} points")
    lines = [
        f"{name} {one[name].percent:.2f} % (baseline {base.percent:.2f} %)"
        for name, base in other.items()
    ]
    return problems, ", ".join(lines)
