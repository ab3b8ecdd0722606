"""The artifact that is looked at, and the sound it is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs

from vsat_core.artifacts import Artifact, Audio, Source
from vsat_core.config.profile import Profile
from vsat_core.engine.cache import Cache
from vsat_core.engine.outcome import Listener
from vsat_core.engine.pipeline import Pipeline


@attrs.frozen
class Inspected:
    """An artifact, the variant that gave it, the samples of the recording, and what the run warned
    of. `audio` is the sound that the artifact is about, None if it was not asked for.
    """

    artifact: Artifact
    variant: str
    n_samples: int
    warnings: Sequence[str]
    audio: Audio | None = None


def inspected(
    profile: Profile, stage: str, recording: Path, listener: Listener, sound: bool
) -> Inspected:
    """The artifact of a stage, computed as far as it is not stored. Raises VsatError."""
    targets = [stage]
    if sound and not issubclass(profile.graph[stage].gives, Audio):
        targets.append(profile.graph.giving(Audio))
    pipeline = Pipeline(profile, Cache(), listener, ahead=True, once=True)
    outcome = pipeline.run(Source(recording), targets)
    variant = next(row.variant for row in reversed(outcome.rows) if row.stage == stage)
    artifact, audio = outcome.artifacts[stage], outcome.artifacts[targets[-1]]
    return Inspected(
        artifact,
        variant,
        outcome.n_samples,
        outcome.warnings,
        audio if sound and isinstance(audio, Audio) else None,
    )
