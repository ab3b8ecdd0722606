"""The table of docs/hard-recordings.md is made of results alone."""

from pathlib import Path

import pytest

from tools.hard_recordings.page import side_by_side, tables_of, write_scores
from tools.hard_recordings.scores import Score
from vsat_core.scoring.diarization import DiarizationCounts

PAGE = Path(__file__).parents[2] / "docs" / "hard-recordings.md"
NAMES = ("tune-noise-01", "tune-noise-22", "tune-codec-01")  # babble at 20 and 5 dB, MP3


def scores(errors, found):
    return {
        name: Score(("ada",), DiarizationCounts(total=100, missed=missed), n, 1)
        for name, missed, n in zip(NAMES, errors, found, strict=True)
    }


SYSTEMS = {"ours": scores((0, 10, 2), (1, 1, 1)), "other": scores((10, 30, 2), (1, 3, 2))}


def test_a_kind_has_its_rates_counts_and_the_difference():
    head, _, *rows = side_by_side(SYSTEMS).splitlines()
    assert head.endswith("other: DER % | exact | within one | DER of other less ours, points |")
    cells = [[cell.split(" [")[0].strip() for cell in row.split("|")[1:-1]] for row in rows]
    assert cells == [
        ["noise", "2", "5.0", "2", "2", "20.0", "1", "1", "15.0"],
        ["noise 20 dB", "1", "0.0", "1", "1", "10.0", "1", "1", "10.0"],
        ["noise 5 dB", "1", "10.0", "1", "1", "30.0", "0", "0", "20.0"],
        ["codec", "1", "2.0", "1", "1", "2.0", "0", "1", "0.0"],
        ["all", "3", "4.0", "3", "3", "14.0", "1", "2", "10.0"],
    ]


def test_the_first_system_is_also_shown_on_what_others_lack():
    assert tables_of(SYSTEMS) == side_by_side(SYSTEMS)
    fewer = SYSTEMS | {"other": {name: SYSTEMS["other"][name] for name in NAMES[:2]}}
    alone, said, together = tables_of(fewer).split("\n\n")
    assert alone == side_by_side({"ours": SYSTEMS["ours"]})
    assert (said, together) == ("On the 2 of which all have a result:", side_by_side(fewer))


def test_only_what_is_between_the_marks_is_replaced(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- scores -->\nold\n<!-- end of scores -->\nafter\n")
    for _ in range(2):
        write_scores(page, SYSTEMS)
        text = page.read_text()
        assert text.startswith("before\n<!-- scores -->\n| kind |")
        assert text.endswith("|\n<!-- end of scores -->\nafter\n") and "old" not in text
    page.write_text("no marks")
    with pytest.raises(SystemExit, match="has no <!-- scores --> "):
        write_scores(page, SYSTEMS)


def test_the_page_has_the_marks():
    assert PAGE.read_text().count("scores -->\n") == 2
