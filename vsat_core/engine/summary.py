"""What a user is told of one finished recording: small, plain, and able to cross from one process
to another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.engine.pipeline import Outcome, StageRow
from vsat_core.engine.result import result_of


def _rows(values: Any) -> tuple[StageRow, ...]:
    return tuple(v if isinstance(v, StageRow) else StageRow(**v) for v in values)


@attrs.frozen
class Told:
    """Seconds of audio and of waiting; `talk` holds each speaker's talking time; `environment` is
    empty if unknown.
    """

    path: str
    audio_s: float
    wall_s: float
    n_words: int
    talk: list[float]
    environment: dict[str, Any]
    files: list[str]
    warnings: list[str]
    rows: tuple[StageRow, ...] = attrs.field(converter=_rows)

    @classmethod
    def of(cls, outcome: Outcome, wall_s: float) -> Told:
        """The same from a run that gave `enhance` and `attribute`."""
        result = result_of(outcome)
        talk = [0.0] * (max((t.speaker for t in result.turns), default=-1) + 1)
        for turn in result.turns:
            talk[turn.speaker] += turn.end_s - turn.start_s
        return cls(
            str(outcome.source.path),
            outcome.n_samples / SAMPLE_RATE,
            wall_s,
            len(result.words),
            talk,
            attrs.asdict(result.environment) if result.environment else {},
            [str(f) for f in result.files],
            list(outcome.warnings),
            tuple(outcome.rows),
        )

    def plain(self) -> dict[str, Any]:
        """As JSON takes it."""
        return attrs.asdict(self)

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Told:
        """The same from `plain`."""
        return cls(**value)
