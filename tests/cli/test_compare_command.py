"""`vsat compare`: gains and ties between recorded results, and one line for all that cannot be
compared.
"""

from __future__ import annotations

import copy
import csv
import io
import json
from pathlib import Path

import pytest

from vsat_core.cli import main


def row(seconds: list[list[float]], peak: float = 100.0) -> dict:
    times = sorted(t for process in seconds for t in process)
    return {
        "elapsed_seconds": times[len(times) // 2],
        "seconds": seconds,
        "prepare_cold_seconds": 1.0,
        "memory_peak_mb": peak,
        "memory_delta_mb": 5.0,
    }


BASE = {
    "results": {
        "whole": {
            "a.wav": row([[2.0, 2.1], [2.2, 2.0], [2.1, 2.1]]),
            "b.wav": row([[4.0, 4.1], [4.2, 4.0]]),
        },
        "embed": {"a.wav": row([[1.0, 1.1], [1.2, 1.0], [1.1, 1.1]])},
    },
    "_meta": {"kind": "vsat bench", "version": 1, "machine": {"key": "one"}, "profile": "baseline"},
}


@pytest.fixture
def compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Writes BASE and a changed copy of it, compares them: (exit code, stdout, stderr)."""

    def run(change=lambda value: None, *options: str) -> tuple[int, str, str]:
        paths = [tmp_path / "base.json", tmp_path / "new.json"]
        for path, alter in zip(paths, (lambda value: None, change), strict=True):
            value = copy.deepcopy(BASE)
            alter(value)
            path.write_text(json.dumps(value))
        code = main(["compare", *map(str, paths), *options])
        return code, *capsys.readouterr()

    return run


def scaled(factor: float):
    """A change of all times by a factor."""

    def change(value):
        for files in value["results"].values():
            for name, r in files.items():
                files[name] = row([[factor * t for t in process] for process in r["seconds"]])

    return change


def test_a_result_ties_with_itself_everywhere(compared):
    code, out, err = compared(lambda v: None, "--format", "json")
    found = json.loads(out)[0]
    assert code == 0 and not err
    assert {r["verdict"] for r in found["rows"]} == {"tie"} and found["overall"]["verdict"] == "tie"
    assert {r["metric"] for r in found["rows"]} == {
        "elapsed_seconds",
        "prepare_cold_seconds",
        "memory_peak_mb",
        "memory_delta_mb",
    }


@pytest.mark.parametrize(
    ("factor", "verdict", "percent"), [(1.05, "slower", -5.0), (0.5, "faster", 50.0)]
)
def test_a_planted_change_is_called_by_its_name(compared, factor, verdict, percent):
    code, out, _ = compared(scaled(factor), "--format", "json", "--metric", "elapsed_seconds")
    found = json.loads(out)[0]
    assert code == 0
    assert {r["verdict"] for r in found["rows"]} == {verdict} == {found["overall"]["verdict"]}
    assert found["overall"]["improvement"] == pytest.approx(percent)


def test_fail_above_is_an_exit_code_and_a_line(compared):
    assert compared(scaled(1.2), "--fail-above", "25%")[0] == 0
    code, _, err = compared(scaled(1.2), "--fail-above", "5%", "--operation", "embed")
    assert code == 1
    assert (
        err.count("\n") == 1
        and "embed a.wav: elapsed_seconds is 20.0 % worse, more than 5 %" in err
    )


def test_memory_has_a_verdict_of_its_own(compared):
    def change(value):
        value["results"]["embed"]["a.wav"]["memory_peak_mb"] = 150.0

    _, out, _ = compared(change, "--format", "csv")
    rows = {(r["operation"], r["file"], r["metric"]): r for r in csv.DictReader(io.StringIO(out))}
    assert rows["embed", "a.wav", "memory_peak_mb"]["verdict"] == "more"
    assert float(rows["embed", "a.wav", "memory_peak_mb"]["improvement"]) == -50
    assert rows["whole", "a.wav", "memory_peak_mb"]["verdict"] == "tie"


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_a_person_can_read_it(compared, form):
    _, out, _ = compared(scaled(0.5), "--format", form)
    assert "+50.0 %" in out and "faster" in out
    assert "overall: whole on 2 files: +50.0 % time" in out


def test_what_is_on_one_side_only_is_said(compared):
    def change(value):
        value["results"]["cut"] = {"a.wav": row([[1.0]])}
        del value["results"]["whole"]["b.wav"]
        del value["results"]["embed"]["a.wav"]["memory_peak_mb"]
        value["results"]["whole"]["a.wav"] = {"failure": {"kind": "crashed", "reason": "SIGSEGV"}}

    code, out, err = compared(change)
    assert code == 2 and "embed" in out
    for line in (
        "whole b.wav: only in",
        "cut a.wav: only in",
        "embed a.wav: memory_peak_mb only in",
        "whole a.wav: failed in",
        "SIGSEGV",
    ):
        assert line in err
    assert err.count("\n") == 4


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda v: v["_meta"]["machine"].update(key="two"), "--any-machine"),
        (lambda v: v["_meta"].update(kind="other"), "is not a result of vsat bench"),
        (lambda v: v["_meta"].update(version=9), "record it anew"),
        (lambda v: v.pop("_meta"), "is not a result of vsat bench"),
        (lambda v: v["results"].clear(), "nothing in common"),
        (
            lambda v: v["results"]["embed"]["a.wav"].update(seconds=[[-1.0]]),
            "results.embed.a.wav.seconds",
        ),
        (lambda v: v["results"].update(embed=[]), "results.embed should hold recordings"),
    ],
)
def test_what_cannot_be_compared_is_one_line(compared, spoil, said):
    code, out, err = compared(spoil)
    assert (code, out) == (2, "") and err.count("\n") == 1 and said in err


def test_other_machines_can_be_compared_if_told_to(compared):
    assert compared(lambda v: v["_meta"]["machine"].update(key="two"), "--any-machine")[0] == 0


def test_missing_and_truncated_files_are_one_line(tmp_path, capsys):
    good, cut = tmp_path / "good.json", tmp_path / "cut.json"
    good.write_text(json.dumps(BASE))
    cut.write_text(json.dumps(BASE)[:50])
    for other, said in ((cut, "cut.json:1: is not JSON"), (tmp_path / "none.json", "no such file")):
        assert main(["compare", str(good), str(other)]) == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1 and said in err
