"""`vsat compare`: gains and ties between recorded results, and one line for all that cannot be
compared.
"""

import copy
import json
from pathlib import Path

import pytest

from tests._support.command import vsat
from tests._support.golden import check_golden

GOLDEN = Path(__file__).parent / "golden"


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
def compared(tmp_path, capsys, monkeypatch):
    """Writes BASE and a changed copy of it, compares them: (exit code, stdout, stderr)."""

    monkeypatch.chdir(tmp_path)

    def run(change=lambda value: None, options: str = "") -> tuple[int, str, str]:
        Path("base.json").write_text(json.dumps(BASE))
        value = copy.deepcopy(BASE)
        change(value)
        Path("new.json").write_text(json.dumps(value))
        return vsat(f"compare base.json new.json {options}"), *capsys.readouterr()

    return run


def scaled(factor: float):
    """A change of all times by a factor."""

    def change(value):
        for files in value["results"].values():
            for name, r in files.items():
                files[name] = row([[factor * t for t in process] for process in r["seconds"]])

    return change


def test_a_result_ties_with_itself_everywhere(compared):
    code, out, err = compared(options="--format json")
    found = json.loads(out)[0]
    assert code == 0 and not err
    assert {r["verdict"] for r in [*found["rows"], found["overall"]]} == {"tie"}


@pytest.mark.parametrize(
    ("factor", "verdict", "percent"), [(1.05, "slower", -5.0), (0.5, "faster", 50.0)]
)
def test_a_planted_change_is_called_by_its_name(compared, factor, verdict, percent):
    code, out, _ = compared(scaled(factor), "--format json --metric elapsed_seconds")
    found = json.loads(out)[0]
    assert code == 0
    assert {r["verdict"] for r in [*found["rows"], found["overall"]]} == {verdict}
    assert found["overall"]["improvement"] == pytest.approx(percent)


def test_fail_above_is_an_exit_code_and_a_line(compared):
    assert compared(scaled(1.2), "--fail-above 25%")[0] == 0
    code, _, err = compared(scaled(1.2), "--fail-above 5% --operation embed")
    line = "embed a.wav: elapsed_seconds is 20.0 % worse, more than 5 %\n"
    assert code == 1 and err.count("\n") == 1 and err.endswith(line)


@pytest.mark.parametrize("form", ["table", "markdown", "csv"])
def test_every_format(compared, form):
    """Half the time, and memory that has a verdict of its own."""

    def change(value):
        scaled(0.5)(value)
        value["results"]["embed"]["a.wav"]["memory_peak_mb"] = 150.0

    _, out, _ = compared(change, f"--format {form}")
    check_golden(GOLDEN / f"compare.{form}", out)


def test_what_is_on_one_side_only_is_reported(compared):
    def change(value):
        value["results"]["cut"] = {"a.wav": row([[1.0]])}
        del value["results"]["whole"]["b.wav"]
        del value["results"]["embed"]["a.wav"]["memory_peak_mb"]
        value["results"]["whole"]["a.wav"] = {"failure": {"kind": "crashed", "reason": "SIGSEGV"}}

    code, out, err = compared(change)
    assert code == 2 and "embed" in out
    check_golden(GOLDEN / "compare.not-compared", err)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda v: v["_meta"]["machine"].update(key="two"), "--any-machine"),
        (lambda v: v["_meta"].update(kind="other"), "is not a result of vsat bench"),
        (lambda v: v["_meta"].update(version=9), "record it"),
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


def test_other_machines_can_be_compared_if_asked_to(compared):
    assert compared(lambda v: v["_meta"]["machine"].update(key="two"), "--any-machine")[0] == 0


def test_missing_and_truncated_files_are_one_line(compared, capsys):
    compared()
    Path("cut.json").write_text(json.dumps(BASE)[:50])
    for other, words in (("cut.json", "cut.json:1: is not JSON"), ("none.json", "no such file")):
        assert vsat(f"compare base.json {other}") == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1 and words in err
