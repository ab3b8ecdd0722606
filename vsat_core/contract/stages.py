"""What a plugin declares to add a stage: its inputs, its answer, and how the engine treats it."""

import functools
import typing
from collections.abc import Iterable, Sequence
from types import NoneType
from typing import Protocol, cast

import attrs

from vsat_core.artifacts import Artifact, Source
from vsat_core.contract.protocols import Run, Stage

SOURCE = "source"  # the recording itself, as an input of a stage


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


@functools.cache
def _answer_of(protocol: type) -> type[Artifact]:
    given: type = typing.get_type_hints(vars(protocol)["__call__"]).get("return", NoneType)
    return given


class _Call(Protocol):
    """A variant as it is called, whatever its stage."""

    def __call__(self, *inputs: object, run: Run) -> Artifact: ...


@attrs.frozen
class StageSpec:
    """One node of the graph.

    `takes` names the stages whose artifacts it is called with, "source" for the recording;
    `protocol` has the call, whose answer tells the type of artifact. A stage that `replaces`
    another is placed behind it: whatever took that one takes this one. `default` is the variant of
    a profile that does not name the stage.
    """

    name: str = attrs.field(validator=attrs.validators.matches_re(r"[a-z][a-z0-9_]*"))
    takes: tuple[str, ...] = attrs.field(converter=_names)
    protocol: type
    settings: type[attrs.AttrsInstance] | None = (
        None  # what users may demand of every variant, as a params class
    )
    replaces: str = ""
    default: str = ""
    cached: bool = True
    cancellable: bool = False  # it takes long on a long recording, so it calls run.progress
    methods_agree: bool = False  # its methods give equal answers
    cheap: bool = False  # it costs little next to the others
    tuned: bool = False  # `vsat tune` tries other variants of it
    # what it asks `run.array` for at most, for each second of sound: see engine/space.py
    scratch_bytes_per_s: int = 0
    shown: bool = False  # `gathers` stages are given its artifact, to show it
    gathers: bool = False  # it is called with one mapping, name of the stage -> artifact
    # The names in `takes` as they were declared: `takes` has the stages that replace them.
    names: tuple[str, ...] = attrs.field(
        default=attrs.Factory(lambda self: self.takes, takes_self=True), kw_only=True
    )

    @property
    def gives(self) -> type[Artifact]:
        """The artifact it makes: what the call of its protocol is annotated with."""
        return _answer_of(self.protocol)

    @property
    def summary(self) -> str:
        """What it does, from the docstring of its protocol."""
        return " ".join((self.protocol.__doc__ or "").split("\n\n")[0].split())

    def call(self, variant: Stage, inputs: Sequence[Source | Artifact], run: Run) -> Artifact:
        """What a variant makes of the artifacts of `takes`, in order."""
        compute = cast(_Call, variant)
        if self.gathers:
            return compute(dict(zip(self.names, inputs, strict=True)), run=run)
        return compute(*inputs, run=run)
