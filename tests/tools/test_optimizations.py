"""The diary: figures worked out by hand, docs that are what is recorded, errors of one line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests._support.golden import check_golden
from tests._support.paths import ROOT
from tools.optimizations.__main__ import main
from tools.optimizations.pages import pages
from tools.optimizations.records import Figure
from tools.optimizations.results import Results, read_results
from tools.optimizations.words import figure
from vsat_core.measure.statistics import compare_apart

LOOPS, SLOW, FAST = "optimizations/loops.json", "slow/talk.json", "fast/talk.json"
GOLDEN, RECORDED = (Path(__file__).parent / name for name in ("golden", "recorded"))


def all_recorded() -> dict[str, Any]:
    """The files of recorded/, whose results can be worked out by hand: path to content."""
    paths = sorted(RECORDED.rglob("*.json"))
    return {str(p.relative_to(RECORDED)): json.loads(p.read_text()) for p in paths}


def write(folder: Path, files: dict[str, Any]) -> Path:
    """Leave them in a folder, which is returned."""
    for name, value in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(value))
    return folder


@pytest.fixture
def recorded(tmp_path):
    """Reads a folder with everything recorded but what `change` alters in or takes from it."""

    def read(change=lambda files: None) -> Results:
        files = all_recorded()
        change(files)
        return read_results(write(tmp_path / "metrics", files))

    return read


def test_the_docs_are_what_the_recorded_results_say():
    """Nobody typed into them, and whoever records again writes them again."""
    for name, text in pages(read_results(ROOT / "metrics")).items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["results.md", "decisions.md"])
def test_the_pages_of_results_worked_out_by_hand(recorded, name):
    """Times halved, peaks 104 to 64 MB; preprocessing 1 + 2 + 3 s with its highest peak, 102 MB."""
    check_golden(GOLDEN / name, pages(recorded())[name])


def test_times_of_preprocessing_are_added_process_by_process(recorded):
    (found,) = (r for r in recorded().overall if r.what == "preprocessing")
    summed = compare_apart([[6.0], [6.6], [5.4]], [[3.0], [3.3], [2.7]])
    assert found.comparison.ratio == pytest.approx(summed.ratio)
    assert found.comparison.low == pytest.approx(summed.low)


def test_recordings_together(recorded):
    """Twice and eight times as fast: four times."""

    def add(files):
        for name, factor in ((SLOW, 1.0), (FAST, 0.125)):
            for rows in files[name]["results"].values():
                times = [[8.0 * factor]] * 3
                rows["more.wav"] = {"seconds": times, "memory_peak_mb": 100.0}
        files["summary.json"]["recordings"]["more.wav"] = "m"

    page = pages(recorded(add))["results.md"]
    assert "- 2 recordings together (geometric mean): 75.0 % less time" in page
    assert "- more.wav: 87.5 % less time, 0.0 % less peak memory" in page


def test_what_is_not_recorded_has_no_row(recorded):
    """No file of one profile, a failed stage, another machine, no accuracy: no row each."""

    def fail(files):
        failure = {"failure": {"kind": "crashed", "reason": "SIGSEGV"}}
        files[FAST]["results"]["enhance"]["talk.wav"] = failure
        del files["batch.json"], files["accuracy/talk.json"]
        files[LOOPS]["pairs"][0]["original"]["seconds"] = []

    page = pages(recorded(fail))["results.md"]
    assert "preprocessing |" not in page and "| enhance" not in page and "## Accuracy" not in page
    assert "| clustering |" in page and "batch" not in page and "| loops |" not in page

    def move(files):
        files[FAST]["_meta"]["machine"] = {"key": "another machine"}

    assert recorded(move).overall[0].what.startswith("batch")


@pytest.mark.parametrize(
    ("original", "taken", "words"),
    [
        ({"seconds": [[2.0]]}, {}, "(one process each)"),
        ({}, {"apart": True}, "(different runs)"),
        ({"seconds": [[1.0], [0.8], [1.2]]}, {}, "tie)"),
    ],
)
def test_no_certainty_where_there_is_none(recorded, original, taken, words):
    def change(files):
        pair = files[LOOPS]["pairs"][0]
        pair["original"] |= original
        pair["taken"] |= taken

    assert words in pages(recorded(change))["decisions.md"]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (Figure("time", times=2.7, how="busy"), "time: 2.7 times less (busy)"),
        (
            Figure("time", "ms", [4.4, 5.0], [1.6, 2.0], 2.5),
            "time: 4.4 to 5 → 1.6 to 2 ms, 2.5 times less",
        ),
        (Figure("answers", value="equal", verdict="tie"), "answers: equal (tie)"),
        (Figure("", "%", value=0), "0 %"),
    ],
)
def test_figures_in_words(item, words):
    assert figure(item) == words


def test_pages_are_written_then_found_unchanged_then_stale(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "metrics", all_recorded())
    Path("docs").mkdir()
    assert main(["--check", "docs"]) == 1
    assert main(["--write", "docs"]) == 0
    assert capsys.readouterr().out.endswith(
        "docs/results.md: written\ndocs/decisions.md: written\n"
    )
    assert main(["--check", "docs"]) == 0 and not capsys.readouterr().out
    assert main([]) == 0
    assert "**both met**" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "keys", "value"),
    [
        (LOOPS, ("_meta", "version"), 9),
        (LOOPS, ("status",), "maybe"),
        (LOOPS, ("pairs",), {"original": 1}),
        (LOOPS, ("figures", 0, "befor"), 1),
        (SLOW, ("_meta", "profile"), "fast"),
        (SLOW, ("_meta", "profile_toml"), "[["),
        ("summary.json", ("goals",), {}),
        ("batch.json", ("runs",), []),
        ("accuracy/talk.json", ("profiles",), {}),
    ],
)
def test_what_cannot_be_read_is_one_line_that_names_the_file(tmp_path, capsys, file, keys, value):
    files = all_recorded()
    place = files[file]
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    assert main(["--metrics", str(write(tmp_path, files))]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and f"{tmp_path / file}: " in err
