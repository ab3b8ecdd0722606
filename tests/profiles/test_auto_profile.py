"""The profile `auto` lets the environment decide."""

import attrs
import numpy as np
import pytest

from vsat_core import DEFAULT_PROFILE
from vsat_core.artifacts import Audio, Environment, Texts
from vsat_core.config.profile import read, resolve
from vsat_core.config.registry import load
from vsat_core.engine.alternatives import asked_before

SILENCE = np.zeros(16, np.float32)
ROOM = Environment("quiet", -23.0, -60.0, 37.0, 8000.0)


@pytest.fixture(scope="module")
def chosen():
    registry = load()
    names = ("auto", DEFAULT_PROFILE, "fast-quiet-room")
    return [resolve(read(name), registry, ()).stages for name in names]


@pytest.mark.parametrize("kind", ["quiet", "noisy", "telephone", "silent"])
def test_a_quiet_recording_is_aligned_as_fast_quiet_room_does(chosen, kind):
    auto, _, fast = chosen
    artifacts = {
        "enhance": Audio(SILENCE, attrs.evolve(ROOM, kind=kind)),
        "transcribe": Texts.untimed(["good morning"]),
    }
    taken, reason = asked_before("align", auto["align"], artifacts)
    if kind == "quiet":
        assert taken.choice.variant.name == fast["align"].variant.name
        assert reason == "the recording is quiet (signal-to-noise ratio 37 dB)"
    else:
        assert (taken, reason) == (None, "")


def test_nothing_is_decided_where_the_environment_is_unknown(chosen):
    auto, *_ = chosen
    artifacts = {"enhance": Audio(SILENCE), "transcribe": Texts.untimed(["good morning"])}
    assert asked_before("align", auto["align"], artifacts) == (None, "")


def test_all_else_is_as_in_the_default(chosen):
    auto, usual, _ = chosen
    for stage in auto:
        assert attrs.evolve(auto[stage], otherwise=()) == attrs.evolve(usual[stage], otherwise=())
    rules = [other.rule.name for other in usual["align"].otherwise]
    assert [other.rule.name for other in auto["align"].otherwise] == [*rules, "quiet-recording"]


@pytest.mark.parametrize(
    ("rule", "kind"), [("noisy-recording", "noisy"), ("telephone-recording", "telephone")]
)
def test_profiles_may_ask_for_the_other_environments(rule, kind):
    judge = load().rules[rule].judge
    assert kind in judge([Audio(SILENCE, attrs.evolve(ROOM, kind=kind))])
    assert judge([Audio(SILENCE, ROOM)]) == ""
