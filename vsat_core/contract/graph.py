"""The stages in an order in which each comes after its inputs, and what follows from that."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping

import attrs

from vsat_core.artifacts import Artifact, Transcript
from vsat_core.contract.stages import SOURCE, StageSpec
from vsat_core.errors import PluginError, nearest


@attrs.frozen(slots=False)
class Graph(Mapping[str, StageSpec]):
    """Stages by name, ordered. `takes` of each names the stages that really feed it: where a stage
    replaces another, whatever took that one takes the new one.
    """

    specs: Mapping[str, StageSpec]
    _feeds: Mapping[tuple[str, str], str] = attrs.field(factory=dict)  # see _replacements

    @classmethod
    def of(cls, specs: Iterable[StageSpec]) -> Graph:
        """The graph of these stages. Raises PluginError if they do not fit together."""
        declared = {spec.name: spec for spec in specs}
        for spec in declared.values():
            _check(spec, declared)
        shown = tuple(spec.name for spec in declared.values() if spec.shown)
        feeds = _replacements(declared)
        resolved = [
            _resolved(spec, spec.takes + (shown if spec.gathers else ()), feeds)
            for spec in declared.values()
        ]
        return cls(_ordered(resolved), feeds)

    def __getitem__(self, name: str) -> StageSpec:
        return self.specs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.specs)

    def __len__(self) -> int:
        return len(self.specs)

    def with_takes(self, takes: Mapping[str, tuple[str, ...]]) -> Graph:
        """The same with other inputs of some stages, named as stages declare them.

        Raises PluginError when that makes a circle.
        """
        if not any(takes.values()):
            return self
        specs = [
            _resolved(spec, takes[name], self._feeds) if takes.get(name) else spec
            for name, spec in self.items()
        ]
        return Graph(_ordered(specs), self._feeds)

    def unknown(self, name: str) -> str:
        """One line for a name that is no stage."""
        return f"there is no stage {name!r}{nearest(name, self)}; there are {', '.join(self)}"

    def needed_for(self, targets: Collection[str], given: Collection[str] = ()) -> list[str]:
        """The stages that must run to get `targets`, in order; those whose artifacts are `given`
        need not, nor what leads to them alone.
        """
        wanted = set(targets)
        for spec in reversed(list(self.values())):
            if spec.name in wanted and spec.name not in given:
                wanted.update(spec.takes)
        return [name for name in self if name in wanted and name not in given]

    def downstream_of(self, stage: str) -> list[str]:
        """The stage itself and every stage that depends on it, in order."""
        below = {stage}
        for spec in self.values():
            if below.intersection(spec.takes):
                below.add(spec.name)
        return [name for name in self if name in below]

    def stages_for(self, targets: Iterable[str | type[Artifact]]) -> list[str]:
        """Names of stages as they are, types of artifacts as the stage that gives the final one."""
        return [t if isinstance(t, str) else self.giving(t) for t in targets]

    def subset(self, names: Collection[str]) -> Graph:
        """Only these stages."""
        return Graph({n: s for n, s in self.items() if n in names}, self._feeds)

    def earlier(self, stage: str) -> list[str]:
        """The stages before this one in the order."""
        names = list(self)
        return names[: names.index(stage)]

    def with_settings(self, settings: type) -> str:
        """The stage whose variants all obey these settings. Raises PluginError if none does."""
        found = next((s.name for s in self.values() if s.settings is settings), None)
        if found is None:
            raise PluginError(f"no stage has {settings.__name__} as its settings")
        return found

    @functools.cached_property
    def scored(self) -> list[str]:
        """The stages on which accuracy depends: those that lead to the transcript."""
        return self.needed_for((self.giving(Transcript),))

    def giving(self, kind: type[Artifact]) -> str:
        """The stage whose artifact of this type is the final one: the one that is written, else the
        last. Raises PluginError if no stage gives one.
        """
        written = [t for spec in self.values() if spec.gathers for t in spec.takes if t in self]
        for name in (*written, *reversed(list(self))):
            if self[name].gives is kind:
                return name
        raise PluginError(f"no stage gives {kind.__name__}; a plugin that adds one is missing")


def _check(spec: StageSpec, declared: Mapping[str, StageSpec]) -> None:
    """Raises PluginError if a stage names another that is not there."""
    for verb, names in (
        ("takes", spec.takes),
        ("replaces", (spec.replaces,) * bool(spec.replaces)),
    ):
        for name in names:
            if name not in declared and (verb, name) != ("takes", SOURCE):
                hint = nearest(name, declared) or f"; there are {', '.join(declared)}"
                raise PluginError(f"stage {spec.name}: {verb} {name!r}, which is no stage{hint}")
    if spec.replaces and declared[spec.replaces].gives is not spec.gives:
        raise PluginError(
            f"stage {spec.name}: gives {spec.gives.__name__} and replaces {spec.replaces}, which "
            f"gives {declared[spec.replaces].gives.__name__}; it must give the same"
        )


def _replacements(declared: Mapping[str, StageSpec]) -> dict[tuple[str, str], str]:
    """(stage, what it declares) -> what feeds it; "" as the stage means all others.

    Stages that replace the same one form a row in the order of their registration.
    """
    feeds: dict[tuple[str, str], str] = {}
    for spec in declared.values():
        if spec.replaces:
            feeds[spec.name, spec.replaces] = feeds.get(("", spec.replaces), spec.replaces)
            feeds["", spec.replaces] = spec.name
    return feeds


def _resolved(
    spec: StageSpec, names: tuple[str, ...], feeds: Mapping[tuple[str, str], str]
) -> StageSpec:
    """The stage with what it declares to take, and the stages that really feed it."""
    takes = [feeds.get((spec.name, name)) or feeds.get(("", name), name) for name in names]
    return attrs.evolve(spec, takes=takes, names=names)


def _ordered(specs: Iterable[StageSpec]) -> dict[str, StageSpec]:
    """The stages sorted so that each comes after its inputs, otherwise as they were registered.

    Raises PluginError for a circle.
    """
    left = {spec.name: spec for spec in specs}
    order: dict[str, StageSpec] = {}
    while left:
        ready = next((s for s in left.values() if not left.keys() & set(s.takes)), None)
        if ready is None:
            circle = " -> ".join(_circle(left))
            remedy = "change what one of them takes"
            raise PluginError(f"stages wait for each other: {circle}; {remedy}")
        order[ready.name] = left.pop(ready.name)
    return order


def _circle(specs: Mapping[str, StageSpec]) -> list[str]:
    """A way through the inputs that comes back to where it began."""
    path = [next(iter(specs))]
    while path.count(path[-1]) < 2:
        path.append(next(t for t in specs[path[-1]].takes if t in specs))
    return path[path.index(path[-1]) :]
