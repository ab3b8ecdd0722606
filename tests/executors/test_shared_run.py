"""Several `vsat run` on one folder share the work; --resume and --retry-failed."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time

import pytest

from tests._support.command import vsat
from tests._support.paths import LOOSE
from vsat_core.executors.choice import cluster_of
from vsat_core.executors.claims import FOLDER, Claims

PATIENCE_S = 120


@pytest.fixture
def folder(tiny):
    """Six recordings."""
    made = tiny.folder / "in"
    made.mkdir()
    for name in "abcdef":
        shutil.copy(tiny.recording, made / f"{name}.wav")
    return made


@pytest.fixture
def command(tiny, folder):
    """`vsat run` over them."""
    return f"run {folder} --profile {tiny.profile} --out {tiny.folder}/out --no-cache"


def n_delivered(out):
    """How often the results of each recording were written."""
    records = sorted((out / ".vsat").glob("*.jsonl"))
    return [len(record.read_text().split("\n\n")) for record in records]


def test_commands_at_the_same_time_do_each_recording_once(tiny, command):
    words = [sys.executable, "-m", "vsat_core", *command.split(), "--jobs", "1"]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    lines = [process.communicate()[0].splitlines()[-1] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert n_delivered(tiny.folder / "out") == [1] * 6
    others = [int(line.split(", ")[1].split()[0]) if "by other" in line else 0 for line in lines]
    assert all(line.startswith("6 of 6 recordings done") for line in lines) and sum(others) == 6
    assert tiny.calls().count("transcribe") == 6


def test_what_another_process_has_claimed_is_waited_for(tiny, command, folder, monkeypatch):
    """It ends without results: the command does the recording itself."""
    out = tiny.folder / "out"
    out.mkdir()
    monkeypatch.setattr("vsat_core.executors.shared_queue.LOOK_S", 0.01)
    with Claims(out) as other:
        claim = other.take("./c")
        assert claim

        def end():
            while not (out / "f.txt").exists():
                time.sleep(0.02)
            other.release(claim)

        ending = threading.Thread(target=end)
        ending.start()
        assert vsat(f"{command} --jobs 1") == 0
        ending.join()
    assert n_delivered(out) == [1] * 6


def test_another_profile_is_not_taken_for_the_same(tiny, command, capsys):
    """Results of another profile, written since the command began, do not count as its own."""
    from vsat_core.config.profile import read, resolve
    from vsat_core.config.registry import load
    from vsat_core.executors.shared_queue import SharedQueue, Sharing, State
    from vsat_core.inputs.existing import Wanted
    from vsat_core.inputs.expand import expand

    out = tiny.folder / "out"
    out.mkdir()
    draft = read(str(tiny.profile))
    wanted = Wanted.of(resolve(draft, load(draft.plugins)))
    sharing = Sharing.of(out, wanted)
    assert vsat(f"{command} --jobs 1") == 0
    job = expand([tiny.folder / "in" / "a.wav"], out).jobs[0]
    states = {}
    for name, profile in (("same", wanted.profile), ("other", "0" * 64)):
        with SharedQueue([job], Sharing(sharing.out, Wanted(wanted.formats, profile), 0, 0)) as q:
            states[name] = q.state(job)
    assert states == {"same": State.DONE, "other": State.MINE}


def test_resume_leaves_out_what_is_complete(tiny, command, capsys):
    assert vsat(f"{command} --jobs 1") == 0
    tiny.calls()
    (tiny.folder / "out" / "c.srt").unlink()
    capsys.readouterr()
    assert vsat(f"{command} --resume") == 0
    assert "5 skipped, their results are there" in capsys.readouterr().out
    assert tiny.calls().count("transcribe") == 1 and (tiny.folder / "out" / "c.srt").is_file()


def test_retry_failed_runs_just_these(tiny, folder, command, capsys):
    shutil.copy(LOOSE / "failing.py", tiny.folder)
    (folder / "key.wav").write_bytes(tiny.recording.read_bytes())
    failing = f"{command} --plugin {tiny.folder}/failing.py --set stages.decode.use=failing.plain"
    assert vsat(f"{failing} --jobs 2") == 2
    manifest = json.loads((tiny.folder / "out" / ".vsat" / "failed.json").read_text())
    (path,) = manifest
    assert path == str(folder / "key.wav") and manifest[path]["attempts"] == 1
    assert "unexpected KeyError" in manifest[path]["reason"]
    assert vsat(f"{failing} --retry-failed") == 2
    tiny.calls()
    capsys.readouterr()
    assert vsat(f"{command} --retry-failed") == 0
    assert tiny.calls().count("transcribe") == 1
    assert vsat(f"{command} --retry-failed") == 0
    assert "none of these recordings failed in its last run" in capsys.readouterr().out


def test_a_killed_command_leaves_its_claim_to_others(tiny, folder, command):
    shutil.copy(LOOSE / "failing.py", tiny.folder)
    log = tiny.folder / "processes"
    (tiny.folder / "one").mkdir()
    shutil.copy(tiny.recording, tiny.folder / "one" / "slow.wav")
    words = ["run", str(tiny.folder / "one"), "--out", str(tiny.folder / "out"), "--no-cache"]
    words += ["--profile", str(tiny.profile)]
    slow = ["--plugin", str(tiny.folder / "failing.py"), "--set", "stages.decode.use=failing.plain"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vsat_core", *words, *slow],
        env={**os.environ, "FAILING_LOG": str(log)},
    )
    deadline = time.monotonic() + PATIENCE_S
    while not log.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list((tiny.folder / "out" / ".vsat" / FOLDER).glob("*.claim"))
    process.kill()
    process.wait()
    assert vsat(" ".join(words)) == 0
    assert n_delivered(tiny.folder / "out") == [1]


@pytest.mark.parametrize(
    "text", ["", "cluster:0", "cluster:x", "tcp://host", "tcp://:1", "http://a:1"]
)
def test_an_executor_that_is_none_is_one_line(text, command, capsys):
    assert vsat(f"{command} --executor '{text}'") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("vsat: --executor: expected local, tcp://HOST:PORT of a Dask scheduler")


def test_names_of_executors(command, capsys):
    assert cluster_of("cluster:3") == ("", 3)
    assert cluster_of("tcp://[::1]:8786") == ("tcp://[::1]:8786", 0)
    assert vsat(f"{command} --executor cluster:2 --jobs 2") == 2
    assert capsys.readouterr().err == (
        "vsat: --jobs is for --executor local; leave it out with cluster:2\n"
    )
