"""tools: the fit behind the confidence of words, and the figures that judge it."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from tools.calibrate_confidence import put, table_text
from tools.confidence_data import ScoredWords, groups
from tools.confidence_model import (
    area,
    calibration_error,
    doubtful,
    fitted,
    found,
    held_out,
    reliability,
)
from vsat_plugins.transcribe.word_confidence import probabilities


def drawn(n: int = 20_000) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Features of words, which are right, and the model they were drawn from."""
    rng = np.random.default_rng(5)
    features = rng.normal([3, -1], [2, 0.5], (n, 2))
    weights = [-1.0, 0.5, -0.8]
    return features, rng.random(n) < probabilities(features, weights), weights


def test_the_model_that_made_the_words_is_found():
    features, right, weights = drawn()
    assert fitted(features, right) == pytest.approx(weights, abs=0.08)
    constant = np.column_stack([features, np.ones(len(features))])
    assert fitted(constant, right)[:3] == pytest.approx(weights, abs=0.08)
    bins = reliability(probabilities(features, weights), right)
    assert sum(b.words for b in bins) == len(right) and calibration_error(bins) < 0.01
    assert calibration_error(reliability(np.full(len(right), 0.99), right)) > 0.2


def test_a_group_is_judged_by_the_others_alone():
    features, right, _ = drawn(400)
    group = np.arange(400) % 2
    right = np.where(group == 0, right, ~right)  # what one group teaches is wrong for the other
    assert area(held_out(features, right, group), right) < 0.5
    sizes = {"a": {"x", "y"}, "b": {"z"}, "c": {"y"}}
    words = [ScoredWords(n, frozenset(s), features, right, 0.1) for n, s in sizes.items()]
    assert groups(words).tolist() == [0, 1, 0]


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1))
def test_area_is_the_share_of_pairs_in_order(rows):
    sure, right = (np.array(c) for c in zip(*rows, strict=True))
    right = right.astype(bool)
    pairs = [(a > b) + 0.5 * (a == b) for a in sure[right] for b in sure[~right]]
    assert area(sure, right) == pytest.approx(np.mean(pairs) if pairs else np.nan, nan_ok=True)


def test_the_least_sure_words_find_errors():
    sure = np.linspace(0, 1, 20)
    right = np.ones(20, bool)
    right[[0, 1, 9]] = False
    assert found(sure, right) == pytest.approx(2 / 3)
    assert doubtful(sure, right) == pytest.approx((0.5, 0.3, 1.0))


def test_figures_go_between_the_marks_of_the_method(tmp_path):
    page = tmp_path / "page.md"
    marks = "<!-- confidence a -->", "<!-- end of confidence a -->"
    page.write_text("before\n{}\nold\n{}\nafter\n".format(*marks))
    put(page, "a", r"new \1")
    assert page.read_text() == "before\n{}\nnew \\1\n{}\nafter\n".format(*marks)
    with pytest.raises(SystemExit, match="add the lines '<!-- confidence b -->'"):
        put(page, "b", "new")
    rows: dict[str, object] = {}
    exec(table_text({"a": (1.0, -0.25), "b": (2.0, 3.0)}), rows)
    assert rows["WEIGHTS"] == {"a": (1.0, -0.25), "b": (2.0, 3.0)}
