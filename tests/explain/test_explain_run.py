"""`vsat explain` of a run names exactly what makes a stage be computed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests._support.stages import STAGES
from tests._support.tiny_recording import Tiny
from vsat_core.artifacts import Source
from vsat_core.config import code_digest
from vsat_core.config.prepare import prepare
from vsat_core.engine import run_records
from vsat_core.engine.cache import Cache
from vsat_core.engine.outcome import NullListener
from vsat_core.engine.pipeline import Pipeline
from vsat_core.errors import Cancelled
from vsat_core.explain.forecast import Forecast
from vsat_core.explain.last_run import last_run

TARGETS = ("write",)
Told = dict[str, tuple[str, str]]


def run(tiny, *settings: str, recording: Path | None = None, **more):
    profile = prepare(str(tiny.profile), settings)
    return Pipeline(profile, Cache(), **more).run(Source(recording or tiny.recording), TARGETS)


def told(reports) -> Told:
    """State and reasons of each stage, by variant where a stage is there twice."""
    names = [r.stage for r in reports]
    return {
        r.stage if names.count(r.stage) == 1 else f"{r.stage} {r.variant}": (
            r.state,
            "; ".join(r.why),
        )
        for r in reports
    }


def next_run(tiny, *settings: str, recording: Path | None = None) -> Told:
    profile = prepare(str(tiny.profile), settings)
    return told(Forecast(profile, Cache(), Source(recording or tiny.recording)).reports(TARGETS))


def before(tiny) -> Told:
    """What the last run did."""
    forecast = Forecast(prepare(str(tiny.profile)), Cache(), Source(tiny.recording))
    return told(last_run(forecast.history))


def to_compute(reports: Told) -> dict[str, str]:
    """What is not taken from the cache but the files, and why."""
    return {s: why for s, (state, why) in reports.items() if state != "cached" and s != "write"}


def test_before_the_first_run_nothing_was_ever_computed(tiny):
    reports = next_run(tiny)
    assert list(reports) == list(STAGES)
    assert set(to_compute(reports).values()) == {"never computed for this recording"}
    assert tiny.calls() == [] and not Cache().folder.exists()


def test_what_is_cached_says_when_it_was_computed_and_what_it_is(tiny):
    run(tiny)
    tiny.calls()
    reports = Forecast(prepare(str(tiny.profile)), Cache(), Source(tiny.recording)).reports(TARGETS)
    assert told(reports)["write"] == ("compute", "files are written by every run")
    stored = {r.stage: r for r in reports if r.stage != "write"}
    assert {r.state for r in stored.values()} == {"cached"} and tiny.calls() == []
    assert all(r.why[0].startswith("computed 20") for r in stored.values())
    assert all(r.seconds is not None and r.peak_bytes > 1 << 20 for r in stored.values())
    assert stored["cluster"].answer == "4 turns, 2 speakers"
    assert stored["embed"].answer == "float32 (4, 4)"


def test_a_param_and_what_follows_from_it(tiny):
    run(tiny)
    assert to_compute(next_run(tiny, "stages.detect.level=0.3")) == {
        "detect": "param level changed: 0.25 -> 0.3",
        "features": "detect is computed; stored if that changes no answer",
        "embed": "features and detect are computed; stored if that changes no answer",
        "cluster": "embed and detect are computed; stored if that changes no answer",
        "cut": "detect is computed; stored if that changes no answer",
        "transcribe": "cut is computed; stored if that changes no answer",
        "align": "cut and transcribe are computed; stored if that changes no answer",
        "attribute": "align and cluster are computed; stored if that changes no answer",
        "index": "attribute is computed; stored if that changes no answer",
    }
    run(tiny, "stages.detect.level=0.3")
    assert to_compute(before(tiny)) == {"detect": "param level changed: 0.25 -> 0.3"}
    run(tiny, "stages.detect.level=0.6")
    assert before(tiny)["features"] == ("computed", "answer of detect changed")
    assert before(tiny)["enhance"][0] == "cached"


def test_two_changes_are_both_named(tiny):
    run(tiny)
    reports = next_run(tiny, "stages.detect.level=0.3", "stages.cluster.limit=3")
    assert reports["cluster"] == (
        "compute",
        "param limit changed: null -> 3; embed and detect are computed",
    )


def test_another_variant(tiny):
    run(tiny)
    changed = {"cluster": "variant changed: tiny.plain -> tiny.again"}
    again = "stages.cluster.use=tiny.again"
    assert next_run(tiny, again)["cluster"] == ("compute", changed["cluster"])
    run(tiny, again)
    assert to_compute(before(tiny)) == changed


def test_another_version_of_a_library(tiny, monkeypatch):
    run(tiny)
    installed = code_digest._installed
    old = installed("numpy")
    monkeypatch.setattr(
        code_digest, "_installed", lambda name: "9.9" if name == "numpy" else installed(name)
    )
    reports = to_compute(next_run(tiny))
    assert reports["decode"] == f"library numpy changed: {old} -> 9.9"
    assert reports["cluster"].startswith(f"library numpy changed: {old} -> 9.9; embed and detect")
    run(tiny)
    assert set(to_compute(before(tiny)).values()) == {f"library numpy changed: {old} -> 9.9"}


def elsewhere(tiny, *arguments: str) -> str:
    """A command in a process of its own, which reads the code as it is now."""
    command = [sys.executable, "-m", "vsat_core", *arguments, str(tiny.recording)]
    options = ["--profile", str(tiny.profile)] * ("--last" not in arguments)
    done = subprocess.run(
        [*command, *options], check=True, capture_output=True, text=True, cwd=tiny.folder
    )
    return done.stdout


def test_an_edited_helper_of_a_loose_plugin(tiny):
    """One that only the clusterer's own file imports."""
    (tiny.folder / "helper.py").write_text("SPLIT = 0.0\n")
    (tiny.folder / "mine.py").write_text(
        "from . import helper, tiny\nfrom vsat_core.plugin import hookimpl\n"
        "class Cluster(tiny.Cluster):\n    pass\n"
        "@hookimpl\ndef vsat_cluster():\n"
        "    return [tiny.Card('mine.plain', 'mine', params=tiny.ClusterParams,\n"
        "            target=f'{__name__}:Cluster')]\n"
    )
    profile = tiny.profile.read_text()
    head, tail = profile.split("[stages.cluster]\n")
    tiny.profile.write_text(
        head.replace('"tiny.py"', '"tiny.py", "mine.py"')
        + "[stages.cluster]\n"
        + tail.replace("tiny.plain", "mine.plain", 1)
    )
    elsewhere(tiny, "run")
    (tiny.folder / "helper.py").write_text("SPLIT = 0.00\n")
    rows = [line.split() for line in elsewhere(tiny, "explain").splitlines()]
    states = {row[0]: row[2:] for row in rows if len(row) > 2 and row[0] in STAGES}
    assert states["cluster"][0] == "compute"
    assert states["cluster"][-3:] == ["code", "changed:", "helper.py"]
    assert [s for s, row in states.items() if row[0] == "compute"] == ["cluster", "write"]
    elsewhere(tiny, "run")
    assert "code changed: helper.py" in elsewhere(tiny, "explain", "--last")


