"""One stage of a graph as `vsat explain` shows it."""

from typing import Literal

import attrs

State = Literal["cached", "compute", "computed", "depends", "measured"]


@attrs.frozen
class StageReport:
    """What becomes of a stage, or became of it, and why.

    `depends` says that it is computed unless what is computed before it gives the same answer as
    the last time. `answer` is how much is in the artifact. Seconds of the call and peak memory are
    those of the computation of this artifact; where they are `earlier`, those of the last one.
    """

    stage: str
    variant: str
    takes: tuple[str, ...]
    state: State
    why: tuple[str, ...]
    answer: str = ""
    seconds: float | None = None
    peak_bytes: int | None = None
    earlier: bool = False
