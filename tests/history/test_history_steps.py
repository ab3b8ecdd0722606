"""Steps are found where they are, noise alone is none, and what is not known is said."""

import math

import numpy as np
import pytest

from tools.history_power import SIGMAS, power
from vsat_core.history.series import MetricSeries, Point, SeriesKey
from vsat_core.history.steps import MIN_POINTS, fit, smallest_step
from vsat_core.history.verdicts import exceeding, judge


def series(values, unit="s", circumstances=None):
    key = SeriesKey("a machine", 2, "default", "whole", "talk.wav", "metric", unit)
    given = circumstances or [{}] * len(values)
    points = (
        Point(f"{i:040x}", "2026-01-01", v, None, None, 1, c)
        for i, (v, c) in enumerate(zip(values, given, strict=True))
    )
    return MetricSeries(key, tuple(points))


def levels(*pieces, sigma=0.005, seed=1):
    """Pieces of (level, number of points), with noise."""
    rng = np.random.default_rng(seed)
    flat = np.concatenate([np.full(n, level) for level, n in pieces])
    return (flat * np.exp(rng.normal(0, sigma, len(flat)))).tolist()


def test_pieces_and_levels():
    found = fit(levels((2.0, 9), (3.0, 4), (1.0, 7)))
    assert found.bounds == (0, 9, 13, 20)
    assert found.levels == pytest.approx((2.0, 3.0, 1.0), rel=0.01)
    assert 0.002 < found.noise < 0.008


def test_the_fit_is_the_best_of_all_fits():
    """Against every place of one step, tried one by one."""
    y = np.log(levels((1.0, 8), (1.2, 6), sigma=0.03))

    def rss(at):
        return sum(((p - p.mean()) ** 2).sum() for p in (y[:at], y[at:]))

    best = min(range(MIN_POINTS, len(y) - MIN_POINTS + 1), key=rss)
    assert fit(np.exp(y).tolist()).bounds == (0, best, len(y))


@pytest.mark.parametrize("n", [1, 2, 5])
def test_few_points_have_no_steps(n):
    assert fit([1.0, 9.0, 1.0, 9.0, 1.0][:n]).bounds == (0, n)
    assert judge(series([1.0, 9.0, 1.0, 9.0, 1.0][:n])).verdict == "inconclusive"


def test_one_outlier_is_no_step():
    values = levels((1.0, 30), sigma=0.01)
    values[12] = 3.0
    assert judge(series(values)).verdict == "tie"


def test_zeros_and_equal_values():
    """Error rates are often 0, and repeat to the last digit."""
    assert judge(series([0.0] * 12, "%")).verdict == "tie"
    assert judge(series([0.0] * 6 + [2.0] * 6, "%")).change == math.inf
    assert judge(series([9.0] * 6 + [9.5] * 6, "%")).verdict == "worse"


@pytest.mark.parametrize(
    ("unit", "less", "more"),
    [("s", "faster", "slower"), ("MB", "less", "more"), ("%", "better", "worse")],
)
def test_words_of_each_kind_of_metric(unit, less, more):
    up, down = levels((1.0, 10), (1.2, 10)), levels((1.2, 10), (1.0, 10))
    assert judge(series(up, unit)).verdict == more
    assert judge(series(down, unit)).verdict == less


def test_the_best_earlier_level_is_what_counts():
    """Slow growth adds up; a slowdown that was mended is none."""
    creeping = judge(series(levels((1.0, 10), (1.04, 10), (1.08, 10))))
    assert creeping.since is creeping.points[10] and 0.07 < creeping.change < 0.09
    mended = judge(series(levels((1.0, 10), (1.2, 10), (1.0, 10))))
    assert mended.verdict == "tie" and exceeding([mended], 0.05) == []
    assert exceeding([creeping], 0.05) == [creeping] and exceeding([creeping], 0.1) == []


def test_old_steps_leave_the_window():
    values = series(levels((1.0, 20), (1.2, 30)))
    assert judge(values, last=50).verdict == "slower" and judge(values, last=30).verdict == "tie"


def test_noise_that_hides_a_change_is_inconclusive():
    noisy = series(levels((1.0, 12), sigma=0.08))
    assert judge(noisy, threshold=0.05).verdict == "inconclusive"
    assert judge(noisy, threshold=0.5).verdict == "tie"


def test_the_smallest_step_is_about_the_smallest_found():
    """In the middle of noise of a known size, a step of this size is found about half of the
    time.
    """
    size, rng = smallest_step(30, 0.02), np.random.default_rng(5)
    step = np.where(np.arange(30) >= 15, np.log1p(size), 0.0)
    found = sum(len(fit(np.exp(step + rng.normal(0, 0.02, 30))).levels) > 1 for _ in range(60))
    assert 15 < found < 50


def test_what_else_changed_is_said():
    given = [{"numpy": "2.3", "profile": "a"}] * 8 + [{"numpy": "2.4", "profile": "a"}] * 8
    judged = judge(series(levels((1.0, 8), (1.3, 8)), circumstances=given))
    assert judged.also_changed == ("numpy 2.3 -> 2.4",)


def test_a_planted_slowdown_is_found_and_noise_is_not():
    """The quick form of tools/history_power.py, whose bounds are those of docs/history.md."""
    for sigma in SIGMAS[:2]:
        p = power(20_261_201, 100, sigma)
        assert p.found >= 80 and p.false_alarms <= 5