def test_files_that_came_and_went_are_marked(tiny, monkeypatch):
    run(tiny)
    real = code_digest.code_of

    def other(variant):
        code = real(variant)
        files = {**code.files, "kernel.py": "0"}
        del files["vsat_core/plugin.py"]
        return code_digest.Code(files, code.versions)

    monkeypatch.setattr("vsat_core.engine.components.code_of", other)
    said = next_run(tiny)["decode"][1]
    assert said == "code changed: kernel.py (new), vsat_core/plugin.py (gone)"


def test_other_weights(tiny, monkeypatch):
    net = 'Model("net", "net==1", "no_such_package", "net.bin", "0" * 64, "MIT", "any")'
    text = tiny.plugin.read_text()
    text = text.replace("return [_card(Cut)]", f"return [_card(Cut, needs=({net},))]")
    tiny.plugin.write_text(text.replace("Formats, Spea", "Formats, Model, Spea"))
    monkeypatch.setenv("VSAT_MODELS", str(tiny.folder))
    (tiny.folder / "net.bin").write_bytes(b"one")
    run(tiny)
    (tiny.folder / "net.bin").write_bytes(b"other")
    assert next_run(tiny)["cut"] == ("compute", "weights changed: net")


def test_other_content_at_the_same_place(tiny):
    run(tiny)
    tiny.recording.write_bytes(tiny.recording.read_bytes() + b"\x7f" * 8)
    reports = next_run(tiny)
    assert reports["decode"] == ("compute", "content of the recording changed")
    assert reports["enhance"] == ("depends", "decode is computed; stored if that changes no answer")
    run(tiny)
    assert before(tiny)["decode"] == ("computed", "content of the recording changed")
    assert before(tiny)["enhance"] == ("computed", "answer of decode changed")


def test_another_recording_was_never_computed_and_a_copy_is_cached(tiny):
    run(tiny)
    other, copy = tiny.folder / "other.wav", tiny.folder / "copy.wav"
    other.write_bytes(bytes(99))
    shutil.copy(tiny.recording, copy)
    assert next_run(tiny, recording=other)["decode"] == (
        "compute",
        "never computed for this recording",
    )
    assert to_compute(next_run(tiny, recording=copy)) == {}


