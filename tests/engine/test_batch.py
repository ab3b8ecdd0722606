"""A batch goes on whatever becomes of one recording, with one process as with several, and prints
any name.
"""

import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests._support.command import vsat
from tests._support.paths import LOOSE
from vsat_core.cli import main
from vsat_core.errors import InputError
from vsat_core.failures import Failed, first_cause, message
from vsat_core.printable import one_line, printable

FAILING = {  # name of the recording -> how its line goes on
    "crash": "crashed: SIGSEGV",
    "disk": "No space left on device (/scratch/x) in decode failing.plain (",
    "exit": "unexpected SystemExit in decode failing.plain (",
    "key": "unexpected KeyError in decode failing.plain (",
    "memory": "not enough memory in decode failing.plain (",
    "mute": "unexpected Mute in decode failing.plain (",
    "panic": "unexpected Panic in decode failing.plain (",
    "pipe": "Broken pipe in decode failing.plain (",
    "recursion": "unexpected RecursionError in decode failing.plain (",
}


@pytest.fixture
def options(tiny):
    """Arguments of `vsat run` that use the failing decoder."""
    plugin = shutil.copy(LOOSE / "failing.py", tiny.folder)
    return [
        "--profile",
        str(tiny.profile),
        "--plugin",
        str(plugin),
        "--set",
        "stages.decode.use=failing.plain",
        "--out",
        str(tiny.folder / "out"),
        "--no-cache",
    ]


@pytest.fixture
def recordings(tiny):
    """A folder with one recording for each way to fail, and two good ones."""
    folder = tiny.folder / "in"
    folder.mkdir()
    for name in ("a", *FAILING, "z"):
        shutil.copy(tiny.recording, folder / f"{name}.wav")
    return folder


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_any_error_is_one_line_for_its_recording(jobs, options, recordings, tiny, capfd):
    assert main(["run", str(recordings), *options, "--jobs", jobs]) == 2
    printed = capfd.readouterr()
    lines = sorted(printed.err.splitlines())
    assert len(lines) == len(FAILING), printed.err
    for line, (name, text) in zip(lines, FAILING.items(), strict=True):
        assert line.startswith(f"vsat: {recordings / name}.wav: {text}")
    assert f"2 of {len(FAILING) + 2} recordings done, {len(FAILING)} failed" in printed.out
    for name in ("a", "z"):
        assert f"note: {recordings / name}.wav: it is short" in printed.out
        assert (tiny.folder / "out" / f"{name}.txt").is_file()


def test_side_by_side_gives_the_same_files(tiny, capsys):
    for name in "abcd":
        (tiny.folder / "in").mkdir(exist_ok=True)
        shutil.copy(tiny.recording, tiny.folder / "in" / f"{name}.wav")
    command = f"run {tiny.folder}/in --profile {tiny.profile} --no-cache --jobs"
    made = []
    for jobs in (1, 2):
        out = tiny.folder / f"out{jobs}"
        assert vsat(f"{command} {jobs} --out {out}") == 0
        made.append({p.name: p.read_bytes() for p in out.iterdir() if p.is_file()})
    assert made[0] == made[1] != {}
    assert capsys.readouterr().out.count("4 of 4 recordings done") == 2
    assert vsat(f"{command} 0") == 2
    assert capsys.readouterr().err == "vsat: --jobs: expected at least 1, got 0\n"


