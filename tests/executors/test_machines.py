"""Times of two machines, here two clusters under different names, are never put together."""

import json
import os
import subprocess
import sys

import pytest

from vsat_core.cli.options import without_executor
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
    corpus.write([corpus.add("gone", rttm=corpus.rttm("gone", "ABAB"))])
    (corpus.folder / "gone.wav").write_bytes(b"")
    assert corpus.run("--executor", "cluster:1") == 2
    assert "gone (small): " in capsys.readouterr().err


def test_the_name_of_a_machine_can_be_given(monkeypatch):
    own = identity()
    assert "cores" in own and fingerprint()["key"] == own
    monkeypatch.setenv(NAME, " build\n server ")
    assert identity() == fingerprint()["key"] == "build server"


@pytest.fixture
def matrix(tiny):
    """The smallest matrix, as arguments for any folder."""
    words = ["matrix", str(tiny.recording), "--profile", str(tiny.profile), "--plugin"]
    numbers = ["--rounds=1", "--processes=1", "--sample=0", "--budget=0.1"]
    return [*words, str(tiny.plugin), *numbers]


def test_a_matrix_gets_a_machine_and_keeps_to_it(tiny, matrix):
    """The second one, on another machine, goes on in the same folder and measures again."""
    pytest.importorskip("distributed")
    out, cells = tiny.folder / "matrix", []
    for machine in ("fast", "slow"):
        command = [sys.executable, "-m", "vsat_core", *matrix, "--executor=cluster:2"]
        done = subprocess.run(
            [*command, "--resume", "--out", str(out)],
            env=environment(machine),
            capture_output=True,
            text=True,
        )
        assert done.returncode in (0, 2), done.stderr
        assert f"all times were taken on {machine}" in done.stdout, done.stderr
        report = json.loads((out / "matrix.json").read_text())
        assert report["machine"]["key"] == machine
        cells.append(report["counts"]["reused_cells"])
    assert cells[0] == 0
    measured = [json.loads(p.read_text()) for p in (out / "cells").glob("cost-*.json")]
    assert len(measured) % 2 == 0, "each variant once on each machine"


def test_a_command_line_for_the_machine_that_does_the_work():
    words = ["tune", "in", "--executor", "cluster:1", "--out", "x", "--executor=local"]
    assert without_executor(words) == ["tune", "in", "--out", "x"]
