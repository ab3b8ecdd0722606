"""Progress and time left, from what stages took before."""

import pytest

from vsat_core.engine.outcome import StageRow
from vsat_core.page.time_left import StageRates, TimeLeft

STAGES = [("decode", "a"), ("detect", "b"), ("write", "c")]
HOUR = 3600 * 16_000


@pytest.fixture
def rates(tmp_path):
    made = StageRates(tmp_path / "rates.json")
    rows = [
        StageRow("decode", "a", 1.0, 0.0, 0),
        StageRow("detect", "b", 7.0, 1.0, 0),
        StageRow("write", "c", 1.0, 0.0, 0),
    ]
    made.learn(rows, 100.0)
    return made


def test_shares_follow_what_stages_take(rates):
    now = [0.0]
    left = TimeLeft(STAGES, rates, lambda: now[0])
    assert left.share() == 0 and left.seconds_left() is None
    left.follow({"event": "prepare", "stage": "decode"})
    left.follow({"event": "progress", "samples": 1000})
    assert left.seconds_left() is None  # nobody knows how long it is
    left.follow({"event": "stage", "stage": "detect", "total": HOUR})
    assert left.share() == pytest.approx(0.1)
    assert left.seconds_left() == pytest.approx((8 + 1) * 36)
    left.follow({"event": "progress", "samples": HOUR // 2})
    assert left.share() == pytest.approx(0.5)
    assert left.seconds_left() == pytest.approx((4 + 1) * 36)
    now[0] = 60.0  # half of the stage took a minute: the other half will, too
    assert left.seconds_left() == pytest.approx(60 + 36)


def test_a_stage_that_comes_first_means_the_others_were_stored(rates):
    left = TimeLeft(STAGES, rates)
    left.follow({"event": "stage", "stage": "write", "total": HOUR})
    assert left.share() == pytest.approx(0.9)


def test_rates_are_kept_and_follow_the_machine(rates, tmp_path):
    again = StageRates(tmp_path / "rates.json")
    assert again.of("detect", "b") == pytest.approx(0.08)
    again.learn([StageRow("detect", "b", 16.0, 0.0, 0)], 100.0)
    assert again.of("detect", "b") == pytest.approx(0.12)
    again.learn([StageRow("detect", "b", None, None, 0)], 100.0)  # from the cache
    assert again.of("detect", "b") == pytest.approx(0.12)
