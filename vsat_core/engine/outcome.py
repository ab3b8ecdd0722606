"""What a run tells while it goes on, and what it has made in the end."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, TypeVar

import attrs
import msgspec

from vsat_core.artifacts import Artifact, Source
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.result_records import Origin
from vsat_core.errors import InputError

Kind = TypeVar("Kind", bound=Artifact)


@attrs.frozen
class StageRow:
    """What one stage cost. `seconds` is the call alone; both times are None when the result came
    from the cache.
    """

    stage: str
    variant: str
    seconds: float | None
    prepare_seconds: float | None
    peak_bytes: int

    @property
    def cached(self) -> bool:
        """Whether nothing was computed."""
        return self.seconds is None


class RunStep(msgspec.Struct, frozen=True):
    """The answer of one stage in a run: what it cost, the key of the result ("" for a stage that is
    never stored), the digest of each input by the name of its stage, that of the answer, and the
    warnings.

    `again` says that it was to be computed whatever was stored. `before` is the key that the stage
    had in the run before, "" if there was none. `channel` is the number of the one that the answer
    is about, where channels were transcribed each on its own, else 0.
    """

    row: StageRow
    key: str
    inputs: dict[str, str]
    digest: str
    warnings: tuple[str, ...]
    again: bool = False
    before: str = ""
    channel: int = 0


class Listener(Protocol):
    """Follows a run, as a progress display does."""

    def stage_prepares(self, stage: str, variant: str, first: bool) -> None:
        """Its code and models are loaded; `first`: and compiled, because nobody has done so yet."""

    def stage_starts(self, stage: str, variant: str, total_samples: int, run: Workspace) -> None:
        """It is ready and about to be called."""

    def progress(self, stage: str, samples: int) -> None:
        """How far into the recording it has come."""

    def stage_ends(self, row: StageRow) -> None:
        """It is done, or came from the cache."""

    def note(self, line: str) -> None:
        """A warning of the outcome that should not wait for the end."""


class NullListener:
    """Ignores everything."""

    def stage_prepares(self, stage: str, variant: str, first: bool) -> None:
        return

    def stage_starts(self, stage: str, variant: str, total_samples: int, run: Workspace) -> None:
        return

    def progress(self, stage: str, samples: int) -> None:
        return

    def stage_ends(self, row: StageRow) -> None:
        return

    def note(self, line: str) -> None:
        return


@attrs.define
class Outcome:
    """A finished run: the artifacts asked for, the enhanced sound's facts, what each stage cost."""

    source: Source
    artifacts: dict[str, Artifact]
    rows: list[StageRow]
    warnings: list[str]
    files: list[Path]
    n_samples: int = 0
    # what the files were made from; None where neither cache nor files need it
    origin: Origin | None = None
    steps: list[RunStep] = attrs.field(factory=list)

    def artifact(self, kind: type[Kind]) -> Kind:
        """The artifact of this type among those asked for."""
        return next(a for a in self.artifacts.values() if isinstance(a, kind))

    def check_source(self) -> None:
        """Raise InputError if the recording is not the one whose digest was taken: its sound would
        be kept under the digest of another content.
        """
        if self.origin and not self.origin.is_of(self.source, self.origin.profile):
            raise InputError(
                f"{self.source.path}: changed while it was read; run it again when it is complete"
            )

    @property
    def source_digest(self) -> str:
        """sha256 of the recording, "" where nothing needs it."""
        return self.origin.sha256 if self.origin else ""
