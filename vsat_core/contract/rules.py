"""What a plugin declares to let a profile choose between variants while it runs: questions about
artifacts.
"""

import importlib
from collections.abc import Iterable
from typing import Protocol, cast

import attrs

from vsat_core.artifacts import Artifact


class Judge(Protocol):
    """The function of a rule."""

    def __call__(self, *artifacts: Artifact) -> str: ...


def _tuple(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


@attrs.frozen
class Rule:
    """A question about artifacts, which decides whether a stage is computed by another variant.

    `takes` names the stages whose artifacts it looks at. Where it looks at the answer of the very
    stage, it is asked when that is computed, else before. `target` is "module:function": called
    with these artifacts it answers why the other variant is to be taken, in words that fit behind a
    colon, or "" if it is not. The same artifacts must give the same answer.
    """

    name: str = attrs.field(validator=attrs.validators.matches_re(r"[a-z0-9]+(-[a-z0-9]+)*"))
    summary: str
    takes: tuple[str, ...] = attrs.field(converter=_tuple)
    target: str = attrs.field(validator=attrs.validators.matches_re(r"[\w.]+:\w+"))

    def judge(self, artifacts: Iterable[Artifact]) -> str:
        """Why the other variant is to be taken, "" if it is not."""
        module, _, name = self.target.partition(":")
        function = cast(Judge, getattr(importlib.import_module(module), name))
        return function(*artifacts)
