"""Summary of one finished recording, serialisable between processes."""

from __future__ import annotations

import attrs
import msgspec

from vsat_core.artifacts import SAMPLE_RATE, Audio, Environment, Transcript
from vsat_core.artifacts.json_value import JsonValue
from vsat_core.engine.outcome import Outcome, StageRow
from vsat_core.engine.result import result_of


@attrs.frozen
class RunSummary:
    """Seconds of audio and of waiting; `speech_s` is the speech of each speaker, `n_doubtful` the
    number of words that are rather wrong than right. `names` are those that somebody gave speakers,
    `perhaps` other numbers of speakers that are possible.

    A run that stopped before the transcript has in `answers` what its last stages gave, in words;
    all that is about a transcript is empty.
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
    perhaps: tuple[int, ...] = ()
    answers: dict[str, str] = attrs.field(factory=dict)

    @classmethod
    def of(cls, outcome: Outcome, wall_s: float) -> RunSummary:
        """The same from an outcome."""
        kinds = {type(artifact) for artifact in outcome.artifacts.values()}
        if not kinds >= {Audio, Transcript}:
            return cls._stopped(outcome, wall_s)
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
            transcript.perhaps,
        )

    @classmethod
    def _stopped(cls, outcome: Outcome, wall_s: float) -> RunSummary:
        return cls(
            path=str(outcome.source.path),
            audio_s=outcome.n_samples / SAMPLE_RATE,
            wall_s=wall_s,
            n_words=0,
            n_doubtful=0,
            speech_s=[],
            environment=None,
            files=[],
            warnings=list(outcome.warnings),
            rows=tuple(outcome.rows),
            answers={stage: one.described() for stage, one in outcome.artifacts.items()},
        )

    def plain(self) -> dict[str, JsonValue]:
        """As JSON takes it."""
        built: dict[str, JsonValue] = msgspec.to_builtins(self)
        return built

    @classmethod
    def read(cls, value: JsonValue) -> RunSummary:
        """The same from `plain`."""
        return msgspec.convert(value, cls)
