"""The pipeline: what runs again, what is let go, what a failure leaves behind."""

import tempfile
import weakref
from pathlib import Path

import pytest

import vsat_core
from tests._support.stages import STAGES
from vsat_core.api import diarize_speakers, transcribe_audio
from vsat_core.artifacts import Source
from vsat_core.config.prepare import prepare
from vsat_core.engine.cache import Cache
from vsat_core.engine.outcome import NullListener, StageRow
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.walk import Walk
from vsat_core.errors import Cancelled, OutputError, PluginError


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """The system's folder for temporary files, empty."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def pipeline_of(
    tiny, *settings: str, cache: bool = False, listener: NullListener | None = None
) -> Pipeline:
    return Pipeline(prepare(str(tiny.profile), settings), Cache() if cache else None, listener)


def edit(tiny, old: str, new: str) -> None:
    text = tiny.plugin.read_text()
    assert old in text
    tiny.plugin.write_text(text.replace(old, new))


def files_in(folder: Path) -> dict[str, bytes]:
    return (
        {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} if folder.exists() else {}
    )


def test_the_graph_is_in_order():
    seen = {"source"}
    for name, spec in STAGES.items():
        assert spec.name == name and set(spec.takes) <= seen
        seen.add(name)


def test_only_what_a_target_needs_runs():
    assert STAGES.needed_for(("write",)) == list(STAGES)
    assert STAGES.needed_for(("align",)) == [
        "decode",
        "enhance",
        "detect",
        "cut",
        "transcribe",
        "align",
    ]
    assert STAGES.needed_for(("cluster",)) == [
        "decode",
        "enhance",
        "detect",
        "features",
        "embed",
        "cluster",
    ]
    assert STAGES.needed_for(("decode", "draw")) == ["decode", "enhance", "draw"]
    assert STAGES.downstream_of("cluster") == ["cluster", "attribute", "index", "write"]
    assert STAGES.downstream_of("decode") == list(STAGES)


def test_clustering_again_runs_what_depends_on_it_and_nothing_else(tiny):
    def rows(*settings: str) -> list[StageRow]:
        return pipeline_of(tiny, *settings, cache=True).run(Source(tiny.recording)).rows

    assert [r.stage for r in rows()] == list(STAGES)
    tiny.calls()
    again = rows("stages.cluster.num_speakers=1")
    assert (
        tiny.calls() == STAGES.downstream_of("cluster") == [r.stage for r in again if not r.cached]
    )
    assert [r.stage for r in again] == list(STAGES)


def test_words_and_speakers_can_be_had_apart(tiny):
    assert [w.text for w in transcribe_audio(tiny.recording, str(tiny.profile))][:2] == ["at", "64"]
    assert "cluster" not in tiny.calls()
    assert [t.speaker for t in diarize_speakers(tiny.recording, str(tiny.profile))] == [0, 1, 0, 1]
    assert tiny.calls() == ["feats", "embed", "cluster"]
    assert {
        t.speaker for t in diarize_speakers(tiny.recording, str(tiny.profile), num_speakers=1)
    } == {0}


def test_words_come_in_seconds_with_their_speaker(tiny):
    found = vsat_core.run(tiny.recording, str(tiny.profile))
    assert found.text == "at 64\nat 176\nat 288\nat 400"
    assert (found.words[2].start_s, found.words[2].end_s, found.words[2].speaker) == (
        0.011,
        0.0125,
        1,
    )
    assert (
        found.files == [] and found.environment.kind == "quiet" and found.outcome.n_samples == 448
    )


def test_one_pipeline_serves_many_files(tiny):
    other = tiny.folder / "other.wav"
    other.write_bytes(bytes(32) + tiny.recording.read_bytes())
    pipeline = pipeline_of(tiny)
    ready = {}
    for path, first in ((tiny.recording, 64), (other, 96), (tiny.recording, 64)):
        words = pipeline.run(Source(path), ("align",)).artifacts["align"]
        assert int(words.start[0]) == first
        ready = ready or dict(pipeline._equipment.ready.made)
    assert pipeline._equipment.ready.made == ready


@pytest.mark.parametrize("cache", [False, True])
def test_artifacts_are_let_go_after_their_last_use(tiny, cache, monkeypatch):
    alive: dict[str, set[str]] = {}
    born: list[tuple[str, weakref.ref]] = []

    class Recorder(NullListener):
        def stage_starts(self, stage, variant, total_samples, run):
            alive[stage] = {name for name, ref in born if ref() is not None}

    pipeline = pipeline_of(tiny, cache=cache, listener=Recorder())
    step = Walk._step

    def counted(walk, stage, later):
        result = step(walk, stage, later)
        born.append((stage, weakref.ref(result.artifact)))
        return result

    monkeypatch.setattr(Walk, "_step", counted)
    outcome = pipeline.run(Source(tiny.recording), ("attribute", "write"))
    assert set(outcome.artifacts) == {"attribute", "write"}
    for stage in STAGES:
        later = {t for s in list(STAGES)[list(STAGES).index(stage) :] for t in STAGES[s].takes} | {
            "attribute"
        }
        assert {t for t in STAGES[stage].takes if t != "source"} <= alive[stage] <= later, stage


def test_a_listener_sees_every_stage_and_how_far_it_is(tiny):
    seen: list = []

    class Recorder(NullListener):
        def stage_starts(self, stage, variant, total_samples, run):
            seen.append((stage, variant, total_samples))

        def progress(self, stage, samples):
            seen.append((stage, samples))

        def stage_ends(self, row):
            seen.append(row.stage)

    pipeline_of(tiny, listener=Recorder()).run(Source(tiny.recording))
    assert [s for s in seen if isinstance(s, str)] == list(STAGES)
    assert [s[0] for s in seen if len(s) == 3 and not isinstance(s, str)] == list(STAGES)
    assert ("decode", "tiny.plain", 0) in seen and ("write", "tiny.plain", 448) in seen
    assert ("transcribe", 448) in seen


def test_rows_tell_time_and_memory(tiny):
    for row in pipeline_of(tiny).run(Source(tiny.recording)).rows:
        assert (
            row.seconds >= 0
            and row.prepare_seconds >= 0
            and row.peak_bytes > 1 << 20
            and not row.cached
        )


def test_a_stage_that_returns_something_else_is_its_plugins_fault(tiny, scratch):
    edit(tiny, "return Utterances(*speech.union())", "return speech")
    with pytest.raises(
        PluginError, match=r"cut tiny.plain \(.*tiny.py\): must return Utterances, got Speech"
    ):
        vsat_core.run(tiny.recording, str(tiny.profile), out=tiny.folder / "out")
    assert files_in(tiny.folder / "out") == {} and list(scratch.iterdir()) == []
    assert "cut" not in {e.stage for e in Cache().entries()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return Files(names)", "raise RuntimeError('at the end')"),
        ("return Files(names)", "return Files([*names, 'missing.txt'])"),
        ("return Utterances(*speech.union())", "raise RuntimeError('in the middle')"),
    ],
    ids=["write raises", "write promises too much", "cut raises"],
)
def test_a_failure_leaves_nothing_behind(tiny, scratch, old, new):
    edit(tiny, old, new)
    out = tiny.folder / "out"
    out.mkdir()
    (out / "talk.txt").write_text("from an earlier run")
    with pytest.raises((RuntimeError, OutputError)):
        vsat_core.run(tiny.recording, str(tiny.profile), out=out)
    assert files_in(out) == {"talk.txt": b"from an earlier run"}
    assert list(scratch.iterdir()) == [] and not list(Cache().folder.glob("part-*"))


@pytest.mark.parametrize("size", [0, 1, 100])
def test_recordings_without_speech(tiny, size):
    tiny.recording.write_bytes(bytes(size))
    found = vsat_core.run(tiny.recording, str(tiny.profile), out=tiny.folder / "out")
    assert found.words == found.turns == [] and found.text == "" and len(found.files) == 7


def test_a_run_can_be_stopped(tiny, scratch):
    class Stop(NullListener):
        def stage_starts(self, stage, variant, total_samples, run):
            if stage == "transcribe":
                run.cancelled.set()

    with pytest.raises(Cancelled, match="stopped by the user"):
        pipeline_of(tiny, cache=True, listener=Stop()).run(
            Source(tiny.recording), ("write",), tiny.folder / "out"
        )
    assert (
        "align" not in tiny.calls()
        and files_in(tiny.folder / "out") == {}
        and list(scratch.iterdir()) == []
    )
    assert "transcribe" not in {e.stage for e in Cache().entries()}


def test_a_users_own_model_is_used_with_a_warning(tiny, monkeypatch):
    model = (
        'needs=(Model("net", "net==1", "no_such_package", "net.bin", "0" * 64, "MIT", "any"),), '
    )
    edit(tiny, "return [_card(Cut)]", f"return [_card(Cut, {model})]")
    edit(tiny, "Formats, Spea", "Formats, Model, Spea")
    (tiny.folder / "net.bin").write_bytes(b"mine")
    monkeypatch.setenv("VSAT_MODELS", str(tiny.folder))
    for _ in range(2):
        warnings = vsat_core.run(tiny.recording, str(tiny.profile)).warnings
        assert (
            warnings[0]
            == f"net: using your own {tiny.folder / 'net.bin'}, which is not the tested file"
        )
