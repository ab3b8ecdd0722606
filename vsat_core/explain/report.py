"""One stage of a graph as `vsat explain` shows it."""

from typing import Literal

import attrs

from vsat_core.contract.stages import SOURCE

State = Literal["cached", "compute", "computed", "depends", "measured"]


def of_channel(stage: str, channel: int) -> str:
    """What a stage is called that works on one channel; the recording itself has one name.

    >>> of_channel("detect", 2), of_channel("detect", 0)
    ('detect 2', 'detect')
    """
    return f"{stage} {channel}" if channel and stage != SOURCE else stage


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
