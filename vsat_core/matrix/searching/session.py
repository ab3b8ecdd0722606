"""From a request to searched params: what there is to gain, and whether it holds elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.artifacts import Source, Transcript
from vsat_core.artifacts.json_value import JsonValue
from vsat_core.config.prepare import prepare
from vsat_core.config.profile import Profile
from vsat_core.engine.cache import Cache, choice_digest
from vsat_core.errors import InputError, ProfileError
from vsat_core.matrix.composing.accuracy import MatrixReference, next_to
from vsat_core.matrix.searching.objective import Errors, Objective
from vsat_core.matrix.searching.ranges import Range, Values, ranges_of, values_in, with_values
from vsat_core.matrix.searching.study import Searched, noise_floor, search
from vsat_core.scoring.intervals import RateComparison, compare

TRIALS = 60
SPLIT = 8  # recordings from which on half of them are kept to confirm
Tick = Callable[[str], None]


@attrs.frozen
class SearchRequest:
    """Recordings with references next to them or in a folder, a profile, the table of ranges, and
    where results go.
    """

    files: tuple[Path, ...]
    profile: str
    table: Mapping[str, JsonValue]
    out: Path
    references: Path | None = None
    plugins: tuple[Path, ...] = ()


@attrs.frozen
class SearchPlan:
    """A request that can be carried out; `profile` is the one given without its rules. Of the
    recordings, `tune` are searched on and `confirm`
    are looked at once, afterwards.
    """

    request: SearchRequest
    given: Profile
    profile: Profile
    ranges: tuple[Range, ...]
    trials: int
    references: tuple[MatrixReference, ...]
    tune: tuple[int, ...]
    confirm: tuple[int, ...]


@attrs.frozen
class SearchOutcome:
    """`own` and `best` are the errors on the recordings kept to confirm, on all where there are
    few; `comparison` is best against own there. `gain` is that of the median where it was searched.
    """

    plan: SearchPlan
    searched: Searched
    floor: float
    own: Errors
    best: Errors
    comparison: RateComparison

    @property
    def gain(self) -> float:
        """By how much the best trial's median error is lower than the profile's own."""
        trials = self.searched.trials
        return trials[0].errors.median - self.searched.best.errors.median

    @property
    def better(self) -> bool:
        """Whether the gain is above the noise floor and, on what was kept to confirm, at least no
        loss.
        """
        return self.gain > self.floor and self.best.pooled <= self.own.pooled


def plan(request: SearchRequest) -> SearchPlan:
    """Everything that can be found wrong before anything is run. Raises VsatError."""
    given = prepare(request.profile, (), request.plugins, (Transcript,))
    profile = given.unmixed()
    table = {k: v for k, v in request.table.items() if k != "trials"}
    trials = request.table.get("trials", TRIALS)
    if not isinstance(trials, int) or isinstance(trials, bool) or trials < 2:
        raise ProfileError("the matrix", ["matrix.search.trials: expected a whole number from 2"])
    ranges = ranges_of(table, profile)
    references = []
    for path in request.files:
        where = request.references / path.name if request.references else path
        if (reference := next_to(where)) is None:
            raise InputError(
                f"{path}: searching needs references; put {path.stem}.rttm, or .stm or .ctm, next "
                "to it, or name their folder with --references"
            )
        references.append(reference)
    everything = tuple(range(len(references)))
    tune, confirm = everything, everything
    if len(everything) >= SPLIT:
        tune, confirm = everything[::2], everything[1::2]
    return SearchPlan(
        request, given, profile, tuple(ranges), trials, tuple(references), tune, confirm
    )


def run(ready: SearchPlan, tick: Tick = lambda name: None) -> SearchOutcome:
    """Measure the noise, search, and look at what was kept to confirm. Raises VsatError."""
    request, profile = ready.request, ready.profile
    tuned = _objective(ready, ready.tune)
    tick("noise floor")
    floor = noise_floor(tuned.errors(profile), tuned.errors_begun_later())

    def errors_with(values: Values) -> Errors:
        return tuned.errors(with_values(profile, ready.ranges, values))

    own = values_in(profile, ready.ranges)
    searched = search(
        ready.ranges,
        own,
        errors_with,
        floor,
        ready.trials,
        request.out,
        _identity(ready),
        tick,
    )
    tick("confirming")
    changed = with_values(profile, ready.ranges, searched.best.values)
    kept = _objective(ready, ready.confirm)
    before, after = kept.errors(profile), kept.errors(changed)
    comparison = compare(before.units, after.units)
    return SearchOutcome(ready, searched, floor, before, after, comparison)


def _objective(ready: SearchPlan, places: Sequence[int]) -> Objective:
    """Its cache lies in the folder of the results: hundreds of trials shall not push out of the
    user's own what is worth keeping.
    """
    sources = [Source(ready.request.files[i]) for i in places]
    cache = Cache(ready.request.out / "cache")
    return Objective(ready.profile, sources, [ready.references[i] for i in places], cache)


def _identity(ready: SearchPlan) -> str:
    """What errors depend on besides the ranges' values."""
    stages = ready.profile.graph.needed_for(ready.profile.graph.stages_for([Transcript]))
    facts: list[Any] = [choice_digest(ready.profile.stages[stage]) for stage in stages]
    for i in ready.tune:
        facts += [Source(ready.request.files[i]).digest(), ready.references[i].digest]
    return hashlib.sha256(repr(facts).encode()).hexdigest()
