"""Scratch that a long recording will need, against what is free: told before the work, once."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

import vsat_core
from tests._support.command import vsat
from tests._support.paths import TEST_DATA
from tests._support.stages import STAGES
from vsat_core.artifacts import SAMPLE_RATE, Source
from vsat_core.cli.progress import Display
from vsat_core.config.prepare import prepare
from vsat_core.contract import scratch
from vsat_core.contract.workspace import Workspace
from vsat_core.engine import space
from vsat_core.engine.outcome import NullListener
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.pool_worker import JsonReporter
from vsat_core.engine.space import scratch_bytes, space_note

HOUR = 3600 * SAMPLE_RATE
LONG = [STAGES[name] for name in ("enhance", "detect", "features", "write")]


def free(monkeypatch: pytest.MonkeyPatch, sizes: dict[Path, float]) -> None:
    monkeypatch.setattr(space, "free_bytes", lambda folder: int(sizes[folder]))


def test_only_what_does_not_fit_into_memory_counts():
    assert scratch_bytes(LONG, HOUR) == []  # 230 MB of sound, 115 MB of features
    assert scratch_bytes(LONG, 2 * HOUR) == [2 * 4 * HOUR]
    assert scratch_bytes(LONG, 4 * HOUR) == [4 * 4 * HOUR, 4 * 3600 * 32_000]


@pytest.mark.parametrize("room", [1e9, 1.381e9, 1.383e9, 1e12])
def test_a_note_names_what_is_needed_and_the_folder_with_most_room(tmp_path, monkeypatch, room):
    small, large = tmp_path / "small", tmp_path / "large"
    free(monkeypatch, {small: 5e6, large: room})
    line = space_note(LONG, 4 * HOUR, [small, large], None)
    expected = (
        f"needs about 1.4 GB of scratch, {room / 1e9:.1f} GB is free in {large}: set TMPDIR to a "
        "folder with more room"
    )
    assert line == (expected if room < 1.3824e9 else "")


def test_no_folder_at_all():
    assert "scratch, no folder can be written: set" in space_note(LONG, 4 * HOUR, [], None)


def test_a_cache_on_a_disk_of_its_own_takes_results_out_of_the_scratch(tmp_path, monkeypatch):
    temporary, cache = tmp_path / "temporary", tmp_path / "cache"
    for folder in (temporary, cache):
        folder.mkdir()
    free(monkeypatch, {temporary: 1e9, cache: 1.5e9})
    folders = [temporary]
    assert space_note(LONG, 4 * HOUR, folders, cache)  # the same disk
    other = type("Disk", (type(cache),), {"stat": lambda self: Path("/proc").stat()})(cache)
    free(monkeypatch, {temporary: 1e9, other: 1.5e9})
    assert not space_note(LONG, 4 * HOUR, folders, other)  # the largest alone: 0.9 GB
    free(monkeypatch, {temporary: 1e9, other: 1.2e9})
    assert space_note(LONG, 4 * HOUR, folders, other)  # it cannot take all


def test_the_built_in_stages_ask_for_no_more_than_they_say(monkeypatch: pytest.MonkeyPatch):
    """Quiet speech, without a pause as far as `features` is told, in arrays that are counted."""
    from tests._support.spans import speech_of
    from tests._support.variants import names, ready
    from vsat_core.artifacts import Audio

    samples = soundfile.read(TEST_DATA / "short_conversation.wav", dtype="float32")[0] / 20
    n = len(samples)
    audio, speech = Audio(samples), speech_of([(0, n, 0)], n)
    for stage, inputs in {"enhance": [audio], "features": [audio, speech]}.items():
        for name in (n for n in names(stage) if n.endswith((".baseline", ".vectorized"))):
            asked: list[int] = []

            class Counting(Workspace):
                def array(self, shape, dtype, asked=asked):
                    made = super().array(shape, dtype)
                    asked.append(made.nbytes)
                    return made

            with Counting() as run:
                ready(stage, name)(*inputs, run=run)
            most = n * STAGES[stage].scratch_bytes_per_s // SAMPLE_RATE
            assert 0 < sum(asked) <= most or name == "none.baseline", (stage, name)


class Told(NullListener):
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ended: list[str] = []

    def stage_ends(self, row) -> None:
        self.ended.append(row.stage)

    def note(self, line: str) -> None:
        self.lines.append(f"after {self.ended[-1]}: {line}")


@pytest.fixture
def full(tiny, monkeypatch: pytest.MonkeyPatch):
    """The tiny plugin's recording as one of hours, on disks without room."""
    monkeypatch.setattr(space, "MEMORY_LIMIT_BYTES", 10)
    monkeypatch.setattr(space, "free_bytes", lambda folder: 100)
    return tiny


def test_it_is_told_before_the_work_and_once(full):
    told = Told()
    pipeline = Pipeline(prepare(str(full.profile)), None, told)
    outcome = pipeline.run(Source(full.recording), ("write",), full.folder / "out")
    [line] = told.lines
    assert line.startswith("after decode: needs about 0 MB of scratch, 0 MB is free in ")
    assert len(outcome.warnings) == 2  # and the recogniser's own
    pipeline.run(Source(full.recording), ("write",), full.folder / "out")
    assert len(told.lines) == 2  # the next recording


def test_a_listener_without_the_method_serves(full):
    class Old:
        def stage_prepares(self, stage, variant, first): ...
        def stage_starts(self, stage, variant, total_samples, run): ...
        def progress(self, stage, samples): ...
        def stage_ends(self, row): ...

    pipeline = Pipeline(prepare(str(full.profile)), None, Old())
    outcome = pipeline.run(Source(full.recording), ("write",), full.folder / "out")
    assert outcome.warnings[0].startswith("needs about")


def test_what_comes_from_the_cache_needs_no_scratch(full, monkeypatch: pytest.MonkeyPatch):
    vsat_core.run(full.recording, str(full.profile), out=full.folder / "out")
    again = vsat_core.run(
        full.recording,
        str(full.profile),
        out=full.folder / "out",
        settings=["stages.cluster.split=0.1"],
    )
    assert again.warnings == ["heard 4 pieces"]


def test_the_command_shows_it_once(full, capsys: pytest.CaptureFixture[str]):
    assert vsat(f"run {full.recording} --profile {full.profile} --out {full.folder / 'out'}") == 0
    printed = capsys.readouterr().out
    assert printed.count("needs about") == 1 and printed.startswith("note: talk.wav: needs about")


def test_enough_room_is_no_news(tiny, capsys: pytest.CaptureFixture[str]):
    assert scratch.free_bytes(tiny.folder) > 1e6
    assert vsat(f"run {tiny.recording} --profile {tiny.profile} --out {tiny.folder / 'out'}") == 0
    assert "needs about" not in capsys.readouterr().out


def test_a_worker_process_tells_it_at_once(capsys: pytest.CaptureFixture[str]):
    sent: list[dict] = []
    JsonReporter(lambda **event: sent.append(event)).note("needs more")
    with Display(2, 2) as display:
        display.file_starts(Path("a.wav"), 0)
        display.file_starts(Path("b.wav"), 1)
        display.event(1, sent[0])
    assert capsys.readouterr().out == "note: [2/2] b.wav: needs more\n"
