"""Summary of one finished recording, serialisable between processes."""

from __future__ import annotations

import attrs
import msgspec

from vsat_core.artifacts import SAMPLE_RATE, Environment, Transcript
from vsat_core.artifacts.json_value import JsonValue
from vsat_core.engine.outcome import Outcome, StageRow
from vsat_core.engine.result import result_of


@attrs.frozen
class RunSummary:
    """Seconds of audio and of waiting; `speech_s` is the speech of each speaker, `n_doubtful` the
    number of words that are rather wrong than right. `names` are those that somebody gave speakers.
    """

    path: str
    audio_s: float
    wall_s: float
    n_words: int
    n_doubtful: int
    speech_s: list[float]
    environment: Environment | None
    files: list[str]
    warnings: list[str]
    rows: tuple[StageRow, ...]
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, outcome: Outcome, wall_s: float) -> RunSummary:
        """The same from a run that gave `enhance` and `attribute`."""
        result = result_of(outcome)
        speech_s = [0.0] * (max((t.speaker for t in result.turns), default=-1) + 1)
        for turn in result.turns:
            speech_s[turn.speaker] += turn.end_s - turn.start_s
        transcript = outcome.artifact(Transcript)
        return cls(
            str(outcome.source.path),
            outcome.n_samples / SAMPLE_RATE,
            wall_s,
            len(result.words),
            transcript.n_doubtful,
            speech_s,
            result.environment,
            [str(f) for f in result.files],
            list(outcome.warnings),
            tuple(outcome.rows),
            transcript.names,
        )

    def plain(self) -> dict[str, JsonValue]:
        """As JSON takes it."""
        built: dict[str, JsonValue] = msgspec.to_builtins(self)
        return built

    @classmethod
    def read(cls, value: JsonValue) -> RunSummary:
        """The same from `plain`."""
        return msgspec.convert(value, cls)
