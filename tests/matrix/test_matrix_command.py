"""`vsat matrix` on the tiny plugin: real processes, real files, broken variants, killed and
resumed.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import attrs
import pytest

from tests._support.command import vsat
from tests._support.stages import STAGES
from tests._support.tiny_recording import Tiny
from vsat_core.matrix.validation.between import MORE

LINES = 25  # of a screen
QUICK = "--out mx --rounds 2 --budget 1"
CUT = list(STAGES).index("cut")
SLOW = '[stages.cut]\nuse = "tiny.slow"'


@attrs.frozen
class Place:
    """A folder of work with a matrix of tiny's variants and their rivals."""

    folder: Path
    tiny: Tiny

    @classmethod
    def of(cls, folder: Path):
        return cls(folder, Tiny.of(folder / "tiny", "rivals.py"))

    def command(self, cut: str, more: str = "") -> str:
        wanted = " ".join(f"--stage {s}={cut if s == 'cut' else 'tiny.*'}" for s in STAGES)
        return f"matrix {self.tiny.recording} --profile {self.tiny.profile} {QUICK} {wanted} {more}"

    def begin(self, command: str) -> subprocess.Popen[str]:
        """The command in a process of its own."""
        home = {"VSAT_CACHE": "cache", "XDG_CONFIG_HOME": "config", "TINY_LOG": self.tiny.log}
        return subprocess.Popen(
            [sys.executable, "-m", "vsat_core", *shlex.split(command)],
            cwd=self.folder,
            env=os.environ | {n: str(self.folder / p) for n, p in home.items()},
            start_new_session=True,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, command: str) -> str:
        """What the command shows."""
        process = self.begin(command)
        shown, _ = process.communicate()
        assert process.returncode == 0, shown
        return shown

    def results(self) -> dict:
        return json.loads((self.folder / "mx" / "matrix.json").read_text())

    def cells(self) -> dict[str, tuple[int, bytes]]:
        """Every cell with the time it was written at, without what a killed run left half
        written.
        """
        paths = (self.folder / "mx" / "cells").glob("[!.]*.json")
        return {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in paths}


def recommended(found: dict) -> dict:
    subset = found["subsets"][0]
    return subset["rows"][subset["marks"]["recommended"]]


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """One matrix of all rivals, of which four are broken, from a profile with the slow one; and
    what the command showed.
    """
    place = Place.of(tmp_path_factory.mktemp("measured"))
    profile = place.tiny.profile
    slow = profile.read_text().replace('[stages.cut]\nuse = "tiny.plain"', SLOW)
    profile.write_text(slow)
    limits = "--processes 2 --sample 2 --seed 4 --timeout 6 --memory-limit 400"
    shown = place.run(place.command("tiny.*", limits))
    return place, place.results(), shown


def test_from_measuring_to_the_profile(measured, tmp_path, monkeypatch):
    place, found, shown = measured
    # 4 of cut x 2 of cluster; the other features fit no embed
    assert found["counts"]["combinations"] == 4 * 2
    # a run and the one stage that is long, against each other: first calls and rounds
    between = (1 + MORE * 2) * (13 + 1)
    assert found["counts"]["executions"] < 13 * 4 * 9 + between
    cuts = {o["name"]: o for o in found["stages"]["cut"]}
    best = recommended(found)
    assert list(cuts)[best["options"][CUT]] == "tiny.plain"
    assert best["cpWER"] == 0.0  # agreement with the profile it started from
    assert "agreement with small" in found["files"][0]["reference"]
    assert all(r["same_answer"] and not r["failure"] for r in found["validation"])
    assert cuts["tiny.slow"]["seconds"] >= 0.35 and 55 <= cuts["tiny.large"]["taken_mb"] <= 70
    verdict = found["subsets"][0]["verdict"]
    (exchange,) = verdict["exchanges"]
    assert (exchange["before"], exchange["after"]) == ("tiny.slow", "tiny.plain")
    assert verdict["kind"] == "change" and 0.1 < exchange["low_s"] <= exchange["saves_s"]
    assert verdict["sentence"] in shown and "mx/matrix.html" in shown
    assert f"vsat run --profile {verdict['profile']} RECORDING" in shown
    assert len(shown.splitlines()) <= LINES
    assert (place.folder / "mx/combinations.csv").read_text().count("\n") == 9
    monkeypatch.chdir(place.folder)
    (profile,) = found["profiles"]
    for out, name in (("out", profile), ("out2", place.tiny.profile)):
        line = f"run --profile {name} --out {tmp_path / out} {place.tiny.recording} --no-cache"
        assert vsat(line) == 0
    assert (tmp_path / "out/talk.txt").read_bytes() == (tmp_path / "out2/talk.txt").read_bytes()
    written = Path(profile).read_text()
    assert "Chosen from 8 combinations" in written and verdict["sentence"] in written


