"""The summary: figures worked out by hand, nothing invented where nothing is recorded, docs that
are what they say.
"""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tests._support.paths import ROOT
from tests._support.recorded_results import all_recorded, bench, entry, row, side, write
from tools.optimizations.decisions import decisions
from tools.optimizations.entries import Figure, read_entries
from tools.optimizations.pages import differing, pages, results_page
from tools.optimizations.results import Line, Results, read_results
from tools.optimizations.words import figure, number, ratio
from vsat_core.measure.unpaired import compare_apart


@pytest.fixture
def recorded(tmp_path: Path):
    """Reads a folder with everything recorded but for the changes given: path to content, None for
    no such file.
    """

    def read(**changes) -> Results:
        files = {n: v for n, v in {**all_recorded(), **changes}.items() if v is not None}
        return read_results(write(tmp_path / "metrics", files))

    return read


def line(results: Results, what: str) -> Line:
    """The row of this name."""
    (found,) = (
        r for r in (*results.whole, *results.stages, *results.batch) if r.what.startswith(what)
    )
    return found


def test_the_docs_are_what_the_recorded_results_say():
    """Nobody typed into them, and whoever records anew writes them anew."""
    assert differing(read_results(ROOT / "metrics"), ROOT / "docs") == []


def test_every_recorded_figure_is_in_the_docs():
    entries = read_entries(ROOT / "metrics" / "optimizations")
    page = decisions(entries)
    for e in entries:
        for item in (*e.figures, *e.accuracy):
            assert figure(item).replace("|", "\\|") in page, e.name
            for value in (item.before, item.after, item.times, item.value):
                assert value is None or number(value) in page, e.name
        for pair in e.pairs:
            found = pair.comparison
            assert found is None or f"**{ratio(1 / found.ratio)} times as fast**" in page, e.name


def test_the_whole_is_compared_process_by_process(recorded):
    found = line(recorded(), "whole")
    assert (found.before_s, found.after_s) == (10.0, 5.0)
    assert found.time_percent == pytest.approx(50.0) and found.comparison.verdict == "faster"
    assert found.peak_percent == pytest.approx(100 * (104 - 64) / 104)


def test_times_of_preprocessing_are_added_and_its_highest_peak_counts(recorded):
    found = line(recorded(), "preprocessing")
    assert (found.before_s, found.after_s) == (6.0, 3.0)
    summed = compare_apart([[6.0], [6.6], [5.4]], [[3.0], [3.3], [2.7]])
    assert (found.comparison.ratio, found.comparison.low) == pytest.approx(
        (summed.ratio, summed.low)
    )
    assert (found.before_mb, found.after_mb) == (102.0, 62.0)


def test_profiles_are_independent_samples():
    """Against the formula of Welch's test, written out; the order of processes tells nothing."""
    base, new = [[4.0, 9.0, 4.0], [4.4], [3.8], [4.1]], [[2.0], [2.6], [2.1]]
    found = compare_apart(base, new)
    x, y = (np.log([np.median(p) for p in side]) for side in (new, base))
    parts = [v.var(ddof=1) / len(v) for v in (x, y)]
    freedom = sum(parts) ** 2 / sum(p**2 / (len(v) - 1) for p, v in zip(parts, (x, y), strict=True))
    half = stats.t.ppf(0.975, freedom) * np.sqrt(sum(parts))
    middle = x.mean() - y.mean()
    assert (found.ratio, found.low, found.high) == pytest.approx(
        tuple(np.exp([middle, middle - half, middle + half]))
    )
    assert found.verdict == "faster" and found.n == 3
    turned = compare_apart(base[::-1], new[::-1])
    assert (turned.ratio, turned.low, turned.high) == pytest.approx(
        (found.ratio, found.low, found.high)
    )
    assert (
        compare_apart(base, base).verdict == "tie"
        and compare_apart([[2.0]] * 2, [[2.0]] * 2).ratio == 1
    )
    assert (
        compare_apart(base, [[1.0]]).n == 1
        and compare_apart([[2.0]] * 2, [[1.0]] * 2).verdict == "faster"
    )
    with pytest.raises(ValueError, match="process of each"):
        compare_apart(base, [[]])


def test_recordings_together(recorded):
    files = all_recorded()
    for name, factor in (("slow/talk.json", 1.0), ("fast/talk.json", 0.5)):
        for rows in files[name]["results"].values():
            rows["more.wav"] = row([8.0 * factor**3] * 3, 100.0)
    files["summary.json"] = {
        **files["summary.json"],
        "recordings": {"talk.wav": "t", "more.wav": "m"},
    }
    page = results_page(recorded(**files))
    assert (
        "- 2 recordings together (geometric mean): 75.0 % less time" in page
    )  # 2 and 8 times as fast: 4
    assert "- more.wav: 87.5 % less time, 0.0 % less peak memory" in page


def test_stages_name_their_variants_and_what_their_answers_promise(recorded):
    results = recorded()
    assert line(results, "cluster `cluster.baseline` → `cluster.numba`").answers == "equal"
    assert line(results, "decode `decode.baseline` → `decode.numba`").answers == "not recorded"


