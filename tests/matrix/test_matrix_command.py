"""`vsat matrix` on the tiny plugin: real processes, real files, broken variants, killed and
resumed.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests._support.paths import LOOSE
from tests._support.stages import STAGES
from vsat_core.cli import main

RIVALS = LOOSE / "rivals.py"
TINY = [f"{s}=tiny.*" for s in STAGES]
QUICK = ["--rounds", "2", "--processes", "1", "--sample", "1", "--budget", "1"]


@pytest.fixture
def arguments(tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A matrix of the tiny variants and their rivals; recommended profiles go to the user's
    folder.
    """
    shutil.copy(RIVALS, tiny.folder)
    text = tiny.profile.read_text().replace('["tiny.py"]', '["tiny.py", "rivals.py"]')
    tiny.profile.write_text(text)
    monkeypatch.chdir(tmp_path)
    stages = [a for s in TINY for a in ("--stage", s)]
    return [
        "matrix",
        str(tiny.recording),
        "--profile",
        str(tiny.profile),
        "--out",
        "mx",
        *stages,
        *QUICK,
    ]


def choosing(arguments: list[str], cut: str) -> list[str]:
    """The same with these variants of `cut`."""
    return [f"cut={cut}" if a == "cut=tiny.*" else a for a in arguments]


def results() -> dict:
    return json.loads(Path("mx/matrix.json").read_text())


def finished() -> dict[str, tuple[int, bytes]]:
    """Every cell with the time it was written at, without what a killed run left half written."""
    cells = Path("mx/cells").glob("[!.]*.json")
    return {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in cells}