def test_four_broken_variants_are_four_rows(measured):
    _, found, shown = measured
    failures = {o["name"]: o.get("failure", "") for o in found["stages"]["cut"]}
    broken = {"segfault": "crashed: SIGSEGV", "hang": "timed out", "hog": "memory limit"}
    for name, reason in broken.items():
        assert reason in failures[f"tiny.{name}"]
        assert any(f"cut tiny.{name}" in line for line in found["left_out"])
    assert "left out: " in shown
    assert any("cut tiny.wrong DISAGREES with tiny.plain" in n for n in found["notes"])
    rows = [(list(failures)[r["options"][CUT]], r) for r in found["subsets"][0]["rows"]]
    able = {"tiny.large", "tiny.plain", "tiny.slow", "tiny.wrong"}
    assert {n for n, _ in rows} == able == {n for n, why in failures.items() if not why}
    assert min(r["cpWER"] for n, r in rows if n == "tiny.wrong") > 0


def test_what_is_slower_by_far_is_called_once_in_one_process(measured):
    cells = [json.loads(c) for n, (_, c) in measured[0].cells().items() if n.startswith("cost")]
    calls = {c["option"]: c["measured"]["seconds"] for c in cells if c["stage"] == "cut"}
    assert max(map(len, calls.values())) == 2 and len(calls["tiny.slow"]) == 1
    assert len(calls["tiny.slow"][0]) == 1 < len(calls["tiny.plain"][0])


def test_random_ones_are_interleaved_with_their_stages(measured):
    """A sleep is never shorter than asked for, in the stage as in the run."""
    _, found, shown = measured
    drawn = [r for r in found["validation"] if r["name"].startswith("random")]
    # the other's stages are all too short to be measured again
    slow = [r for r in drawn if r["stages_s"] and r["measured_s"] >= 0.2]
    assert len(drawn) == 2 and slow and all(r["stages_s"] >= 0.2 for r in slow)
    assert all(r["time_error"] == r["paired"] for r in slow)
    composition, expected = found["composition"], found["subsets"][0]["expected"]
    assert composition["interleaved"] and composition["drift_median"] >= 0
    assert 0 <= composition["repeat_median"] <= composition["repeat_p90"]
    assert expected["low"] <= recommended(found)["seconds"] <= expected["high"]
    n, command = len(found["validation"]), expected["command"]
    assert expected["why"].startswith(f"all {n} end-to-end runs here were within")
    assert len(command["seconds"]) == 2 and command["text"] in shown
    assert command["low"] <= min(command["seconds"]) <= max(command["seconds"]) <= command["high"]