def test_results_of_an_earlier_version_say_nothing(tiny):
    run(tiny)
    for file in Cache().folder.rglob("made_of.json"):
        file.unlink()
    assert next_run(tiny)["cut"] == ("cached", "computed by an earlier version")
    unknown = ("compute", "not known: computed by an earlier version")
    assert next_run(tiny, "stages.cluster.limit=3")["cluster"] == unknown
    run_records.clear(Cache().folder)
    assert next_run(tiny, "stages.cluster.limit=3")["cluster"] == unknown
    run(tiny, "stages.cluster.limit=3")
    assert before(tiny)["cluster"][1] == unknown[1]


def test_what_was_removed_from_the_cache(tiny):
    run(tiny)
    for entry in list(Cache().entries()):
        if entry.stage == "cluster":
            shutil.rmtree(entry.folder)
    assert to_compute(next_run(tiny))["cluster"] == "its stored result was removed"
    assert next_run(tiny, "stages.cluster.limit=3")["cluster"] == (
        "compute",
        "not known: the earlier result was removed",
    )
    run(tiny)
    assert to_compute(before(tiny)) == {"cluster": "its stored result was removed"}


def test_from_is_a_reason(tiny):
    run(tiny)
    run(tiny, again=["attribute", "index"])
    asked = dict.fromkeys(["attribute", "index"], "asked for by --from")
    assert to_compute(before(tiny)) == asked


def test_a_run_that_ends_early_keeps_what_is_known_of_later_stages(tiny):
    run(tiny)
    other = prepare(str(tiny.profile), ["stages.detect.level=0.3"])
    Pipeline(other, Cache()).run(Source(tiny.recording), ("cut",))
    assert list(before(tiny)) == ["decode", "enhance", "detect", "cut"]
    changed = next_run(tiny, "stages.cluster.limit=3")
    assert changed["cluster"] == ("compute", "param limit changed: null -> 3")


def test_a_stopped_run_is_on_record_as_far_as_it_came(tiny):
    class Stop(NullListener):
        def stage_starts(self, stage, variant, total_samples, run):
            if stage == "transcribe":
                run.cancelled.set()

    with pytest.raises(Cancelled):
        run(tiny, listener=Stop())
    record = run_records.read(Cache().folder, tiny.recording)
    assert record is not None and not record.complete
    assert "cut" in before(tiny) and "transcribe" not in before(tiny)


def test_a_rule_that_takes_another_variant(tmp_path):
    ruled = Tiny.of(tmp_path / "ruled", "ruled.py")
    with ruled.profile.open("a") as file:
        file.write('[[stages.transcribe.otherwise]]\nwhen = "implausible"\nuse = "loud.plain"\n')
    assert next_run(ruled)["transcribe"][1] == (
        "never computed for this recording; rule implausible may then take loud.plain"
    )
    run(ruled)
    never = "never computed for this recording"
    assert before(ruled)["transcribe tiny.plain"] == ("computed", never)
    assert before(ruled)["transcribe loud.plain"] == ("computed", never)
    reason = "instead of tiny.plain: at 288 is implausible"
    state, why = next_run(ruled)["transcribe loud.plain"]
    assert state == "cached" and why.startswith(reason)
    text = ruled.profile.read_text()
    ruled.profile.write_text(text + 'word = "hey"\n')
    assert next_run(ruled)["transcribe loud.plain"] == (
        "compute",
        f'{reason}; param word changed: "loud" -> "hey"',
    )
    assert next_run(ruled)["align"] == (
        "depends",
        "transcribe is computed; stored if that changes no answer",
    )


def test_records_go_with_what_they_are_about(tiny):
    run(tiny)
    (file,) = (Cache().folder / "runs").glob("*.json")
    assert str(tiny.folder) not in file.read_text()
    assert {s["row"]["stage"] for s in json.loads(file.read_text())["steps"]} == set(STAGES)
    first = Source(tiny.recording).digest()
    tiny.recording.write_bytes(bytes(80) + b"\x7f" * 40)
    Pipeline(prepare(str(tiny.profile)), Cache()).run(Source(tiny.recording), ("cut",))
    Cache().forget(["0" * 64])
    assert file.exists()
    Cache().forget([first])  # what is known of later stages is about the first content
    assert not file.exists()
    run(tiny)
    assert file.exists()
    Cache().clear()
    assert not file.parent.exists()


def test_a_damaged_record_is_none(tiny):
    run(tiny)
    (file,) = (Cache().folder / "runs").glob("*.json")
    file.write_text("{")
    assert to_compute(next_run(tiny)) == {} and before(tiny) == {}
    run(tiny)
    assert before(tiny)["cut"][0] == "cached"
