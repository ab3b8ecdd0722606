"""`vsat matrix` on the tiny plugin: real processes, real files, broken variants, killed and
resumed.
"""

import json
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests._support.command import vsat
from tests._support.paths import LOOSE
from tests._support.stages import STAGES

QUICK = "--out mx --rounds 2 --processes 1 --sample 1 --budget 1"
CUT = list(STAGES).index("cut")


@pytest.fixture
def tiny_matrix(tiny, tmp_path: Path, monkeypatch):
    """A matrix of the tiny variants and their rivals; recommended profiles go to the user's
    folder.
    """
    shutil.copy(LOOSE / "rivals.py", tiny.folder)
    text = tiny.profile.read_text().replace('["tiny.py"]', '["tiny.py", "rivals.py"]')
    tiny.profile.write_text(text)
    monkeypatch.chdir(tmp_path)

    def command(cut: str, more: str = "") -> str:
        wanted = " ".join(f"--stage {s}={cut if s == 'cut' else 'tiny.*'}" for s in STAGES)
        return f"matrix {tiny.recording} --profile {tiny.profile} {QUICK} {wanted} {more}"

    return command


def results(folder: str = "mx") -> dict:
    return json.loads(Path(folder, "matrix.json").read_text())


def recommended(found: dict) -> dict:
    subset = found["subsets"][0]
    return subset["rows"][subset["marks"]["recommended"]]


def finished() -> dict[str, tuple[int, bytes]]:
    """Every cell with the time it was written at, without what a killed run left half written."""
    cells = Path("mx/cells").glob("[!.]*.json")
    return {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in cells}


def test_from_measuring_to_the_profile(tiny_matrix, tiny, capsys):
    assert vsat(tiny_matrix("tiny.plain,tiny.slow,tiny.large")) == 0
    shown = capsys.readouterr().out
    found = results()
    # cut x cluster; the other features fit no embed
    assert found["counts"]["combinations"] == 3 * 2
    assert found["counts"]["executions"] < 13 * 4 * 9
    cuts = {o["name"]: o for o in found["stages"]["cut"]}
    best = recommended(found)
    assert list(cuts)[best["options"][CUT]] == "tiny.plain"
    assert best["cpWER"] == 0.0  # agreement with the profile it started from
    assert "agreement with small" in found["files"][0]["reference"]
    assert all(r["same_answer"] and not r["failure"] for r in found["validation"])
    assert 0.03 <= cuts["tiny.slow"]["seconds"] < 0.3 and 55 <= cuts["tiny.large"]["taken_mb"] <= 70
    assert "recommended" in shown and "stage executions instead of" in shown
    (profile,) = found["profiles"]
    for out, name in (("out", profile), ("out2", tiny.profile)):
        assert vsat(f"run --profile {name} --out {out} {tiny.recording} --no-cache") == 0
    assert Path("out/talk.txt").read_bytes() == Path("out2/talk.txt").read_bytes()
    assert "Chosen from 6 combinations" in Path(profile).read_text()
    assert Path("mx/combinations.csv").read_text().count("\n") == 7
    assert "mx/matrix.html" in shown


def test_four_broken_variants_are_four_rows(tiny_matrix, capsys):
    assert vsat(tiny_matrix("tiny.*", "--timeout 12 --memory-limit 400")) == 0
    found = results()
    failures = {o["name"]: o.get("failure", "") for o in found["stages"]["cut"]}
    for name, reason in (
        ("tiny.segfault", "crashed: SIGSEGV"),
        ("tiny.hang", "timed out"),
        ("tiny.hog", "memory limit"),
    ):
        assert reason in failures[name]
    assert any("cut tiny.wrong DISAGREES with tiny.plain" in n for n in found["notes"])
    rows = [(list(failures)[r["options"][CUT]], r) for r in found["subsets"][0]["rows"]]
    able = {"tiny.large", "tiny.plain", "tiny.slow", "tiny.wrong"}
    assert {n for n, _ in rows} == able == {n for n, why in failures.items() if not why}
    assert min(r["cpWER"] for n, r in rows if n == "tiny.wrong") > 0
    assert found["counts"]["combinations"] == 4 * 2
    shown = capsys.readouterr().out
    assert all(f"left out: cut tiny.{n}" in shown for n in ("segfault", "hang", "hog"))


def test_what_is_slower_by_far_is_measured_in_one_process(tiny_matrix):
    assert vsat(tiny_matrix("tiny.plain,tiny.slow", "--processes 2 --sample 0")) == 0
    cells = [json.loads(p.read_text()) for p in Path("mx/cells").glob("cost*.json")]
    calls = {c["option"]: c["measured"]["seconds"] for c in cells if c["stage"] == "cut"}
    assert {n: len(s) for n, s in calls.items()} == {"tiny.plain": 2, "tiny.slow": 1}
    assert not any(r["name"].startswith(("random", "front")) for r in results()["validation"])