def test_killed_and_resumed_with_references_next_to_two_recordings(tmp_path):
    """No finished cell is lost or measured again. Accuracy is against the references, over both
    recordings; half of the speech of one is of another speaker there.
    """
    place = Place.of(tmp_path / "place")
    other = place.tiny.folder / "more.wav"
    other.write_bytes(place.tiny.recording.read_bytes())
    for path, names in ((place.tiny.recording, "abab"), (other, "aaab")):
        starts = zip((64, 176, 288, 400), names, strict=True)
        lines = (f"SPEAKER x 1 {a / 16000:.6f} 0.003 <NA> <NA> {n} <NA> <NA>\n" for a, n in starts)
        path.with_suffix(".rttm").write_text("".join(lines))
    command = place.command("tiny.plain", "--loss 0 --processes 1 --sample 0 --resume")
    command = command.replace("matrix ", f"matrix {other} ", 1)
    process = place.begin(command)
    while process.poll() is None and len(place.cells()) < 9:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    kept = place.cells()
    place.tiny.calls()
    place.run(command)
    calls, found = place.tiny.calls(), place.results()
    assert kept and kept.items() <= place.cells().items()
    assert not list((place.folder / "mx").glob("part-*"))
    assert 0 < len(calls) < found["counts"]["executions"]  # the rest was there
    assert [f["reference"] for f in found["files"]] == ["references", "references"]
    assert "DER" in recommended(found) and "WER" not in recommended(found)
    assert found["counts"]["planned_executions"] == 2 * 13 * 2
    assert found["counts"]["combinations"] == len(found["subsets"][0]["rows"]) == 2
    shown = place.run(command)
    assert place.tiny.calls() == []  # all of it was there
    # it began with the fastest
    assert found["subsets"][0]["verdict"]["kind"] == "keep" and found["profiles"] == []
    assert "Keep small" in shown and f"--profile {place.tiny.profile} RECORDING" in shown
    assert "stage executions instead of" in place.run(f"{command} --verbose")


@pytest.fixture
def place(tmp_path, monkeypatch):
    made = Place.of(tmp_path / "place")
    monkeypatch.chdir(made.folder)
    monkeypatch.setenv("TINY_LOG", str(made.tiny.log))
    return made


def test_what_was_measured_is_not_overwritten(place, capsys):
    Path("mx/cells").mkdir(parents=True)
    Path("mx/cells/cost-1.json").write_text("{}")
    assert vsat(place.command("tiny.*")) == 2
    assert "--resume goes on with it" in capsys.readouterr().err


def test_dry_run_measures_nothing(place, capsys):
    assert vsat(place.command("tiny.plain,tiny.slow", "--dry-run")) == 0
    shown = capsys.readouterr().out
    assert "4 combinations (4 more do not fit together)" in shown and "estimated time" in shown
    assert not place.tiny.calls() and not Path("mx").exists()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("--stage clutser=ahc.*", "did you mean 'cluster'?"),
        ("--stage cluster=tinny.*", "matches no variant"),
        ("--stage cluster", "expected STAGE=VARIANT"),
        ("--rounds 0", "rounds: expected a whole number of at least 1"),
        ("--plugin nowhere.py", "no such plugin file"),
        ("--full --stage detect=* --stage embed=* --stage features=*", "--full would run"),
    ],
)
def test_bad_input_is_one_line(place, more, message, capsys):
    assert vsat(place.command("tiny.*", more)) == 2
    assert message in capsys.readouterr().err


def test_the_table_of_a_profile(place, capsys):
    tiny = place.tiny
    stages = "".join(f'{s} = ["tiny.*"]\n' for s in STAGES if s not in ("cluster", "cut"))
    chosen = 'cluster = "tiny.plain"\ncut = ["tiny.plain"]\n' + stages
    table = f'\n[matrix]\nfiles = ["{tiny.recording}"]\nrounds = 2\n{chosen}'
    profile = tiny.profile.read_text() + table
    tiny.profile.write_text(profile)
    assert vsat(f"matrix --profile {tiny.profile} --dry-run") == 0
    assert "1 combinations" in capsys.readouterr().out
    tiny.profile.write_text(profile.replace("rounds = 2", 'rouns = 2\nbudget = "much"'))
    assert vsat(f"matrix --profile {tiny.profile} --dry-run") == 2
    error = capsys.readouterr().err
    assert "did you mean 'rounds'?" in error and "budget: expected a number" in error
