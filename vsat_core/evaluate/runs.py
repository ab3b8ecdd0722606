"""One profile over many recordings: every result kept, every failure a row."""

import hashlib
import time
import traceback
from pathlib import Path

import attrs

from vsat_core.artifacts import SAMPLE_RATE, Source
from vsat_core.config.profile import Profile
from vsat_core.contract.params import changed
from vsat_core.contract.settings import SpeakerCount
from vsat_core.engine.cache import Cache, choice_digest
from vsat_core.engine.outcome import Outcome
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.result import RUN_TARGETS, result_of
from vsat_core.errors import Cancelled, VsatError
from vsat_core.evaluate.hypotheses import (
    Cost,
    Hypothesis,
    Origin,
    discard,
    hypothesis_of,
    store,
    stored,
)
from vsat_core.evaluate.manifest import ManifestEntry
from vsat_core.evaluate.references import References
from vsat_core.measure.machine import identity


@attrs.frozen
class Row:
    """One recording: a result, or the reason why there is none; `resumed` was there before."""

    entry: ManifestEntry
    result: Hypothesis | None = None
    failure: str | None = None
    resumed: bool = False


class Runner:
    """A profile that serves all recordings with the models loaded once; results go to `folder`.

    `oracle` gives the clustering the number of speakers of the reference. `resume` takes a result
    that is there already and was made with the same profile, code, models and audio.
    """

    def __init__(
        self, profile: Profile, folder: Path, cache: Cache | None, oracle: bool, resume: bool
    ) -> None:
        self._profile = profile
        self._folder = folder
        self._oracle = oracle
        self._resume = resume
        self._pipeline = Pipeline(profile, cache)
        self._digests: dict[tuple[str, int], str] = {}

    def row(self, entry: ManifestEntry, reference: References) -> Row:
        """Run one recording, unless its result is there; whatever fails becomes the row's
        reason.
        """
        try:
            return self._row(entry, reference.speakers if self._oracle else 0)
        except (Cancelled, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        except BaseException as error:  # a variant may raise anything, and hours of results wait
            failure = str(error) if isinstance(error, VsatError) else _one_line(error)
        discard(entry.id, self._folder)
        return Row(entry, failure=failure)

    def _row(self, entry: ManifestEntry, speakers: int) -> Row:
        source = Source(entry.audio, entry.id)
        origin = Origin(self._digest(speakers), source.digest())
        if self._resume:
            before = stored(entry.id, self._folder)
            if before is not None and before.origin == origin:
                return Row(entry, before, resumed=True)
        if self._oracle:
            stage = self._profile.graph.with_settings(SpeakerCount)
            self._pipeline.choose(stage, _with_speakers(self._profile, speakers).stages[stage])
        begin = time.perf_counter()
        outcome = self._pipeline.run(source, RUN_TARGETS)  # the time a user waits
        cost = _cost(outcome, time.perf_counter() - begin)
        result = hypothesis_of(entry.id, result_of(outcome), origin, cost)
        store(result, entry.id, self._folder)
        return Row(entry, result)

    def _digest(self, speakers: int) -> str:
        """sha256 of the profile's text and of the code and models of its choices, computed once a
        process.
        """
        profile = _with_speakers(self._profile, speakers)
        digests = [profile.toml()]
        for stage, choice in profile.stages.items():
            demanded = stage == profile.graph.with_settings(SpeakerCount)
            key = (stage, speakers if demanded else 0)
            if key not in self._digests:
                self._digests[key] = choice_digest(choice)
            digests.append(self._digests[key])
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _with_speakers(profile: Profile, speakers: int) -> Profile:
    """The profile with this exact number of speakers for the clustering; 0 leaves it as it is."""
    if not speakers:
        return profile
    stage = profile.graph.with_settings(SpeakerCount)
    choice = profile.stages[stage]
    params = changed(choice.params, num_speakers=speakers)
    return profile.choose(stage, attrs.evolve(choice, params=params))


def _cost(outcome: Outcome, wall_s: float) -> Cost:
    ready = sum(row.prepare_seconds or 0.0 for row in outcome.rows)
    cached = sum(row.cached for row in outcome.rows)
    return Cost(outcome.n_samples / SAMPLE_RATE, wall_s, ready, cached, identity())


def _one_line(error: BaseException) -> str:
    """A bug in one line: its class, its message and where it was raised."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{type(error).__name__}: {' '.join(str(error).split())} "
        f"({Path(place.filename).name}:{place.lineno})"
    )
