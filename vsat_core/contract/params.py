"""Values of a profile checked against a params or tuning class: unknown keys, types, ranges,
choices.
"""

import contextlib
import typing
from collections.abc import Mapping
from typing import Protocol, TypeVar, cast

import attrs
import msgspec

from vsat_core.artifacts.json_value import JsonValue
from vsat_core.errors import nearest

Value = TypeVar("Value")
Params = TypeVar("Params", bound=attrs.AttrsInstance)


def param(
    default: Value,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    was: str = "",
) -> Value:
    """An attrs field of a params or tuning class, with its range (inclusive) and one line of help.

    Its type annotation is what a profile is checked against: bool, int, float, str, tuple[str,
    ...], or one of them with `| None`. `was` is the field's name in earlier versions: a profile
    that still has it is told the new one.
    """
    facts = {"help": help, "low": low, "high": high, "choices": choices, "was": was}
    field: Value = attrs.field(default=default, metadata=facts)
    return field


class _Evolve(Protocol):
    """attrs.evolve, for values whose class is known to be an attrs class at run time only."""

    def __call__(self, values: Params, /, **changes: object) -> Params: ...


def changed(values: Params, **changes: object) -> Params:
    """A copy with other values of some fields."""
    return cast(_Evolve, attrs.evolve)(values, **changes)


def build(
    cls: type[Params], values: Mapping[str, JsonValue], path: str
) -> tuple[Params, list[str]]:
    """An instance of `cls` (defaults filled in), and every problem found, each with its path in the
    profile.

    Types are strict; only an int may stand for a float. With problems the instance holds the
    defaults instead. A class may have a method `contradictions`: what is wrong with values that are
    right one by one.
    """
    fields = {f.name: f for f in attrs.fields(cls)}
    hints = typing.get_type_hints(cls)
    renamed = {f.metadata["was"]: name for name, f in fields.items() if f.metadata.get("was")}
    problems, good = [], {}
    for key, value in values.items():
        if key in renamed:
            problems.append(f"{path}.{key}: is now called {renamed[key]}; rename it")
            continue
        if key not in fields:
            known = "" if fields else "; this variant has no parameters"
            problems.append(f"{path}.{key}: unknown{nearest(key, fields)}{known}")
            continue
        converted, problem = _convert(hints[key], value)
        problem = problem or _limits(fields[key].metadata, converted)
        if problem:
            problems.append(f"{path}.{key}: {problem}")
        else:
            good[key] = converted
    made = cls(**good)
    if hasattr(made, "contradictions"):
        problems += [f"{path}: {text}" for text in made.contradictions()]
    return made, problems


def _convert(hint: object, value: JsonValue) -> tuple[object, str]:
    """The value as `hint` wants it, or what is wrong with it."""
    with contextlib.suppress(msgspec.ValidationError):
        made: object = msgspec.convert(value, hint)
        if made == value or isinstance(made, tuple):  # nan is no value, nor is a rounded number
            return made, ""
    return None, f"expected {_name(hint)}, got {value!r}"


def _name(hint: object) -> str:
    if typing.get_origin(hint) is tuple:
        return f"a list of {typing.get_args(hint)[0].__name__}"
    return getattr(hint, "__name__", str(hint))


def _limits(metadata: Mapping[str, object], value: object) -> str:
    """What is wrong with a value of the right type, or ""."""
    choices, low, high = (metadata.get(name) for name in ("choices", "low", "high"))
    values = value if isinstance(value, tuple) else (value,)
    if isinstance(choices, tuple) and choices and value is not None:
        known = [str(c) for c in choices]
        for wrong in (v for v in values if v not in choices):
            return f"{wrong!r} is none of {', '.join(known)}{nearest(str(wrong), known)}"
    if not isinstance(value, int | float):
        return ""
    below = isinstance(low, int | float) and value < low
    above = isinstance(high, int | float) and value > high
    if not (below or above):
        return ""
    bounds = f"{low} to {high}"
    if low is None or high is None:
        bounds = f"at least {low}" if high is None else f"at most {high}"
    return f"expected {bounds}, got {value}"
