"""Whether variants keep the contract of their stage, ours or a stranger's: `vsat check`, and
`check` for pytest.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vsat_core.checks.answers import Answer, differences
from vsat_core.checks.check_report import CheckReport, Problem
from vsat_core.checks.examples import Examples, Truth
from vsat_core.checks.recordings import BUDGET_S, examples_of, find
from vsat_core.checks.steps import check_variant
from vsat_core.checks.suite import Suite, reference_of
from vsat_core.config.registry import Registry, load
from vsat_core.config.variants import Variant
from vsat_core.contract import scratch
from vsat_core.errors import ModelMissing, PluginError, nearest

__all__ = [
    "Answer",
    "CheckReport",
    "Examples",
    "Problem",
    "Suite",
    "Truth",
    "check",
    "check_variant",
    "differences",
    "reference_of",
    "select",
    "suite",
]


def check(
    *names: str,
    stage: str | None = None,
    plugins: Iterable[str | Path] = (),
    seed: int = 0,
    recording: Path | None = None,
) -> list[str]:
    """What is wrong with these variants (none named: all), one line each; empty when all conform.

    Raises ModelMissing where a variant that is named cannot run here, PluginError for a name that
    there is not.
    """
    registry = load([Path(p) for p in plugins])
    with suite(registry, seed, recording) as checks:
        reports = [check_variant(checks, v) for v in select(registry, names, stage)]
    if names and (skipped := next((r for r in reports if r.skipped), None)):
        raise ModelMissing(
            f"{skipped.variant.stage} {skipped.variant.name} was not checked: {skipped.skipped}"
        )
    return [p.line() for r in reports for p in r.problems]


@contextmanager
def suite(registry: Registry, seed: int = 0, recording: Path | None = None) -> Iterator[Suite]:
    """The suite on a recording: the one given, the conversation of test_data, or synthesised
    talk.
    """
    path = find(recording)
    with scratch.folder() as place:
        longer = examples_of(registry, place, path, BUDGET_S)
        yield Suite(registry, examples_of(registry, place, path), place, longer, seed)


def select(registry: Registry, names: Iterable[str], stage: str | None = None) -> list[Variant]:
    """The variants of these names or methods, all without any, in the order of the stages. Raises
    PluginError.
    """
    if stage and stage not in registry.graph:
        raise PluginError(registry.graph.unknown(stage))
    every = [
        v for s in ([stage] if stage else registry.graph) for v in registry.variants[s].values()
    ]
    asked = list(names)
    known = {v.name for v in every} | {v.card.method for v in every}
    for name in asked:
        if name not in known:
            place = f"{stage} variant" if stage else "variant"
            raise PluginError(
                f"no {place} or method is called {name!r}{nearest(name, known)}{registry.failed()}"
            )
    return [v for v in every if not asked or v.name in asked or v.card.method in asked]
