"""Times of two machines, here two clusters under different names, are never put together."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from tests._support.command import vsat
from tests._support.paths import LOOSE
from tests._support.stages import STAGES
from tests._support.tiny_recording import Tiny
from vsat_core.cli.options import without_executor
from vsat_core.executors.exclusive import ANY, CarriedCommand, no_tick, run_exclusively
from vsat_core.measure.machine import NAME, fingerprint, identity


def evaluated(corpus, machine, *ids):
    """The report of `vsat evaluate` by a cluster of this name, which keeps what is there."""
    command = [sys.executable, "-m", "vsat_core", "evaluate", str(corpus.folder / "manifest.json")]
    options = ["--profile", str(corpus.tiny.profile), "--executor=cluster:1", "--no-cache"]
    words = [*command, *ids, *options, "--resume", "--out", str(corpus.out)]
    subprocess.run(words, check=True, env=environment(machine), stdout=subprocess.DEVNULL)
    return corpus.small()


def environment(machine):
    return {**os.environ, NAME: machine}


def test_an_evaluation_on_two_clusters_groups_by_machine(corpus):
    pytest.importorskip("distributed")
    one = evaluated(corpus, "fast", "exact")
    assert one["recordings"]["exact"]["machine"] == "fast"
    both = evaluated(corpus, "slow")
    assert [row["machine"] for row in both["recordings"].values()] == ["fast", "slow"]
    assert both["recordings"]["exact"]["resumed"] and not both["recordings"]["alone"]["resumed"]
    group = both["groups"]["all"]
    assert group["speed"] == {"spent_s": 0, "audio_s": 0, "recordings": 0, "real_time_factor": None}
    assert {m: s["recordings"] for m, s in group["speed_by_machine"].items()} == {
        "fast": 1,
        "slow": 1,
    }
    report = (corpus.out / "evaluation.md").read_text()
    assert "times were taken on 2 machines and are compared within each alone" in report
    assert "real-time factor (RTF) on fast" in report
    assert "real-time factor (RTF) on slow" in report
    peers = (corpus.out / "small" / "peers.json").read_text()
    assert '"rtf": NaN' in peers
    assert corpus.run("--resume", "--no-cache") == 0, "what a cluster did counts here as well"
    assert [row["resumed"] for row in corpus.small()["recordings"].values()] == [True, True]


def test_a_failure_on_a_cluster_is_a_row(corpus, capsys):
    pytest.importorskip("distributed")
    shutil.copy(LOOSE / "failing.py", corpus.folder)
    corpus.write([corpus.add(name, rttm=corpus.rttm(name, "ABAB")) for name in ("key", "fine")])
    failing = ["--plugin", str(corpus.folder / "failing.py")]
    failing += ["--set", "stages.decode.use=failing.plain"]
    assert corpus.run("--executor", "cluster:1", *failing) == 2
    assert "vsat: key (small): KeyError" in capsys.readouterr().err
    rows = corpus.small()["recordings"]
    assert "failure" in rows["key"] and "failure" not in rows["fine"]


def test_the_name_of_a_machine_can_be_given(monkeypatch):
    own = identity()
    assert "cores" in own and fingerprint()["key"] == own
    monkeypatch.setenv(NAME, " build\n server ")
    assert identity() == fingerprint()["key"] == "build server"


def test_a_command_runs_on_a_machine_that_it_has_to_itself(monkeypatch, tmp_path):
    pytest.importorskip("distributed")
    monkeypatch.setenv(NAME, "bench")
    monkeypatch.chdir(tmp_path)
    (ended,) = run_exclusively("", 2, ["list", "nothing"])
    assert (ended.code, ended.machine) == (2, "bench")
    assert ended.err.startswith("vsat: ") and ended.out == ""


def test_a_command_that_is_sent_again_goes_on():
    carried = CarriedCommand(["matrix", "a.wav"], no_tick)
    sent = [carried.task(ANY, "c", 1).job for _ in range(2)]
    assert [json.loads(job)["argv"] for job in sent] == [
        ["matrix", "a.wav"],
        ["matrix", "a.wav", "--resume"],
    ]


def test_a_command_line_for_the_machine_that_does_the_work():
    words = ["tune", "in", "--executor", "cluster:1", "--out", "x", "--executor=local"]
    assert without_executor(words) == ["tune", "in", "--out", "x"]


@pytest.fixture
def workers(monkeypatch):
    """Starts a Dask worker that offers a machine of some name, by the address of a scheduler."""
    distributed = pytest.importorskip("distributed")
    started = []

    def start(name):
        command = [sys.executable, "-m", "distributed.cli.dask_worker", cluster.scheduler_address]
        options = ["--nthreads=1", "--resources=machine=1", "--memory-limit=0", "--no-dashboard"]
        env = environment(name)
        started.append(
            subprocess.Popen([*command, *options, "--no-nanny"], env=env, stderr=subprocess.DEVNULL)
        )
        return started[-1]

    with distributed.LocalCluster(
        n_workers=0, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as cluster:
        start.address = cluster.scheduler_address
        yield start
        for process in started:
            process.kill()
            process.wait()


def test_each_machine_of_a_cluster_measures_for_itself(workers, tmp_path, monkeypatch, capsys):
    """Two machines, of which one dies and comes back."""
    from distributed import Client

    tiny = Tiny.of(tmp_path / "tiny")
    monkeypatch.chdir(tmp_path)
    first, _ = workers("one"), workers("two")
    with Client(workers.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=120)

    def kill_and_start_again():
        while len(list(tmp_path.glob("mx/cells/cost-*.json"))) < 4:
            time.sleep(0.05)
        first.kill()
        first.wait()
        workers("one")

    stages = " ".join(f"--stage {stage}=tiny.plain" for stage in STAGES)
    options = "--rounds=1 --processes=1 --budget=1 --sample=0 --no-history --out mx"
    command = f"matrix {tiny.recording} --profile {tiny.profile} {options} {stages}"
    killing = threading.Thread(target=kill_and_start_again)
    killing.start()
    assert vsat(f"{command} --executor {workers.address}") == 0
    killing.join()
    merged = json.loads((tmp_path / "mx" / "matrix.json").read_text())
    assert [part["machine"]["key"] for part in merged["machines"]] == ["one", "two"]
    cells = [json.loads(p.read_text()) for p in tmp_path.glob("mx/cells/cost-*.json")]
    by_machine = Counter(cell["machine"] for cell in cells)
    assert by_machine["one"] == by_machine["two"] == len(cells) / 2
    shown = capsys.readouterr().out
    assert "\none:\n" in shown and "\ntwo:\n" in shown and "2 machines; all times" in shown
