"""Channels that are transcribed each on its own: what runs, what is kept, what is refused."""

import numpy as np
import pytest

from tests._support.stages import STAGES
from tests._support.tiny_recording import Tiny
from vsat_core.artifacts import Source, Transcript
from vsat_core.config.prepare import prepare
from vsat_core.engine.cache import Cache
from vsat_core.engine.pipeline import Pipeline
from vsat_core.errors import InputError
from vsat_core.explain.by_channel import forecast
from vsat_core.explain.history import History
from vsat_core.explain.last_run import last_run

EACH = ["decode", "detect", "features", "embed", "cluster", "cut", "transcribe", "align"]


@pytest.fixture
def call(tmp_path, monkeypatch):
    """A recording of a second: each channel speaks twice, and once both do."""
    made = Tiny.of(tmp_path / "call", "stereo.py")
    both = np.zeros((2, 16_000), np.int8)
    both[0, 1_000:4_000] = 96
    both[0, 9_000:14_000] = 96
    both[1, 5_000:8_000] = -96
    both[1, 13_000:15_500] = -96
    made.recording.write_bytes(both.tobytes())
    monkeypatch.setenv("TINY_LOG", str(made.log))
    return made


def profile(call, channels="split", **count):
    settings = ["stages.decode.use=stereo.plain", f"stages.decode.channels={channels}"]
    settings += [f"stages.cluster.{name}={n}" for name, n in count.items()]
    return prepare(str(call.profile), settings)


def run(call, channels="split", targets=("attribute",), cache=True, **count):
    pipeline = Pipeline(profile(call, channels, **count), Cache() if cache else None)
    return pipeline.run(Source(call.recording), targets)


@pytest.mark.parametrize("cache", [True, False])
def test_words_are_of_the_channel_they_were_heard_on(call, cache):
    transcript = run(call, cache=cache).artifact(Transcript)
    assert list(transcript.text) == ["at", "1000", "at", "5000", "at", "9000", "at", "13000"]
    assert [transcript.names[i] for i in transcript.speaker] == [
        f"Channel {k}" for k in (1, 1, 2, 2, 1, 1, 2, 2)
    ]
    assert list(zip(transcript.turn_start, transcript.turn_end, strict=True)) == [
        (1_000, 4_000),
        (5_000, 8_000),
        (9_000, 14_000),
        (13_000, 15_500),
    ]


def test_a_mix_would_have_given_them_to_one_speaker(call):
    transcript = run(call, "mix").artifact(Transcript)
    assert transcript.names == ()


def test_every_stage_runs_once_for_each_channel_and_the_rest_once(call):
    outcome = run(call, targets=("enhance", "attribute", "write"))
    calls = call.calls()
    assert [calls.count(s) for s in ("detect", "transcribe", "attribute")] == [2, 2, 2]
    assert [calls.count(s) for s in ("index", "draw", "write")] == [1, 1, 1]
    assert [row.stage for row in outcome.rows] == list(STAGES)
    assert "channel 2: heard 2 pieces" in outcome.warnings
    again = run(call, targets=("enhance", "attribute", "write"))
    assert call.calls() == ["write"]
    assert again.warnings == outcome.warnings


def test_auto_is_decided_by_the_decoder(call):
    assert run(call, "auto").artifact(Transcript) == run(call).artifact(Transcript)


def test_what_all_channels_have_together(call):
    artifacts = run(call, targets=("detect", "cluster", "align")).artifacts
    assert artifacts["detect"].voice.tolist() == [0, 1, 0, 1]
    assert artifacts["cluster"].speaker.tolist() == [0, 1, 0, 1]
    assert len(artifacts["align"]) == 8


def test_what_each_channel_has_its_own_of_is_refused(call):
    with pytest.raises(InputError, match="features: each channel has its own; take --channels"):
        run(call, targets=("features",))


@pytest.mark.parametrize("count", [{"num_speakers": 2}, {"max_speakers": 2}, {"min_speakers": 1}])
def test_numbers_of_speakers_that_channels_can_keep(call, count):
    assert run(call, **count).artifact(Transcript).names == ("Channel 1", "Channel 2")


def test_numbers_of_speakers_that_they_cannot(call):
    with pytest.raises(InputError, match="num_speakers 3 is about all 2 channels"):
        run(call, num_speakers=3)
    mixed = run(call, "auto", max_speakers=1)
    assert mixed.artifact(Transcript).names == ()
    assert any("mixed after all: max_speakers 1" in w for w in mixed.warnings)


def test_explain_tells_the_channels_apart(call):
    def told():
        reports = forecast(profile(call), Cache(), Source(call.recording), ("write",))
        return {r.stage: r.state for r in reports}

    assert told()["decode"] == "compute"
    run(call, targets=("write",))
    after = told()
    assert after.pop("write") == "compute"
    assert set(after.values()) == {"cached"}
    assert {f"{stage} {k}" for stage in EACH for k in (1, 2)} <= after.keys()
    source = Source(call.recording)
    last = last_run(History(Cache(), source.path, source.digest()))
    assert [r.stage for r in last].count("detect 1") == 1
    assert all("never computed" in r.why[0] for r in last if r.stage.startswith("detect"))