def test_full_runs_every_combination_twice(tiny_matrix):
    assert vsat(tiny_matrix("tiny.plain,tiny.slow,tiny.large", "--full")) == 0
    found = results()
    runs = [r for r in found["validation"] if r["name"].startswith("full")]
    assert found["full"]["combinations"] == len({r["name"].split(": ")[1] for r in runs}) == 6
    assert all(r["same_answer"] and len(r["calls"]) == 2 for r in runs)
    fronts = found["full"]["both"] + found["full"]["ties"] + found["full"]["apart"]
    assert fronts and not any("tiny.slow" in name or "tiny.large" in name for name in fronts)


def test_random_ones_are_interleaved_with_their_stages(tiny_matrix, capsys):
    """A sleep is never shorter than asked for, in the stage as in the run."""
    assert vsat(tiny_matrix("tiny.slow", "--sample 2")) == 0
    found = results()
    drawn = [r for r in found["validation"] if r["name"].startswith("random")]
    # the other's stages are all too short to be measured again
    slow = [r for r in drawn if r["stages_s"]]
    assert len(drawn) == 2 and slow and all(r["stages_s"] >= 0.03 <= r["measured_s"] for r in slow)
    assert all(r["time_error"] == r["paired"] for r in slow)
    composition, expected = found["composition"], found["subsets"][0]["expected"]
    assert composition["interleaved"] and composition["drift_median"] >= 0
    assert 0 <= composition["repeat_median"] <= composition["repeat_p90"]
    assert expected["low"] <= recommended(found)["seconds"] <= expected["high"]
    n, command = len(found["validation"]), expected["command"]
    assert expected["why"].startswith(f"all {n} end-to-end runs here were within")
    assert len(command["seconds"]) == 2 and command["text"] in capsys.readouterr().out
    assert command["low"] <= min(command["seconds"]) <= max(command["seconds"]) <= command["high"]


def test_killed_and_resumed(tiny_matrix, tiny):
    """No finished cell is lost or measured again, and the rows are those of an undisturbed run."""
    command = tiny_matrix("tiny.plain,tiny.slow")
    draw, kept = random.Random(5), {}
    for _ in range(3):
        wanted = len(kept) + draw.randrange(1, 3)
        process = subprocess.Popen(
            [sys.executable, "-m", "vsat_core", *shlex.split(f"{command} --resume")],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None and len(finished()) < wanted:
            time.sleep(0.01)
        time.sleep(draw.random() * 0.5)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        now = finished()
        assert kept.items() <= now.items()
        kept = now
    tiny.calls()
    assert vsat(f"{command} --resume") == 0
    calls, disturbed = len(tiny.calls()), results()
    assert kept.items() <= finished().items() and not list(Path("mx").glob("part-*"))
    assert 0 < calls < disturbed["counts"]["executions"]  # the rest was there
    assert vsat(f"{command} --out other") == 0
    tiny.calls()
    options = [
        sorted(r["options"] for r in found["subsets"][0]["rows"])
        for found in (disturbed, results("other"))
    ]
    assert options[0] == options[1]
    assert vsat(f"{command} --resume") == 0
    assert tiny.calls() == []  # all of it was there


def test_what_was_measured_is_not_overwritten(tiny_matrix, capsys):
    Path("mx/cells").mkdir(parents=True)
    Path("mx/cells/cost-1.json").write_text("{}")
    assert vsat(tiny_matrix("tiny.*")) == 2
    assert "--resume goes on with it" in capsys.readouterr().err


def test_dry_run_measures_nothing(tiny_matrix, tiny, capsys):
    assert vsat(tiny_matrix("tiny.plain,tiny.slow", "--dry-run")) == 0
    shown = capsys.readouterr().out
    assert "4 combinations (4 more do not fit together)" in shown and "estimated time" in shown
    assert not tiny.calls() and not Path("mx").exists()


def test_references_next_to_two_recordings(tiny_matrix, tiny):
    """Accuracy is against the references, over both recordings; half of the speech of one is of
    another speaker there.
    """
    other = tiny.folder / "more.wav"
    other.write_bytes(tiny.recording.read_bytes())
    for path, names in ((tiny.recording, "abab"), (other, "aaab")):
        starts = zip((64, 176, 288, 400), names, strict=True)
        lines = (f"SPEAKER x 1 {a / 16000:.6f} 0.003 <NA> <NA> {n} <NA> <NA>\n" for a, n in starts)
        path.with_suffix(".rttm").write_text("".join(lines))
    command = tiny_matrix("tiny.plain", "--loss 0").replace("matrix ", f"matrix {other} ", 1)
    assert vsat(command) == 0
    found = results()
    assert [f["reference"] for f in found["files"]] == ["references", "references"]
    assert "DER" in recommended(found) and "WER" not in recommended(found)
    assert found["counts"]["planned_executions"] == 2 * 13 * 2


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
def test_bad_input_is_one_line(tiny_matrix, more: str, message: str, capsys):
    assert vsat(tiny_matrix("tiny.*", more)) == 2
    assert message in capsys.readouterr().err


def test_the_table_of_a_profile(tiny_matrix, tiny, capsys):
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
