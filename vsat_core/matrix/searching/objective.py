"""What a setting is worth: errors on recordings with references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Artifact, Audio, Source, Transcript
from vsat_core.config.profile import Profile
from vsat_core.contract.stages import SOURCE
from vsat_core.engine.cache import Cache
from vsat_core.engine.pipeline import Pipeline
from vsat_core.errors import InputError
from vsat_core.formats.records import Segment, Turn
from vsat_core.matrix.composing.accuracy import OVERALL, MatrixReference, counts_of
from vsat_core.scoring.intervals import Units
from vsat_core.scoring.materials import Material, material_of

R = TypeVar("R", Turn, Segment)
DELAY_S = 0.09  # of the same recording begun later; no multiple of any hop


@attrs.frozen
class Errors:
    """Errors and totals of one rate, one a recording; float64 (n,)."""

    rate: str
    errors: np.ndarray
    totals: np.ndarray

    @property
    def each(self) -> np.ndarray:
        """The rate of every recording, float64 (n,)."""
        return self.errors / np.maximum(self.totals, 1e-9)

    @property
    def median(self) -> float:
        """The rate of the recording in the middle."""
        return float(np.median(self.each))

    @property
    def pooled(self) -> float:
        """The rate over all recordings together."""
        return float(self.errors.sum() / max(self.totals.sum(), 1e-9))

    def of(self, places: Sequence[int]) -> Errors:
        """Those of some of the recordings."""
        return Errors(self.rate, self.errors[list(places)], self.totals[list(places)])

    @property
    def units(self) -> Units:
        """One unit a recording, to be resampled."""
        return Units(self.errors, self.totals, "recordings")


class Objective:
    """Runs a profile whose results are cached up to the first stage that changes, and scores it."""

    def __init__(
        self,
        profile: Profile,
        sources: Sequence[Source],
        references: Sequence[MatrixReference],
        cache: Cache,
    ) -> None:
        self._pipeline = Pipeline(profile, cache)
        self._sources, self._references = sources, references

    def errors(self, profile: Profile) -> Errors:
        """Of a profile that differs in params only. Raises VsatError."""
        for stage, choice in profile.stages.items():
            self._pipeline.choose(stage, choice)
        results = [self._result(source) for source in self._sources]
        return errors_of([r.material for r in self._references], results)

    def errors_begun_later(self) -> Errors:
        """Of the recordings with DELAY_S of digital silence before them: the same words by the same
        settings, so that what differs is noise.
        """
        graph = self._pipeline.profile.graph
        first = next(s.name for s in graph.values() if SOURCE in s.takes and s.gives is Audio)
        silence = np.zeros(round(DELAY_S * SAMPLE_RATE), np.float32)
        results = []
        for source in self._sources:
            audio = self._pipeline.run(source, (first,)).artifacts[first]
            assert isinstance(audio, Audio)
            later = attrs.evolve(audio, samples=np.concatenate([silence, audio.samples]))
            outcome = self._pipeline.run(source, (Transcript,), given={first: later})
            results.append(_material(outcome.artifacts))
        return errors_of([delayed(r.material, DELAY_S) for r in self._references], results)

    def _result(self, source: Source) -> Material:
        return _material(self._pipeline.run(source, (Transcript,)).artifacts)


def _material(artifacts: Mapping[str, Artifact]) -> Material:
    return material_of(next(a for a in artifacts.values() if isinstance(a, Transcript)))


def errors_of(references: Sequence[Material], results: Sequence[Material]) -> Errors:
    """The errors of the first rate of OVERALL that every recording has. Raises InputError."""
    rows = [counts_of(*pair) for pair in zip(references, results, strict=True)]
    rate = next((n for n in OVERALL if all(n in row for row in rows)), None)
    if rate is None:
        raise InputError(
            "the recordings' references have no rate in common; each needs NAME.rttm, or NAME.stm "
            "or NAME.ctm, next to it"
        )
    errors, totals = np.array([row[rate] for row in rows], np.float64).T
    return Errors(rate, errors, totals)


def delayed(material: Material, seconds: float) -> Material:
    """The same said so much later."""

    def later(record: R) -> R:
        return attrs.evolve(record, start_s=record.start_s + seconds, end_s=record.end_s + seconds)

    turns, segments = material.turns, material.segments
    return attrs.evolve(
        material,
        turns=None if turns is None else tuple(map(later, turns)),
        segments=None if segments is None else tuple(map(later, segments)),
    )
