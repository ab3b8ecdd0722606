"""One matrix on two machines, here two names: each takes its own times, answers are shared, and no
figure of one is compared with one of the other.
"""

import json
import os
import subprocess
import sys
import threading
import time

import pytest

from tests._support.pages import SAMPLE
from tests._support.stages import STAGES
from tests._support.tiny_recording import Tiny
from vsat_core.errors import InputError
from vsat_core.matrix import sharing as module
from vsat_core.matrix.output.machines import NAMES, publish_results
from vsat_core.matrix.sharing import Sharing, machines_in, short_name
from vsat_core.measure.machine import NAME

SLOWONE = '[stages.cut]\nuse = "tiny.slowone"'


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A profile with a technique that is slow on the machine "one" only."""
    made = Tiny.of(tmp_path_factory.mktemp("machines") / "tiny", "of_machine.py")
    text = made.profile.read_text()
    made.profile.write_text(text.replace('[stages.cut]\nuse = "tiny.plain"', SLOWONE))
    return made


def command(tiny, *more):
    wanted = {s: "tiny.plain" for s in STAGES} | {"cut": "tiny.slowone,tiny.slowtwo"}
    stages = [f"--stage={stage}={names}" for stage, names in wanted.items()]
    options = ["--out", "mx", "--rounds=1", "--budget=1", "--processes=1", "--sample=0"]
    words = ["matrix", str(tiny.recording), "--profile", str(tiny.profile), *options, *stages]
    return [sys.executable, "-m", "vsat_core", *words, *more]


def begin(tiny, machine, *more):
    folder = tiny.folder.parent
    names = {"VSAT_CACHE": "cache", "XDG_CONFIG_HOME": "config", "TINY_LOG": tiny.log}
    env = os.environ | {n: str(folder / p) for n, p in names.items()} | {NAME: machine}
    return subprocess.Popen(
        command(tiny, *more), cwd=folder, env=env, stdout=subprocess.PIPE, text=True
    )


@pytest.fixture(scope="module")
def measured(tiny):
    """The folder of results, what both showed, and the calls of stages in all."""
    running = [begin(tiny, machine, "--resume") for machine in ("one", "two")]
    shown = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], shown
    return tiny.folder.parent / "mx", shown, tiny.calls()


def results(out, machine):
    return json.loads((out / "machines" / machine / "matrix.json").read_text())


def test_each_machine_has_a_part_and_a_recommendation_of_its_own(measured):
    out, shown, _ = measured
    merged = json.loads((out / "matrix.json").read_text())
    parts = {part["machine"]["key"]: part for part in merged["machines"]}
    assert [*parts] == ["one", "two"]
    for name, part in parts.items():
        assert part["subsets"][0]["verdict"] == results(out, name)["subsets"][0]["verdict"]
    page = (out / "matrix.html").read_text()
    assert page.count("<section>") == 2 and 'href="machines/two/matrix.html"' in page
    assert any("all machines, each by itself: mx/matrix.html" in text for text in shown)


def test_no_time_of_one_machine_is_used_by_the_other(measured):
    """Every time of a machine is of a cell that it measured, and no cell was measured twice."""
    out, _, _ = measured
    cells = [json.loads(path.read_text()) for path in (out / "cells").glob("cost-*.json")]
    by_machine = {name: [c for c in cells if c["machine"] == name] for name in ("one", "two")}
    assert len(by_machine["one"]) == len(by_machine["two"]) == len(cells) / 2
    for name, own in by_machine.items():
        found = results(out, name)
        assert found["machine"]["key"] == name
        shown = {o["name"]: o for o in found["stages"]["cut"]}
        for cell in (c for c in own if c["stage"] == "cut"):
            calls = [s for process in cell["measured"]["seconds"] for s in process]
            option = shown[cell["option"]]
            assert min(calls) <= option["seconds"] <= max(calls)
        slower = "tiny.slowone" if name == "one" else "tiny.slowtwo"
        assert max(shown.values(), key=lambda o: o["seconds"])["name"] == slower


def test_every_answer_was_computed_once(measured):
    out, _, calls = measured
    counted = sum(results(out, name)["counts"]["executions"] for name in ("one", "two"))
    assert len(calls) == counted


def test_a_machine_that_comes_later_moves_the_results_of_the_first(tmp_path):
    out, made = tmp_path / "mx", tmp_path / "made"
    made.mkdir()

    def publish(machine):
        found = SAMPLE | {"machine": {"key": machine, "threads": 2}, "command": "", "profiles": []}
        for name in NAMES:
            (made / name).write_text(json.dumps(found) if name == NAMES[0] else machine)
        files = publish_results(made, out, found)
        return [str(path.relative_to(out)) for path in files]

    assert publish("one") == publish("one") == [*NAMES]
    assert publish("two") == [*(f"machines/two/{n}" for n in NAMES), "matrix.json", "matrix.html"]
    assert (out / "machines/one/matrix.html").read_text() == "one"
    assert publish("one")[0] == "machines/one/matrix.json"
    merged = json.loads((out / "matrix.json").read_text())
    assert [part["folder"] for part in merged["machines"]] == ["machines/one", "machines/two"]
    assert not (out / "combinations.csv").exists()


def test_work_is_done_by_one_machine_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    ended = []
    with Sharing(tmp_path, "one") as one, Sharing(tmp_path, "two") as two:
        assert not one.alone() and not two.alone()
        with one.turn("a") as mine, two.turn("a", wait=False) as other, two.turn("b") as more:
            assert (mine, other, more) == (True, False, True)

            def wait():
                with two.turn("a"):
                    ended.append("two")

            waiting = threading.Thread(target=wait)
            waiting.start()
            time.sleep(0.05)
            ended.append("one")
        waiting.join()
    assert ended == ["one", "two"]
    with Sharing(tmp_path, "one") as one:
        assert one.alone() and machines_in(tmp_path) == ["one", "two"]


def test_one_command_at_a_time_on_a_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    with (
        Sharing(tmp_path, "one"),
        pytest.raises(InputError, match="another command measures"),
        Sharing(tmp_path, "one"),
    ):
        pass


def test_a_folder_without_claims_is_no_hindrance(tmp_path):
    (tmp_path / ".vsat").write_text("in the way")
    with Sharing(tmp_path, "one") as one, one.turn("a") as mine, one.turn("a") as again:
        assert mine and again and one.alone()


def test_names_of_machines_in_names_of_files():
    assert short_name("bench-1") == "bench-1"
    names = {
        short_name(n) for n in ("A b", "a b", "a-b", "../x", "Intel(R) Xeon(R), 2 cores, 24 GB")
    }
    assert len(names) == 5 and all("/" not in n and not n.startswith((".", "-")) for n in names)