def test_many_files_as_throughput(recorded):
    found = line(recorded(), "batch")
    assert found.what == "batch `--jobs 1` of 1 thread → `--jobs 2` of 1 thread"
    assert found.answers == "2.0 → 4.0 times real time" and found.time_percent == pytest.approx(50)
    assert found.peak_percent == pytest.approx(-50)


def test_goals_and_accuracy_are_said_in_words(recorded):
    page = results_page(recorded())
    assert (
        "- talk.wav: 50.0 % less time, 38.5 % less peak memory; goal 45 % less time and 30 % less "
        "peak " in page
    )
    assert "**both met**" in page
    assert "| talk | DER, collar 0.25 s | 5.00 → 5.00 % | tie |" in page
    assert "| talk | WER | 20.00 → 21.00 % | worse |" in page
    assert "| talk | cpWER | not recorded |  |" in page
    assert "commands record" not in page


@pytest.mark.parametrize(
    ("factor", "said"), [(0.7, "memory met, the other missed"), (0.5, "both met")]
)
def test_a_goal_that_is_missed_is_called_so(recorded, factor, said):
    assert f"**{said}**" in results_page(
        recorded(**{"fast/talk.json": bench("fast", factor, 60.0)})
    )


def test_what_is_not_recorded_is_said_with_the_command_that_records_it(recorded):
    bare = entry(
        pairs=[
            {
                "work": "talk",
                "original": {"variant": "a.baseline"},
                "optimized": {"variant": "a.numba"},
            }
        ]
    )
    results = recorded(
        **{
            "fast/talk.json": None,
            "batch.json": None,
            "accuracy/talk.json": None,
            "optimizations/loops.json": bare,
        }
    )
    assert list(results.commands) == [
        "vsat bench --profile fast --rounds 1 --output metrics/fast/talk.json test_data/talk.wav",
        "vsat evaluate talk.json",
        "python many_files.py",
        "python tools/benchmarks/optimizations.py",
    ]
    page = results_page(results)
    assert all(command in page for command in results.commands)
    assert "| whole | talk.wav | not recorded |  |  |  |  |" in page
    assert "- talk.wav: not recorded; goal" in page
    assert "times as fast**" not in decisions(results.entries)


def test_results_of_two_machines_are_not_compared(recorded):
    other = all_recorded()["fast/talk.json"]
    other["_meta"]["machine"] = {"key": "another machine"}
    found = line(recorded(**{"fast/talk.json": other}), "whole")
    assert (
        found.comparison is None and found.missing == "measured on one machine and another machine"
    )


def test_a_failure_is_a_row_with_its_reason(recorded):
    other = all_recorded()["fast/talk.json"]
    other["results"]["enhance"]["talk.wav"] = {"failure": {"kind": "crashed", "reason": "SIGSEGV"}}
    results = recorded(**{"fast/talk.json": other})
    assert line(results, "preprocessing").missing == "enhance of fast: SIGSEGV"
    assert line(results, "clustering").comparison is not None


def test_an_entry_in_words(recorded):
    page = decisions(recorded().entries)
    (found,) = (text for text in page.splitlines() if text.startswith("| loops"))
    assert (
        "### cluster" in page
        and "| loops \\| in Python | compiled | no loop | - talk: `cluster.numba`" in found
    )
    assert (
        "**4.00 times as fast** (4.00 to 4.00: faster); peak 100 → 50 MB, of it by the call 80 → 30"
        in found
    )
    assert "<br>- answers: equal<br>- DER: 4.48 → 4.5 % (tie)<br>" in found
    assert found.endswith("<br>- processor time: 1,881 → 72.5 ms (one thread) |")


def test_an_entry_stands_where_it_belongs(recorded):
    seen, out = entry(title="seen", pairs=[]), entry(title="out", status="left out")
    page = decisions(
        recorded(**{"optimizations/seen.json": seen, "optimizations/out.json": out}).entries
    )
    places = [
        page.index(text)
        for text in (
            "| loops |",
            "## Seen while",
            "| cluster: seen |",
            "## Tried and left out",
            "| cluster: out |",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ({"original": side("a.baseline", [2.0])}, "(one process each)"),
        ({"taken": {"apart": True}}, "(different runs)"),
        ({"original": side("a.baseline", [1.0], [0.8], [1.2])}, "tie)"),
    ],
)
def test_no_certainty_where_there_is_none(recorded, pair, said):
    value = entry()
    value["pairs"][0] |= pair
    assert said in decisions(recorded(**{"optimizations/loops.json": value}).entries)


def test_a_changed_figure_changes_the_pages(recorded, tmp_path):
    before = pages(recorded())
    value = copy.deepcopy(entry())
    value["figures"][0]["after"] = 73
    assert (
        pages(recorded(**{"optimizations/loops.json": value}))["decisions.md"]
        != before["decisions.md"]
    )


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (Figure("time", times=2.7, how="busy"), "time: 2.7 times less (busy)"),
        (
            Figure("time", "ms", (4.4, 5.0), (1.6, 2.0), 2.5),
            "time: 4.4 to 5 → 1.6 to 2 ms, 2.5 times less",
        ),
        (Figure("answers", value="equal", verdict="tie"), "answers: equal (tie)"),
        (Figure("", "%", value=0), "0 %"),
    ],
)
def test_figures_in_words(item, said):
    assert figure(item) == said
