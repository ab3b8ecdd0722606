"""Stages constructed and prepared at their first use, which then serve every further recording."""

from __future__ import annotations

from collections.abc import Iterable

from vsat_core.config.profile import Choice, Profile
from vsat_core.contract.protocols import Stage
from vsat_core.engine.preload import Ahead, prepared, to_compile

N_AHEAD = 3  # stages prepared in the background: more would only take memory earlier


class ReadyStages:
    """What is ready, by stage and variant.

    With `ahead` the next few stages are prepared in the background while one is computed. With
    `once`, for a single recording, each stage is let go when it has been computed.
    """

    def __init__(self, profile: Profile, ahead: bool, once: bool) -> None:
        self.made: dict[tuple[str, str], Stage] = {}
        self._ahead = Ahead() if ahead else None
        self._once = once
        self._to_compile = to_compile(profile)

    def begin(self, choices: Iterable[Choice]) -> None:
        """Prepare the first few of these that are not ready, in the background."""
        if self._ahead:
            self._ahead.begin([c for c in choices if _name(c) not in self.made][:N_AHEAD])

    def compiles(self, choice: Choice) -> bool:
        """Whether taking it will compile, as no process has done before."""
        return choice.variant.stage in self._to_compile and _name(choice) not in self.made

    def take(self, choice: Choice) -> Stage:
        """The stage, prepared. Raises what preparing it raises."""
        name = _name(choice)
        if name in self.made and self.made[name].params != choice.params:
            del self.made[name]  # it was made for another channel
        if name in self.made:
            self.made[name].prepare()
        else:
            self.made[name] = self._ahead.take(choice) if self._ahead else prepared(choice)
        return self.made[name]

    def computed(self, choice: Choice) -> None:
        """It has been called: with `once`, no further recording needs its networks."""
        if self._once:
            self.made.pop(_name(choice), None)

    def forget(self, stage: str) -> None:
        """Make it again when it is next taken, whatever its variant."""
        for name in [n for n in self.made if n[0] == stage]:
            del self.made[name]


def _name(choice: Choice) -> tuple[str, str]:
    return choice.variant.stage, choice.variant.name
