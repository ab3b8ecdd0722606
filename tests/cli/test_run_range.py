"""`vsat run --stop-after` and `--from`: what is computed, what is kept, and what makes no sense."""

import os
from pathlib import Path

import pytest

from tests._support.command import vsat
from tests._support.stages import STAGES
from vsat_core.engine.cache import Cache

TO_CLUSTER = ["decode", "enhance", "detect", "feats", "embed", "cluster"]


@pytest.fixture
def run(tiny, monkeypatch):
    """`vsat run` with the tiny profile, in its folder."""
    monkeypatch.chdir(tiny.folder)
    return lambda line: vsat(f"run --profile {tiny.profile} {line}")


@pytest.fixture
def two(tiny):
    """A folder with two recordings."""
    for name, content in (("a", tiny.recording.read_bytes()), ("b", bytes(64) + bytes([90]) * 48)):
        path = tiny.folder / "in" / "deep" / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return "in"


def test_a_run_stops_after_a_stage_and_writes_nothing(run, tiny, capsys):
    assert run("talk.wav --stop-after cluster") == 0
    assert tiny.calls() == TO_CLUSTER and not Path("transcripts").exists()
    printed = capsys.readouterr().out
    assert "cluster gives 4 turns, 2 speakers; no files are written" in printed
    assert run("talk.wav --stop-after write") == 0 and Path("transcripts/talk.txt").is_file()
    assert not set(tiny.calls()) & set(TO_CLUSTER), "the second run goes on from what was stored"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_folder_stops_after_a_stage(run, two, tiny, capsys, jobs):
    assert run(f"{two} --stop-after detect --jobs {jobs}") == 0
    assert sorted(tiny.calls()) == sorted(2 * ["decode", "enhance", "detect"])
    printed = capsys.readouterr().out
    assert "in/deep/a.wav: " in printed and "2 of 2 recordings done" in printed
    assert "detect gives 4 segments;" in printed and "detect gives 1 segment;" in printed
    assert not Path("transcripts").exists()


def test_only_what_the_stage_needs_must_be_installed(run, tiny, capsys):
    """A stage that cannot run here does not keep an earlier one from running."""
    text = tiny.plugin.read_text()
    missing = 'needs=(Package("no_such_package"),)'
    text = text.replace("return [_card(Transcribe)]", f"return [_card(Transcribe, {missing})]")
    tiny.plugin.write_text(text.replace("import EXACT, Card", "import EXACT, Card, Package"))
    assert run("talk.wav --stop-after cluster") == 0
    assert run("talk.wav") == 2 and "needs the package no_such_package" in capsys.readouterr().err


@pytest.mark.parametrize("inputs", ["talk.wav", "in --jobs 2"])
def test_from_computes_a_stage_and_what_follows_again(run, two, tiny, inputs):
    run(inputs)
    n = tiny.calls().count("decode")
    assert run(f"{inputs} --from cluster") == 0
    assert sorted(tiny.calls()) == sorted(n * STAGES.downstream_of("cluster"))
    assert run(f"{inputs} --from embed --stop-after cluster") == 0
    assert sorted(tiny.calls()) == sorted(n * ["embed", "cluster"])
    assert run(inputs) == 0 and set(tiny.calls()) == {"write"}


def test_from_computes_what_is_not_stored(run, tiny):
    assert run("talk.wav --from cluster --stop-after cluster") == 0
    assert tiny.calls() == TO_CLUSTER


def test_what_is_computed_again_takes_the_place_of_what_was_stored(run, tiny):
    """And is still forgotten with every recording that it came from."""
    Path("hum.wav").write_bytes(b"\x01" + Path("talk.wav").read_bytes()[1:])
    for name in ("talk.wav", "hum.wav"):  # equal frames of speech, so one entry for both
        run(f"{name} --stop-after cluster")
    (before,) = [e.folder for e in Cache().entries() if e.stage == "cluster"]
    os.utime(before / "artifact.json", (1, 1))
    assert run("talk.wav --from cluster --stop-after cluster") == 0
    (after,) = [e for e in Cache().entries() if e.stage == "cluster"]
    assert after.folder == before and (before / "artifact.json").stat().st_mtime > 1
    assert after.sourced and len(list(before.glob("source-*"))) == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--stop-after clutser", "--stop-after: there is no stage 'clutser', did you mean 'clu"),
        ("--from clutser", "--from: there is no stage 'clutser', did you mean 'cluster'?"),
        ("--stop-after cluster --no-cache", "nothing would be left; leave one of the two out"),
        ("--from cluster --no-cache", "--no-cache leaves alone; leave one of the two out"),
        ("--from write --stop-after cluster", "--from write: this run does not need that stage; "),
        ("--stop-after cut --overwrite", "--overwrite is about files, and --stop-after cut writes"),
        ("--stop-after cut --skip-existing", "--skip-existing is about files"),
        ("--stop-after cut --name x", "--name is about files"),
    ],
)
def test_what_makes_no_sense_is_one_line_before_any_work(run, tiny, capsys, options, says):
    assert run(f"talk.wav {options}") == 2
    err = capsys.readouterr().err
    assert err.startswith("vsat: ") and says in err and err.count("\n") == 1
    assert tiny.calls() == [] and not Path("transcripts").exists()


def test_stopping_after_the_last_stage_is_an_ordinary_run(run, tiny):
    assert run("talk.wav --stop-after write --no-cache --overwrite --name memo") == 0
    assert Path("transcripts/memo.txt").is_file() and not list(Cache().entries())
