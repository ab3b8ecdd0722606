"""Stages prepared in the background while earlier ones compute."""

import pytest

from tests._support.stages import STAGES
from vsat_core.artifacts import Source
from vsat_core.config.prepare import prepare
from vsat_core.engine.cache import Cache
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.preload import Ahead, prepared
from vsat_core.errors import PluginError


def test_what_depends_on_a_missing_result_is_prepared_ahead_and_once(tiny, monkeypatch):
    """In the background, each stage once; a second recording finds all of them ready."""
    made: list[str] = []
    begun: list[str] = []
    monkeypatch.setattr(
        "vsat_core.engine.preload.prepared", lambda c: made.append(c.variant.stage) or prepared(c)
    )
    begin = Ahead.begin

    def watched(self, choices):
        choices = list(choices)
        begun.extend(c.variant.stage for c in choices)
        begin(self, choices)

    monkeypatch.setattr(Ahead, "begin", watched)
    pipeline = Pipeline(prepare(str(tiny.profile)), Cache(), ahead=True)
    pipeline.run(Source(tiny.recording), out=tiny.folder / "out")
    assert {*begun} == {*STAGES} - {"decode"}
    assert sorted(made) == sorted(STAGES)  # decode itself is not ahead, but made at its turn
    pipeline.run(Source(tiny.recording), out=tiny.folder / "out")
    assert len(made) == len(STAGES)


def test_a_cached_result_has_nothing_prepared_beside_what_needs_it(tiny, monkeypatch):
    """Other clustering settings load no recogniser."""
    Pipeline(prepare(str(tiny.profile)), Cache()).run(
        Source(tiny.recording), out=tiny.folder / "out"
    )
    begun: list[str] = []
    monkeypatch.setattr(
        Ahead, "begin", lambda self, choices: begun.extend(c.variant.stage for c in choices)
    )
    changed = prepare(str(tiny.profile), ["stages.cluster.num_speakers=1"])
    Pipeline(changed, Cache(), ahead=True).run(Source(tiny.recording), out=tiny.folder / "out")
    assert set(begun) == {"attribute", "index", "write"}


def test_what_fails_in_the_background_is_raised_at_its_turn(tiny, monkeypatch):
    def failing(choice):
        if choice.variant.stage == "index":
            raise PluginError("index: cannot be prepared")
        return prepared(choice)

    monkeypatch.setattr("vsat_core.engine.preload.prepared", failing)
    pipeline = Pipeline(prepare(str(tiny.profile)), ahead=True)
    with pytest.raises(PluginError, match="cannot be prepared"):
        pipeline.run(Source(tiny.recording), out=tiny.folder / "out")
