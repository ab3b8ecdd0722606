"""Summary of one finished recording, serialisable between processes."""

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
class RunSummary:
    """Seconds of audio and of waiting; `speech_s` is the speech of each speaker; `environment` is
    empty if unknown.
    """

    path: str
    audio_s: float
    wall_s: float
    n_words: int
    speech_s: list[float]
    environment: dict[str, Any]
    files: list[str]
    warnings: list[str]
    rows: tuple[StageRow, ...] = attrs.field(converter=_rows)

    @classmethod
    def of(cls, outcome: Outcome, wall_s: float) -> RunSummary:
        """The same from a run that gave `enhance` and `attribute`."""
        result = result_of(outcome)
        speech_s = [0.0] * (max((t.speaker for t in result.turns), default=-1) + 1)
        for turn in result.turns:
            speech_s[turn.speaker] += turn.end_s - turn.start_s
        return cls(
            str(outcome.source.path),
            outcome.n_samples / SAMPLE_RATE,
            wall_s,
            len(result.words),
            speech_s,
            attrs.asdict(result.environment) if result.environment else {},
            [str(f) for f in result.files],
            list(outcome.warnings),
            tuple(outcome.rows),
        )

    def plain(self) -> dict[str, Any]:
        """As JSON takes it."""
        return attrs.asdict(self)

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> RunSummary:
        """The same from `plain`."""
        return cls(**value)
