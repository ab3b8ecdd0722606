"""Stages made ready while earlier ones compute, so that loading libraries and models costs little
time of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from vsat_core.config import places
from vsat_core.config.profile import Choice, Profile
from vsat_core.contract.protocols import Stage
from vsat_core.engine.memory import give_back_freed
from vsat_core.errors import VsatError

THREADS = 2  # an import holds Python's lock only part of the time


class Ahead:
    """Constructs and prepares stages in the background; each is taken once, at its turn."""

    def __init__(self) -> None:
        self._begun: dict[str, tuple[Choice, Future[Stage]]] = {}

    def begin(self, choices: Iterable[Choice]) -> None:
        """Prepare these in this order, those begun already left out."""
        new = [c for c in choices if c.variant.stage not in self._begun]
        if not new:
            return
        pool = ThreadPoolExecutor(THREADS, "vsat-prepare")
        for choice in new:
            self._begun[choice.variant.stage] = choice, pool.submit(prepared, choice)
        pool.shutdown(wait=False)  # its threads end with the last of them

    def take(self, choice: Choice) -> Stage:
        """The prepared stage, waited for if it was begun. Raises what preparing it raises.

        What failed in the background is tried once more alone: when two threads import modules that
        need one another, the second sees a half-loaded module and not the error that the first one
        met.
        """
        begun, future = self._begun.pop(choice.variant.stage, (None, None))
        if future and begun == choice:
            error = future.exception()
            if error is None or (isinstance(error, VsatError) and not error.__cause__):
                return future.result()
            wait(other for _, other in self._begun.values())
        return prepared(choice)


def to_compile(profile: Profile) -> set[str]:
    """The stages that have to compile, because no process of this user has done so yet."""
    stages = {n for n, c in profile.stages.items() if c.variant.card.technique == "numba"}
    return stages if stages and not places.has_compiled() else set()


def prepared(choice: Choice) -> Stage:
    """A stage of this choice, ready to be called."""
    stage = choice.variant.make(choice.params, choice.tuning)
    stage.prepare()
    give_back_freed()  # what reading weights took
    return stage