def test_debug_adds_the_traceback(options, recordings, capfd):
    assert main(["run", str(recordings / "panic.wav"), *options, "--debug"]) == 2
    lines = capfd.readouterr().err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert "and elsewhere; --debug shows the traceback" in lines[-1]


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "utf-8:strict"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["utf-8", "ascii", "latin-1", "C"],
)
def test_names_and_terminals_of_any_encoding(environment, options, tiny):
    """Two recordings whose names no terminal takes, of which one fails."""
    folder = os.fsencode(tiny.folder) + b"/odd"
    os.mkdir(folder)
    for name in (b"b\xe9.wav", "日本.wav".encode(), b"key.wav"):
        shutil.copy(tiny.recording, folder + b"/" + name)
    command = [sys.executable, "-m", "vsat_core", "run", folder, *options, "--jobs", "1"]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True)
    assert (
        done.returncode == 2
        and done.stderr.count(b"\n") == 1
        and b"key.wav: unexpected KeyError" in done.stderr
    )
    assert b"2 of 3 recordings done, 1 failed" in done.stdout and b"b\\xe9.wav" in done.stdout
    out = os.fsencode(tiny.folder) + b"/out/"
    assert os.path.isfile(out + b"b\xe9.txt") and os.path.isfile(out + "日本.txt".encode())


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_killed_processes_leave_nothing_that_stays(jobs, options, tiny, monkeypatch):
    """SIGKILL to the command: its processes end by themselves, and the next run removes what is
    left.
    """
    temporary, log = tiny.folder / "tmp", tiny.folder / "processes"
    temporary.mkdir()
    (tiny.folder / "in").mkdir()
    for name in ("a", "slow"):
        shutil.copy(tiny.recording, tiny.folder / "in" / f"{name}.wav")
    environment = {**os.environ, "TMPDIR": str(temporary), "FAILING_LOG": str(log)}
    command = [sys.executable, "-m", "vsat_core", "run"]
    process = subprocess.Popen(
        [*command, str(tiny.folder / "in"), *options, "--jobs", jobs],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    _wait(lambda: log.exists() and log.read_text().strip())
    workers = [psutil.Process(int(pid)) for pid in log.read_text().split()]
    process.kill()
    process.wait()
    psutil.wait_procs(workers, timeout=60)
    assert not any(
        worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE for worker in workers
    )
    again = [*command, str(tiny.folder / "in" / "a.wav"), *options]
    subprocess.run(again, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert list(temporary.iterdir()) == []


def test_a_run_that_computes_nothing_removes_what_killed_ones_left(tiny):
    """In the cache too, where it stores nothing."""
    cache, out = tiny.folder / "cache", tiny.folder / "out"
    command = [sys.executable, "-m", "vsat_core", "run", str(tiny.recording), "--out", str(out)]
    command += ["--profile", str(tiny.profile), "--jobs", "1"]
    environment = {**os.environ, "VSAT_CACHE": str(cache)}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    left = [folder / "vsat-run-left" for folder in (cache, out, out / ".vsat")]
    for folder in left:
        (folder / "half").mkdir(parents=True)
        (folder / "lock").touch()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert not any(folder.exists() for folder in left)


def test_sigterm_stops_several_at_once(options, tiny):
    """One line, exit code 130, no scratch and no process left."""
    temporary, log = tiny.folder / "tmp", tiny.folder / "processes"
    temporary.mkdir()
    (tiny.folder / "in").mkdir()
    for folder in ("in/a", "in/b"):
        (tiny.folder / folder).mkdir()
        shutil.copy(tiny.recording, tiny.folder / folder / "slow.wav")
    environment = {**os.environ, "TMPDIR": str(temporary), "FAILING_LOG": str(log)}
    command = [
        sys.executable,
        "-m",
        "vsat_core",
        "run",
        str(tiny.folder / "in"),
        *options,
        "--jobs",
        "2",
    ]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    _wait(lambda: log.exists() and len(log.read_text().split()) == 2)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "vsat: stopped; nothing was left half written\n")
    assert not any(psutil.pid_exists(int(pid)) for pid in log.read_text().split())
    assert list(temporary.iterdir()) == []


def test_the_first_cause_comes_first():
    try:
        try:
            raise RuntimeError("cannot cache function")
        except RuntimeError as cause:
            raise ImportError("cannot import name") from cause
    except ImportError as error:
        said = first_cause(error)
    assert said == "RuntimeError: cannot cache function (then ImportError: cannot import name)"
    assert (
        message(ValueError("two\nlines"))
        == "unexpected ValueError: two lines; --debug shows the traceback"
    )
    assert printable("b\udce9 日") == "b\\xe9 日"
    assert one_line("new\n line  two\x1b[31m.wav") == "new line  two\\x1b[31m.wav"
    assert (
        Failed.of("new\nline.wav", InputError("new\nline.wav: is text")).line
        == "new line.wav: is text"
    )


def _wait(ready) -> None:
    deadline = time.monotonic() + 60
    while not ready() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ready()
