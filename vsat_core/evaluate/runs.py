"""One profile over many recordings: every result kept, every failure a row."""

from __future__ import annotations

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
from vsat_core.engine.pipeline import Outcome, Pipeline
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
from vsat_core.evaluate.manifest import Entry
from vsat_core.evaluate.references import Reference


@attrs.frozen
class Row:
    """What became of one recording: a result, or the reason why there is none; `resumed` was there
    before.
    """

    entry: Entry
    found: Hypothesis | None = None
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

    def row(self, entry: Entry, reference: Reference) -> Row:
        """Run one recording, unless its result is there; whatever fails becomes the row's
        reason.
        """
        try:
            return self._row(entry, reference.speakers if self._oracle else 0)
        except (Cancelled, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        except BaseException as error:  # a variant may raise anything, and hours of results wait
            failure = str(error) if isinstance(error, VsatError) else _trouble(error)
        discard(entry.id, self._folder)
        return Row(entry, failure=failure)

    def _row(self, entry: Entry, speakers: int) -> Row:
        source = Source(entry.audio, entry.id)
        origin = Origin(self._digest(speakers), source.digest())
        if self._resume:
            before = stored(entry.id, self._folder)
            if before is not None and before.origin == origin:
                return Row(entry, before, resumed=True)
        if self._oracle:
            stage = self._profile.graph.with_settings(SpeakerCount)
            self._pipeline.choose(stage, _told(self._profile, speakers).stages[stage])
        begin = time.perf_counter()
        outcome = self._pipeline.run(source, RUN_TARGETS)  # so that its time is what a user waits
        cost = _cost(outcome, time.perf_counter() - begin)
        found = hypothesis_of(entry.id, result_of(outcome), origin, cost)
        store(found, entry.id, self._folder)
        return Row(entry, found)

    def _digest(self, speakers: int) -> str:
        """sha256 of the profile's text and of the code and models of its choices; found out once a
        process.
        """
        profile = _told(self._profile, speakers)
        parts = [profile.toml()]
        for stage, choice in profile.stages.items():
            demanded = stage == profile.graph.with_settings(SpeakerCount)
            key = (stage, speakers if demanded else 0)
            if key not in self._digests:
                self._digests[key] = choice_digest(choice)
            parts.append(self._digests[key])
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _told(profile: Profile, speakers: int) -> Profile:
    """The profile with exactly so many speakers demanded of the clustering; 0 leaves it as it
    is.
    """
    if not speakers:
        return profile
    stage = profile.graph.with_settings(SpeakerCount)
    choice = profile.stages[stage]
    params = changed(choice.params, num_speakers=speakers)
    return profile.choose(stage, attrs.evolve(choice, params=params))


def _cost(outcome: Outcome, wall_s: float) -> Cost:
    ready = sum(row.prepare_seconds or 0.0 for row in outcome.rows)
    cached = sum(row.cached for row in outcome.rows)
    return Cost(outcome.n_samples / SAMPLE_RATE, wall_s, ready, cached)


def _trouble(error: BaseException) -> str:
    """A bug in one line: its kind, its words and where it was raised."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{type(error).__name__}: {' '.join(str(error).split())} "
        f"({Path(place.filename).name}:{place.lineno})"
    )
