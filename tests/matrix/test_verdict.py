"""The sentence that a matrix comes to."""

import attrs
import pytest

from vsat_core.matrix.composing.exchanges import Exchange
from vsat_core.matrix.output.verdict import Evidence, verdict

EXCHANGE = Exchange("align", "a.baseline", "b.numba", 0.5, 0.4, 0.6, 0)
RUN = {"times_faster": 1.25, "low": 1.1, "high": 1.4, "verdict": "faster"}


def rates(points: float, judged: str) -> dict:
    return {"cpWER": {"points": points, "low": -1.0, "high": 1.0, "verdict": judged}}


COMPARISON = {"times_faster": 1.5, "low": 1.4, "high": 1.6, "tie": False, "saves_mb": 3}
SAME = COMPARISON | {"accuracy": rates(0.0, "tie")}
EVIDENCE = Evidence("default", "default", "mine", {"cpWER": 12.04}, SAME, {"default": RUN})


@attrs.define
class Found:
    """What the verdict reads of a subset."""

    best: int | None = 1
    exchanges: tuple[Exchange, ...] = (EXCHANGE,)
    tied: tuple[Exchange, ...] = ()
    needed: bool = False
    refused: str = ""


def sentence(found=None, **evidence) -> str:
    return verdict(found or Found(), attrs.evolve(EVIDENCE, **evidence))["sentence"]


def test_a_change_is_said_as_it_was_run_end_to_end():
    assert sentence() == (
        "Use mine: 1.25 times as fast as default (95 % interval 1.10 to 1.40, run end to end), "
        "with the same errors (cpWER 12.0 %)."
    )


@pytest.mark.parametrize("against", [{}, {"default": RUN | {"low": None, "high": None}}])
def test_without_an_interval_of_runs_it_is_said_as_composed(against):
    said = sentence(against=against)
    assert "1.50 times as fast as default (95 % interval 1.40 to 1.60, composed)" in said


@pytest.mark.parametrize(
    ("points", "judged", "says"),
    [
        (2.25, "worse", "at the cost of more errors (cpWER +2.2 points)."),
        (-2.25, "better", "with fewer errors (cpWER -2.2 points)."),
        (0.3, "tie", "with about the same errors (cpWER +0.3 points, no more than chance)."),
        (0.01, "tie", "with the same errors (cpWER 12.0 %)."),
    ],
)
def test_the_cost_in_accuracy(points, judged, says):
    assert sentence(comparison=COMPARISON | {"accuracy": rates(points, judged)}).endswith(says)


def test_less_memory_is_a_gain_of_its_own():
    said = sentence(comparison=SAME | {"tie": True, "saves_mb": 120}, against={})
    assert said.startswith("Use mine: as fast as default, 120 MB less memory, with")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"cpWER": 0.0}, "and writes the same."),
        ({"cpWER": 2.5}, "writes another text (cpWER 2.5 %)."),
    ],
)
def test_without_references_it_is_what_is_written(row, says):
    assert sentence(row=row, agreement=True).endswith(says)


def test_what_is_kept_is_named_as_it_was_given():
    found = verdict(Found(exchanges=()), attrs.evolve(EVIDENCE, given="./default.toml"))
    assert found["kind"] == "keep" and found["profile"] == "./default.toml"
    assert found["sentence"].startswith(
        "Keep default: no exchange of a variant saves more than 1 %"
    )


def test_what_only_looked_faster_is_named_with_its_runs():
    tried = {"times_faster": 0.8, "low": 0.5, "high": 1.25, "verdict": "tie"}
    assert sentence(Found(exchanges=(), tied=(EXCHANGE,)), against={"candidate": tried}) == (
        "Keep default: b.numba looked faster by itself, but end-to-end runs could not confirm it "
        "(1.25 times as fast, 95 % interval 0.80 to 2.00)."
    )


def test_without_a_profile_of_its_own_the_change_is_said_all_the_same():
    found = verdict(Found(), attrs.evolve(EVIDENCE, written=""))
    assert found["profile"] == ""
    assert found["sentence"].startswith("Change default: what is recommended is 1.25 times as fast")


def test_nothing_has_its_reason():
    found = verdict(Found(best=None, refused="--max-memory: too small"), EVIDENCE)
    assert (found["kind"], found["profile"]) == ("nothing", "")
    assert found["sentence"] == "Nothing is recommended: --max-memory: too small."
