"""What a matrix will do, with everything that can be found wrong before anything is measured."""

import contextlib
from typing import Any

import attrs

from vsat_core.config.profile import Profile, available, read, resolve
from vsat_core.config.registry import load
from vsat_core.errors import InputError, PluginError, ProfileError
from vsat_core.matrix.exploring.store import Store
from vsat_core.matrix.planning.options import Option, Selection, dead_ends, select
from vsat_core.matrix.planning.request import MatrixRequest
from vsat_core.measure.machine import fingerprint

FULL_MOST = 500  # combinations that --full runs at most
BASELINE = "baseline"


@attrs.frozen
class MatrixPlan:
    """A request that can be carried out."""

    request: MatrixRequest
    anchor: Profile
    baseline: Profile | None
    selection: Selection
    machine: dict[str, Any]
    known: frozenset[tuple[str, str]] = frozenset()  # (stage, method) of every profile

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        return Store(self.request.out, self.selection.graph)


def plan(request: MatrixRequest) -> MatrixPlan:
    """Everything that can be found wrong before anything is measured. Raises VsatError."""
    draft = read(request.profile)
    files = [*draft.plugins, *request.plugins]
    if missing := next((f for f in files if not f.is_file()), None):
        raise PluginError(f"{missing}: there is no such plugin file; check the name")
    registry = load(files)
    anchor = resolve(draft, registry).unmixed()
    selection = select(registry, anchor, request.wanted, request.values)
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
        anchor,
        base if complete else None,
        selection,
        fingerprint([anchor], request.limits.threads),
        known_methods(anchor),
    )


def known_methods(anchor: Profile) -> frozenset[tuple[str, str]]:
    """What the anchor and the profiles that can be named use, as (stage, method)."""
    methods = {(s, c.variant.card.method) for s, c in anchor.stages.items()}
    for name in available():
        with contextlib.suppress(ProfileError):
            blocks = read(name).stages.items()
            methods |= {(s, str(b.use or "").partition(".")[0]) for s, b in blocks}
    return frozenset(methods)


def combination(profile: Profile, selection: Selection) -> dict[str, Option]:
    """A profile as a combination of the selection, without the stages where it has no option."""
    return {s: o for s, c in profile.stages.items() if (o := selection.find(s, c.variant.name))}
