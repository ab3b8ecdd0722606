"""`vsat run` on a Dask cluster: the same files as without, whoever dies meanwhile."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests._support.command import vsat
from tests._support.paths import LOOSE, ROOT
from tests._support.stages import STAGES
from tools.cluster_faults import Cluster, n_done, results, times_delivered, until
from vsat_core.config.prepare import prepare
from vsat_core.engine.outcome import NullListener
from vsat_core.engine.result import RUN_TARGETS
from vsat_core.engine.run_order import RunOrder
from vsat_core.executors.dask_cluster import MISSING
from vsat_core.executors.dask_executor import DaskExecutor, Recordings
from vsat_core.inputs.expand import expand

N = 8


@pytest.fixture
def folder(tiny):
    """Recordings of which each takes a moment, so that a fault finds work under way."""
    made = tiny.folder / "in"
    made.mkdir()
    for i in range(N):
        shutil.copy(tiny.recording, made / f"r{i}.wav")
    shutil.copy(LOOSE / "stand_in.py", tiny.folder)
    return made


@pytest.fixture
def options(tiny, folder):
    plugin = ["--plugin", str(tiny.folder / "stand_in.py")]
    return [
        *("run", str(folder), "--profile", str(tiny.profile), "--no-cache", *plugin),
        "--set=stages.transcribe.use=fixed.plain",
    ]


@pytest.fixture
def serial(tiny, options):
    """What the command writes without a cluster."""
    out = tiny.folder / "serial"
    assert vsat(" ".join([*options, "--jobs", "1", "--out", str(out)])) == 0
    return results(out)


def test_a_cluster_started_for_the_command(tiny, folder, options, serial):
    """A recording that fails is one line and in the manifest, all others are as ever."""
    pytest.importorskip("distributed")
    (folder / "text.wav").write_bytes(b"")
    shutil.copy(LOOSE / "failing.py", tiny.folder)
    shutil.copy(tiny.recording, folder / "crash.wav")
    failing = ["--plugin", str(tiny.folder / "failing.py"), "--set=stages.decode.use=failing.plain"]
    out = tiny.folder / "out"
    words = [*options, *failing, "--executor", "cluster:2", "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "vsat_core", *words], capture_output=True, text=True
    )
    assert done.returncode == 2
    (line,) = [text for text in done.stderr.splitlines() if "crash.wav" in text]
    assert line.startswith(f"vsat: {folder}/crash.wav: crashed: SIGSEGV")
    assert "Traceback" not in done.stderr
    made = results(out)
    assert {name: made[name] for name in serial} == serial
    assert (out / ".vsat" / "failed.json").exists() and not (out / ".vsat" / "claims").exists()


def test_workers_and_the_scheduler_die_and_everything_is_done_once(
    tiny, folder, options, serial, monkeypatch
):
    pytest.importorskip("distributed")
    monkeypatch.setenv("STAND_IN_S", "0.4")
    out, cluster = tiny.folder / "out", Cluster(tiny.folder)
    words = [*options, "--executor", f"tcp://127.0.0.1:{cluster.port}", "--out", str(out)]
    command = subprocess.Popen(
        [sys.executable, "-m", "vsat_core", *words], stdout=subprocess.PIPE, text=True
    )
    try:
        until(out, 2, command)
        cluster.kill_worker()
        until(out, N // 2, command)
        cluster.kill()
        assert n_done(out) < N, "it was killed in the middle"
        cluster.start()
        printed, _ = command.communicate(timeout=300)
    finally:
        command.kill()
        cluster.kill()
    assert command.returncode == 0 and f"{N} of {N} recordings done" in printed
    assert results(out) == serial
    assert max(times_delivered(out)) <= 2  # twice if it was killed between two renames
    assert times_delivered(out).count(1) >= N - 3


def test_a_stopped_command_stops_its_cluster(tiny, options, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setenv("STAND_IN_S", "600")
    out = tiny.folder / "out"
    command = subprocess.Popen(
        [sys.executable, "-m", "vsat_core", *options, "--executor=cluster:1", "--out", str(out)],
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 120
    while not tiny.log.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    command.terminate()
    _, printed = command.communicate(timeout=120)
    assert (command.returncode, printed) == (130, "vsat: stopped; nothing was left half written\n")
    assert not (out / ".vsat" / "failed.json").exists()
    assert not list(out.glob("*.txt"))


def test_no_scheduler_is_one_line(options, tiny, capsys, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("vsat_core.executors.dask_cluster.CONNECT_S", 0.2)
    assert (
        vsat(" ".join([*options, "--executor=tcp://127.0.0.1:9", "--out", f"{tiny.folder}/out"]))
        == 2
    )
    assert capsys.readouterr().err == (
        "vsat: --executor tcp://127.0.0.1:9: no Dask scheduler answers there; start one with "
        "dask scheduler\n"
    )


def test_dask_is_imported_by_these_executors_alone():
    program = (
        "import sys, vsat_core.cli.run_command, vsat_core.executors.local\n"
        "import vsat_core.executors.dask_executor\n"
        "assert not {'dask', 'distributed'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_without_dask_the_remedy_is_named(options, tiny, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert vsat(" ".join([*options, "--executor=cluster:1", "--out", f"{tiny.folder}/out"])) == 2
    assert capsys.readouterr().err == f"vsat: {MISSING}\n"
    assert DaskExecutor("", 3).n_workers(2) == 2


class Followed(NullListener):
    """What a listener hears, in order."""

    def __init__(self):
        self.heard = []

    def file_starts(self, path, worker):
        self.heard.append(("starts", path.name, worker))

    def event(self, worker, event):
        if event["event"] == "stage":
            self.heard.append((event["stage"], worker))

    def file_ends(self, summary):
        self.heard.append(("ends", Path(summary.path).name))

    def file_fails(self, failed):
        self.heard.append(("fails", failed.line))


def test_progress_comes_from_the_workers(tiny, folder):
    """A recording starts on a bar, and its stages follow there."""
    pytest.importorskip("distributed")
    out = tiny.folder / "out"
    jobs = expand([folder / "r0.wav", folder / "r1.wav"], out).jobs
    order = RunOrder(prepare(str(tiny.profile)), (), RUN_TARGETS, cached=False)
    listener = Followed()
    assert DaskExecutor("", 1).run(order, jobs, None, listener) == 0
    bars = {name: bar for kind, name, *bar in listener.heard if kind == "starts"}
    assert [*bars] == ["r0.wav", "r1.wav"]
    (bar,) = bars["r0.wav"]
    assert listener.heard.index(("decode", bar)) > listener.heard.index(("starts", "r0.wav", bar))
    assert len([one for one in listener.heard if one[0] in STAGES]) > len(STAGES)


def test_two_recordings_have_two_bars(tiny, folder):
    listener = Followed()
    jobs = expand([folder / "r0.wav", folder / "r1.wav", folder / "r2.wav"], tiny.folder).jobs
    order = RunOrder(prepare(str(tiny.profile)), (), RUN_TARGETS, cached=False)
    recordings = Recordings(order, jobs, None, listener)
    for i in (0, 1, 1):
        recordings.event({"event": "start", "of": str(folder / f"r{i}.wav")})
    recordings.ends(jobs[0], {"line": "r0.wav: fails", "trace": ""})
    recordings.event({"event": "stage", "stage": "decode", "of": str(folder / "r0.wav")})
    recordings.event({"event": "start", "of": str(folder / "r2.wav")})
    assert listener.heard == [
        ("starts", "r0.wav", 0),
        ("starts", "r1.wav", 1),
        ("starts", "r1.wav", 1),
        ("fails", "r0.wav: fails"),
        ("starts", "r2.wav", 0),
    ]
