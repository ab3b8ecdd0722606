"""What is searched: params of a profile's variants, each between two values."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence

import attrs

from vsat_core.artifacts.json_value import JsonValue
from vsat_core.config.profile import Profile
from vsat_core.contract.params import changed
from vsat_core.errors import ProfileError, nearest

EXAMPLE = "such as threshold = [0.3, 0.8]"
Values = Mapping[str, float]  # by the names of ranges


@attrs.frozen
class Range:
    """A number of a stage's params between `low` and `high`, both included."""

    stage: str
    param: str
    low: float
    high: float
    whole: bool

    @property
    def name(self) -> str:
        """As in the profile, without the word stages."""
        return f"{self.stage}.{self.param}"


def ranges_of(table: Mapping[str, JsonValue], profile: Profile) -> list[Range]:
    """The ranges of `[matrix.search]`, one table a stage. Raises ProfileError with every problem:
    stages and params that there are not, values that a param does not take.
    """
    problems: list[str] = []
    found = []
    for stage, params in table.items():
        path = f"matrix.search.{stage}"
        if stage not in profile.stages or not isinstance(params, dict):
            problems.append(
                f"{path}: expected a table of a stage's params, {EXAMPLE}"
                f"{nearest(stage, profile.stages)}"
            )
            continue
        for name, bounds in params.items():
            one = _range(profile, stage, name, bounds)
            if isinstance(one, Range):
                found.append(one)
            else:
                problems.append(f"{path}.{name}: {one}")
    if not found and not problems:
        problems.append(f"matrix.search: nothing to search; add [matrix.search.STAGE], {EXAMPLE}")
    if problems:
        raise ProfileError("the matrix", problems)
    return found


def _range(profile: Profile, stage: str, name: str, bounds: JsonValue) -> Range | str:
    """One range, or what is wrong with it."""
    choice = profile.stages[stage]
    fields = {f.name: f for f in attrs.fields(type(choice.params))}
    if name not in fields:
        return f"{choice.variant.name} has no such param{nearest(name, fields)}"
    kind = typing.get_type_hints(type(choice.params))[name]
    if kind not in (int, float):
        return f"only numbers can be searched, {name} is not one"
    numbers = _numbers(bounds)
    if not numbers or numbers[0] >= numbers[1]:
        return f"expected two numbers, the lower first, {EXAMPLE}"
    low, high = (fields[name].metadata.get(k) for k in ("low", "high"))
    if (low is not None and numbers[0] < low) or (high is not None and numbers[1] > high):
        return f"must stay within {low:g} and {high:g}"
    return Range(stage, name, *numbers, whole=kind is int)


def _numbers(bounds: JsonValue) -> tuple[float, float] | None:
    if not isinstance(bounds, Sequence) or isinstance(bounds, str) or len(bounds) != 2:
        return None
    first, second = bounds
    if not all(isinstance(b, int | float) and not isinstance(b, bool) for b in bounds):
        return None
    return float(typing.cast(float, first)), float(typing.cast(float, second))


def with_values(profile: Profile, ranges: Sequence[Range], values: Values) -> Profile:
    """The profile with these values of the ranges' params."""
    for one in ranges:
        choice = profile.stages[one.stage]
        value = int(values[one.name]) if one.whole else float(values[one.name])
        params = changed(choice.params, **{one.param: value})
        profile = profile.choose(one.stage, attrs.evolve(choice, params=params))
    return profile


def values_in(profile: Profile, ranges: Sequence[Range]) -> dict[str, float]:
    """The values of the ranges' params in a profile."""
    return {r.name: getattr(profile.stages[r.stage].params, r.param) for r in ranges}
