"""What a matrix will do, with everything that can be found wrong before anything is measured."""

from typing import Any

import attrs

from vsat_core.config.profile import Profile, read, resolve
from vsat_core.config.registry import load
from vsat_core.errors import InputError, PluginError
from vsat_core.matrix.exploring.store import Store
from vsat_core.matrix.planning.options import Option, Selection, dead_ends, select
from vsat_core.matrix.planning.request import MatrixRequest
from vsat_core.matrix.planning.scope import Scope, scope_of
from vsat_core.measure.machine import fingerprint

FULL_MOST = 500  # combinations that --full runs at most
BASELINE = "baseline"


@attrs.frozen
class MatrixPlan:
    """A request that can be carried out. `given` is the profile started from, `anchor` the same
    without what its rules may take instead.
    """

    request: MatrixRequest
    given: Profile
    anchor: Profile
    baseline: Profile | None
    selection: Selection
    scope: Scope
    machine: dict[str, Any]

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        return Store(self.request.out, self.selection.graph, self.machine["key"])


def plan(request: MatrixRequest) -> MatrixPlan:
    """Everything that can be found wrong before anything is measured. Raises VsatError."""
    draft = read(request.profile)
    files = [*draft.plugins, *request.plugins]
    if missing := next((f for f in files if not f.is_file()), None):
        raise PluginError(f"{missing}: there is no such plugin file; check the name")
    registry = load(files)
    given = resolve(draft, registry)
    anchor, scope = given.unmixed(), scope_of(given, request.any_method)
    selection = select(registry, anchor, request.wanted, request.values, scope)
    if ends := dead_ends(selection):
        selection = attrs.evolve(selection, left_out=(*selection.left_out, *ends))
    if request.full and selection.count() > FULL_MOST:
        raise InputError(
            f"--full would run {selection.count():,} combinations end to end, at most {FULL_MOST} "
            "make sense; choose fewer variants with --stage"
        )
    base = resolve(read(BASELINE), registry, ())
    complete = len(combination(base, selection)) == len(selection.options)
    return MatrixPlan(
        attrs.evolve(request, plugins=tuple(f.resolve() for f in files)),
        given,
        anchor,
        base if complete else None,
        selection,
        scope,
        fingerprint([anchor], request.limits.threads),
    )


def combination(profile: Profile, selection: Selection) -> dict[str, Option]:
    """A profile as a combination of the selection, without the stages where it has no option."""
    return {s: o for s, c in profile.stages.items() if (o := selection.find(s, c.variant.name))}