def test_the_whole_way(arguments: list[str], tiny, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(choosing(arguments, "tiny.plain,tiny.slow,tiny.large")) == 0
    said = capsys.readouterr().out
    found = results()
    assert (
        found["counts"]["combinations"] == 3 * 2
    )  # cut x cluster; the other features fit no embed
    assert found["counts"]["executions"] < 13 * 4 * 9
    (part,) = found["parts"]
    best = part["rows"][part["marks"]["recommended"]]
    assert (
        found["stages"]["cut"][best["options"][list(STAGES).index("cut")]]["name"] == "tiny.plain"
    )
    assert best["cpWER"] == 0.0  # agreement with the profile it started from
    assert "agreement with small" in found["files"][0]["reference"]
    assert all(w["same_answer"] and not w["failure"] for w in found["validation"])
    slow = next(o for o in found["stages"]["cut"] if o["name"] == "tiny.slow")
    assert 0.03 <= slow["seconds"] < 0.3
    large = next(o for o in found["stages"]["cut"] if o["name"] == "tiny.large")
    assert 55 <= large["taken_mb"] <= 70
    assert "recommended" in said and "stage executions instead of" in said
    profile = Path(found["profiles"][0])
    assert (
        main(["run", "--profile", str(profile), "--out", "out", str(tiny.recording), "--no-cache"])
        == 0
    )
    assert (
        main(
            [
                "run",
                "--profile",
                str(tiny.profile),
                "--out",
                "out2",
                str(tiny.recording),
                "--no-cache",
            ]
        )
        == 0
    )
    assert Path("out/talk.txt").read_bytes() == Path("out2/talk.txt").read_bytes()
    assert "Chosen from 6 combinations" in profile.read_text()
    assert Path("mx/combinations.csv").read_text().count("\n") == 7
    assert "mx/matrix.html" in said


def test_four_broken_variants_are_four_rows(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--timeout", "4", "--memory-limit", "400"]) == 0
    found = results()
    rows = {o["name"]: o.get("failure", "") for o in found["stages"]["cut"]}
    assert "crashed: SIGSEGV" in rows["tiny.segfault"]
    assert "timed out" in rows["tiny.hang"]
    assert "memory limit" in rows["tiny.hog"]
    assert not any(rows[n] for n in ("tiny.plain", "tiny.slow", "tiny.large", "tiny.wrong"))
    assert any("cut tiny.wrong DISAGREES with tiny.plain" in n for n in found["notes"])
    (part,) = found["parts"]
    names = [
        found["stages"]["cut"][r["options"][list(STAGES).index("cut")]]["name"]
        for r in part["rows"]
    ]
    assert sorted(set(names)) == ["tiny.large", "tiny.plain", "tiny.slow", "tiny.wrong"]
    wrong = [r["cpWER"] for r, n in zip(part["rows"], names, strict=True) if n == "tiny.wrong"]
    assert min(wrong) > 0 and found["counts"]["combinations"] == 4 * 2
    said = capsys.readouterr().out
    assert all(f"left out: cut tiny.{n}" in said for n in ("segfault", "hang", "hog"))


def test_what_is_slower_by_far_is_measured_in_one_process(arguments: list[str]) -> None:
    assert (
        main([*choosing(arguments, "tiny.plain,tiny.slow"), "--processes", "2", "--sample", "0"])
        == 0
    )
    facts = [json.loads(p.read_text()) for p in Path("mx/cells").glob("cost*.json")]
    processes = {f["option"]: len(f["seconds"]) for f in facts if f["stage"] == "cut"}
    assert processes == {"tiny.plain": 2, "tiny.slow": 1}
    assert not any(w["name"].startswith(("random", "front")) for w in results()["validation"])


def test_full_runs_every_combination_twice(arguments: list[str]) -> None:
    assert main([*choosing(arguments, "tiny.plain,tiny.slow,tiny.large"), "--full"]) == 0
    found = results()
    wholes = [w for w in found["validation"] if w["name"].startswith("full")]
    assert len(wholes) == found["full"]["combinations"] == 6 and all(
        w["same_answer"] for w in wholes
    )
    assert all(len(w["calls"]) == 2 for w in wholes)
    assert len({w["name"].partition(": ")[2] for w in wholes}) == 6
    fronts = found["full"]["both"] + found["full"]["ties"] + found["full"]["apart"]
    assert fronts and not any("tiny.slow" in name or "tiny.large" in name for name in fronts)


def test_random_ones_stand_beside_their_own_parts(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A sleep is never shorter than asked for, in the part measured in turns as in the whole."""
    assert main([*choosing(arguments, "tiny.slow"), "--sample", "2"]) == 0
    found = results()
    drawn = [w for w in found["validation"] if w["name"].startswith("random")]
    slow = [
        w for w in drawn if w["parts_s"]
    ]  # the other's stages are all too short to be measured again
    assert len(drawn) == 2 and slow and all(w["parts_s"] >= 0.03 <= w["measured_s"] for w in slow)
    assert all(w["time_error"] == w["paired"] for w in slow)
    assert found["composition"]["in_turns"] and found["composition"]["drift_median"] >= 0
    assert 0 <= found["composition"]["repeat_median"] <= found["composition"]["repeat_p90"]
    best, expected = (
        found["parts"][0]["rows"][found["parts"][0]["marks"]["recommended"]],
        found["parts"][0]["expected"],
    )
    assert expected["low"] <= best["seconds"] <= expected["high"]
    command = expected["command"]
    assert len(command["seconds"]) == 2 and command["low"] <= min(command["seconds"])
    assert max(command["seconds"]) <= command["high"] and command["said"] in capsys.readouterr().out
    assert expected["why"].startswith(f"all {len(found['validation'])} whole runs here were within")


def test_killed_ten_times_and_resumed(arguments: list[str], tiny) -> None:
    """No finished cell is lost or measured again, and the rows are those of a run that nobody
    disturbed.
    """
    arguments = choosing(arguments, "tiny.plain,tiny.slow")
    command = [sys.executable, "-m", "vsat_core", *arguments, "--resume"]
    draw, kept = random.Random(5), {}
    for _ in range(10):
        before = len(kept)
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, start_new_session=True, **silent)
        wanted = before + draw.randrange(1, 3)
        while process.poll() is None and len(finished()) < wanted:
            time.sleep(0.01)
        time.sleep(draw.random() * 0.5)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        now = finished()
        assert kept.items() <= now.items()
        kept = now
    tiny.calls()
    assert main([*arguments, "--resume"]) == 0
    calls, disturbed = len(tiny.calls()), results()
    now = finished()
    assert kept.items() <= now.items() and not list(Path("mx").glob("part-*"))
    assert 0 < calls < disturbed["counts"]["executions"]  # the rest was there
    assert main([*arguments, "--out", "other"]) == 0
    tiny.calls()
    other = json.loads(Path("other/matrix.json").read_text())
    assert sorted(r["options"] for r in disturbed["parts"][0]["rows"]) == sorted(
        r["options"] for r in other["parts"][0]["rows"]
    )
    assert main([*arguments, "--resume"]) == 0
    assert tiny.calls() == []  # all of it was there


def test_what_was_measured_is_not_overwritten(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mx/cells").mkdir(parents=True)
    Path("mx/cells/cost-1.json").write_text("{}")
    assert main(arguments) == 2
    assert "--resume goes on with it" in capsys.readouterr().err


def test_dry_run_measures_nothing(
    arguments: list[str], tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*choosing(arguments, "tiny.plain,tiny.slow"), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "4 combinations (4 more do not fit together)" in said and "estimated time" in said
    assert not tiny.calls() and not Path("mx").exists()


def test_references_beside_and_two_recordings(arguments: list[str], tiny) -> None:
    """Accuracy is what the references say, over both recordings; half of the speech of one is
    someone else's there.
    """
    other = tiny.folder / "more.wav"
    other.write_bytes(tiny.recording.read_bytes())
    spans = [(64, 112, "a"), (176, 224, "b"), (288, 336, "a"), (400, 448, "b")]
    for path, names in ((tiny.recording, "abab"), (other, "aaab")):
        lines = [
            f"SPEAKER {path.stem} 1 {a / 16000:.6f} {(b - a) / 16000:.6f} <NA> <NA> {who} <NA> "
            "<NA>\n"
            for (a, b, _), who in zip(spans, names, strict=True)
        ]
        path.with_suffix(".rttm").write_text("".join(lines))
    arguments = choosing(arguments, "tiny.plain")
    assert main([arguments[0], str(other), *arguments[1:], "--loss", "0"]) == 0
    found = results()
    assert [f["reference"] for f in found["files"]] == ["references", "references"]
    row = found["parts"][0]["rows"][found["parts"][0]["marks"]["recommended"]]
    assert set(row) >= {"DER"} and "WER" not in row
    assert found["counts"]["planned_executions"] == 2 * 13 * 2


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (["--stage", "clutser=ahc.*"], "did you mean 'cluster'?"),
        (["--stage", "cluster=tinny.*"], "matches no variant"),
        (["--stage", "cluster"], "expected STAGE=VARIANT"),
        (["--rounds", "0"], "rounds: expected a whole number of at least 1"),
        (["--plugin", "nowhere.py"], "no such plugin file"),
        (
            ["--full", "--stage", "detect=*", "--stage", "embed=*", "--stage", "features=*"],
            "--full would run",
        ),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], extra: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, *extra]) == 2
    assert said in capsys.readouterr().err


def test_the_table_of_a_profile(
    arguments: list[str], tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    table = (
        f'\n[matrix]\nfiles = ["{tiny.recording}"]\ncluster = "tiny.plain"\nrounds = 2\n'
        + "".join(f'{s} = ["tiny.*"]\n' for s in STAGES if s not in ("cluster", "cut"))
        + 'cut = ["tiny.plain"]\n'
    )
    tiny.profile.write_text(tiny.profile.read_text() + table)
    assert main(["matrix", "--profile", str(tiny.profile), "--dry-run"]) == 0
    assert "1 combinations" in capsys.readouterr().out
    tiny.profile.write_text(
        tiny.profile.read_text().replace("rounds = 2", 'rouns = 2\nbudget = "much"')
    )
    assert main(["matrix", "--profile", str(tiny.profile), "--dry-run"]) == 2
    error = capsys.readouterr().err
    assert "did you mean 'rounds'?" in error and "budget: expected a number" in error
