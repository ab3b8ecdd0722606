"""Values of a profile against a params class: strict types, ranges, choices, nearest names."""

import math
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from vsat_core.contract.params import build
from vsat_core.plugin import Formats, NoParams, SpeakerCount, Threads, param


@attrs.frozen
class Params:
    threshold_db: float = param(3.0, "level", low=-10, high=10)
    frames: int = param(5, "how many", low=1)
    most: int = param(5, "at most", high=9)
    smooth: bool = param(True, "or not")
    window: str = param("hann", "shape", choices=("hann", "hamming"))
    names: tuple[str, ...] = param((), "any names")
    sizes: tuple[int, ...] = param((1, 2), "sizes", choices=(1, 2, 4))
    limit: int | None = param(None, "limit, if any", low=0)
    edge: float | str = param(1.0, "a number, or a word")


def good(**values: Any) -> Params:
    params, problems = build(Params, values, "stages.x")
    assert problems == []
    return params


def bad(**values: Any) -> str:
    params, problems = build(Params, values, "stages.x")
    assert params == Params() and len(problems) == 1
    return problems[0]


def test_defaults_are_filled_in():
    assert good() == Params() and good(frames=7) == attrs.evolve(Params(), frames=7)


def test_an_int_may_stand_for_a_float():
    assert type(good(threshold_db=2).threshold_db) is float


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("threshold_db", True, "float"),
        ("threshold_db", "3", "float"),
        ("threshold_db", None, "float"),
        ("threshold_db", [3.0], "float"),
        ("frames", True, "int"),
        ("frames", 2.0, "int"),
        ("frames", "2", "int"),
        ("smooth", 1, "bool"),
        ("smooth", "true", "bool"),
        ("window", 3, "str"),
        ("window", ["hann"], "str"),
        ("names", "abc", "a list of str"),
        ("names", ["a", 1], "a list of str"),
        ("sizes", [True], "a list of int"),
        ("sizes", [1.0], "a list of int"),
        ("limit", "many", "int | None"),
        ("limit", False, "int | None"),
        ("edge", [1], "float | str"),
    ],
)
def test_nothing_else_converts(key, value, kind):
    assert bad(**{key: value}) == f"stages.x.{key}: expected {kind}, got {value!r}"


@pytest.mark.parametrize(
    ("key", "value", "bounds"),
    [
        ("threshold_db", 10.5, "-10 to 10"),
        ("threshold_db", -11, "-10 to 10"),
        ("frames", 0, "at least 1"),
        ("most", 10, "at most 9"),
        ("limit", -1, "at least 0"),
        ("threshold_db", math.inf, "-10 to 10"),
    ],
)
def test_ranges_include_their_ends(key, value, bounds):
    shown = float(value) if key == "threshold_db" else value
    assert bad(**{key: value}) == f"stages.x.{key}: expected {bounds}, got {shown}"
    assert good(threshold_db=10, frames=1, most=9, limit=0) == Params(10.0, 1, 9, limit=0)


def test_a_number_that_is_none_is_never_a_value():
    assert bad(edge=math.nan) == "stages.x.edge: expected float | str, got nan"
    assert bad(threshold_db=math.nan) == "stages.x.threshold_db: expected float, got nan"


def test_choices_name_the_nearest():
    assert (
        bad(window="haming")
        == "stages.x.window: 'haming' is none of hann, hamming, did you mean 'hamming'?"
    )
    assert bad(sizes=[2, 3]).startswith("stages.x.sizes: 3 is none of 1, 2, 4")
    assert good(sizes=[4, 1]).sizes == (4, 1)


def test_unknown_keys_name_the_nearest():
    assert bad(treshold_db=2.0) == "stages.x.treshold_db: unknown, did you mean 'threshold_db'?"
    assert build(NoParams, {"threads": 2}, "s") == (
        NoParams(),
        ["s.threads: unknown; this variant has no parameters"],
    )


def test_all_problems_at_once_and_what_is_right_is_kept():
    params, problems = build(Params, {"frames": 0, "most": 3, "smoth": 1, "window": 2}, "stages.x")
    assert [p.partition(":")[0] for p in problems] == [
        "stages.x.frames",
        "stages.x.smoth",
        "stages.x.window",
    ]
    assert params == Params(most=3)


def test_settings_of_whole_stages_are_checked_too():
    assert build(SpeakerCount, {"num_speakers": -1}, "c")[1] == [
        "c.num_speakers: expected 0 to 100, got -1"
    ]
    assert build(Threads, {"threads": 4}, "c") == (Threads(4), [])
    assert "'txt'" in build(Formats, {"formats": ["txtt"]}, "w")[1][0]


@given(
    st.dictionaries(
        st.sampled_from([f.name for f in attrs.fields(Params)] + ["nothing"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=3)
        | st.lists(st.integers(0, 4) | st.text(max_size=2), max_size=3),
    )
)
def test_no_value_raises_and_every_key_is_taken_or_reported(values):
    params, problems = build(Params, values, "p")
    reported = {p.partition(":")[0].removeprefix("p.") for p in problems}
    for key, value in values.items():
        if key not in reported:
            held = getattr(params, key)
            assert held == (tuple(value) if isinstance(value, list) else value)
    assert reported <= set(values)
