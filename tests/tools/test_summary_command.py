"""`python -m tools.optimizations`: tables, pages, --check, one line for what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests._support.recorded_results import all_recorded, write
from tools.optimizations.__main__ import main


@pytest.fixture
def summary(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Runs the command in a folder with docs/ and the results given: (exit code, stdout,
    stderr).
    """
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)

    def run(*options: str, **changes) -> tuple[int, str, str]:
        write(tmp_path / "metrics", {**all_recorded(), **changes})
        return main([*options]), *capsys.readouterr()

    return run


def test_a_person_sees_the_cumulative_results(summary):
    code, out, err = summary()
    assert code == 0 and not err
    for said in (
        "+50.0 %",
        "2.00 (2.00 to 2.00: faster)",
        "2.00 (1.59 to 2.51: faster)",
        "both met",
        "5.00 → 5.00 %",
        "4.0 times real time",
        "1 recorded optimizations: 1 kept, 0 left out",
        "measured on one machine",
    ):
        assert said in " ".join(out.split()), said
    assert "not recorded yet" not in out and "`" not in out


def test_pages_are_written_then_found_unchanged_then_stale(summary):
    code, out, _ = summary("--check")
    assert code == 1
    code, out, _ = summary("--write", "docs")
    assert code == 0 and "written to docs/results.md\nwritten to docs/decisions.md" in out
    assert summary("--write", "docs")[1].endswith("docs: nothing has changed\n")
    assert summary("--check") == (0, "", "")
    Path("docs/results.md").write_text(
        Path("docs/results.md").read_text().replace("50.0 %", "51.0 %")
    )
    code, out, err = summary("--check", "docs")
    assert (code, out) == (1, "") and err == (
        "vsat: docs/results.md: differs from the recorded results; run "
        "python -m tools.optimizations --write docs\n"
    )
    assert sorted(p.name for p in Path("docs").iterdir()) == ["decisions.md", "results.md"]


def test_what_is_not_recorded_comes_with_its_command(summary, capsys):
    summary()
    Path("metrics/batch.json").unlink()
    assert main([]) == 0
    assert (
        "not recorded yet; these commands record it:\n  python many_files.py\n"
        in capsys.readouterr().out
    )


def changed(name: str, *keys, to) -> dict[str, str]:
    """The recorded file with one value replaced."""
    value = json.loads(json.dumps(all_recorded()[name]))
    place = value
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = to
    return {name: json.dumps(value)}


LOOPS, SLOW, PLAN = "optimizations/loops.json", "slow/talk.json", "summary.json"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({LOOPS: '{"title": "x",\n "stage'}, "loops.json:2: is not JSON"),
        ({LOOPS: "[]"}, "loops.json: is not a recorded optimization"),
        (
            changed(LOOPS, "_meta", "kind", to="vsat bench"),
            "loops.json: is not a recorded optimization",
        ),
        (changed(LOOPS, "_meta", "version", to=9), "loops.json: is of version 9"),
        (changed(LOOPS, "title", to=""), "loops.json: title should be a text"),
        (changed(LOOPS, "status", to="maybe"), "loops.json: status should be"),
        (changed(LOOPS, "pairs", to={}), "loops.json: pairs should be a list"),
        (
            changed(LOOPS, "pairs", 0, "original", "seconds", to=[[-1.0]]),
            "loops.json: pairs[0] original.seconds",
        ),
        (
            changed(LOOPS, "pairs", 0, "original", to="x"),
            "loops.json: pairs[0] original should be an object",
        ),
        (
            changed(LOOPS, "figures", 0, "after", to=None),
            "loops.json: figures[0] after should be a number",
        ),
        (changed(LOOPS, "figures", 0, "befor", to=1), "loops.json: figures[0] has unknown befor"),
        (
            changed(LOOPS, "figures", 0, to={"metric": "x", "before": 1}),
            "loops.json: figures[0] should have before",
        ),
        ({SLOW: '{"results"'}, "talk.json:1: is not JSON"),
        (changed(SLOW, "_meta", "profile", to="fast"), "talk.json: is of profile 'fast'"),
        (
            changed(SLOW, "_meta", "profile_toml", to="[["),
            "talk.json: _meta.profile_toml is not a profile",
        ),
        (
            {"slow/again.json": json.dumps(all_recorded()[SLOW])},
            "talk.json: decode of talk.wav is also in another file",
        ),
        (changed(PLAN, "_meta", "kind", to="x"), "summary.json: is something else"),
        (changed(PLAN, "goals", to={}), "summary.json: goals should give"),
        (changed(PLAN, "recordings", to=[]), "summary.json: recordings should be an object"),
        (changed("batch.json", "runs", to=[]), "batch.json: runs should be a list of at least two"),
        (
            changed("batch.json", "runs", 0, "seconds", to=[0]),
            "batch.json: runs[0] should have jobs, threads and positive",
        ),
        (
            changed("accuracy/talk.json", "format", to="x"),
            "talk.json: is not a result of vsat evaluate",
        ),
        (
            changed("accuracy/talk.json", "comparisons", to=None),
            "talk.json: should hold comparisons",
        ),
        (
            changed("accuracy/talk.json", "profiles", "slow", to=[]),
            "talk.json: should hold comparisons, and",
        ),
        (
            changed("accuracy/talk.json", "profiles", to={}),
            "talk.json: should hold the profiles slow and fast",
        ),
    ],
)
def test_what_cannot_be_read_is_one_line_that_names_the_file(summary, changes, said):
    code, out, err = summary("--write", "docs", **changes)
    assert (code, out) == (2, "") and err.count("\n") == 1 and said in err
    assert not list(Path("docs").iterdir())


def test_missing_folders_are_one_line(tmp_path, capsys):
    empty = write(tmp_path / "metrics", {"summary.json": all_recorded()["summary.json"]})
    for options, said in (
        (["--metrics", str(tmp_path / "none")], "none: no such folder"),
        (["--metrics", str(tmp_path)], "summary.json: no such file"),
        (["--metrics", str(empty)], "optimizations: no such folder"),
        (["--metrics", str(empty), "--write", str(tmp_path / "docs")], "docs: no such folder"),
    ):
        assert main([*options]) == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1 and said in err, err
