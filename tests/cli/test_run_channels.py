"""`vsat run --channels`: a call with a speaker on each channel, and what cannot be combined."""

import json
import re

import numpy as np
import pytest
import soundfile

from tests._support.command import vsat
from tests._support.paths import TEST_DATA

CLARA = "Good morning, both of you. Shall we decide what the first episode is about?"
MARTIN = (
    "I would start with the lighthouse. Everybody in town has a story about it, and the keeper's "
    "daughter wants to talk to us."
)
EARLIER_S = 2.5  # so that both speak at once for two seconds
LEAK = 0.1  # 20 dB


def words(text):
    return re.findall(r"[a-z']+", text.lower())


@pytest.fixture
def call(tmp_path, monkeypatch):
    """The first two turns of a recording, each on a channel, with cross-talk."""
    monkeypatch.chdir(tmp_path)
    sound, rate = soundfile.read(TEST_DATA / "short_conversation.wav", stop=int(12.8 * 16_000))
    cut, by = int(5.6 * rate), int(EARLIER_S * rate)
    one, other = sound.copy(), np.roll(sound, -by)
    one[cut:] = other[: cut - by] = other[-by:] = 0
    both = np.stack([one + LEAK * other, other + LEAK * one], axis=1)
    both += 1e-4 * np.random.default_rng(1).normal(size=both.shape)
    soundfile.write(tmp_path / "call.wav", both, rate)
    return tmp_path / "call.wav"


@pytest.mark.models
def test_no_word_of_an_overlap_goes_to_the_wrong_speaker(call, capsys):
    assert vsat("run --channels auto call.wav --out out --format json,srt,ctm") == 0
    assert "channels 1 and 2 are transcribed each on its own" in capsys.readouterr().out
    found = json.loads((call.parent / "out" / "call.json").read_text())
    assert found["channels"]["way"] == "split" and found["channels"]["used"] == [1, 2]
    assert [s["name"] for s in found["speakers"]] == ["Channel 1", "Channel 2"]
    said = {"Channel 1": words(CLARA), "Channel 2": words(MARTIN)}
    heard = {name: [] for name in said}
    for segment in found["segments"]:
        heard[segment["speaker"]] += words(segment["text"])
    for name, right in said.items():
        assert len(set(heard[name]) - set(right)) <= 2
        assert len(set(right) - set(heard[name])) <= 2
    rows = (call.parent / "out" / "call.ctm").read_text().splitlines()
    times = [float(row.split()[2]) for row in rows]
    assert times == sorted(times)


def test_what_each_channel_has_its_own_of_is_no_end(call, capsys):
    assert vsat("run --channels split --stop-after embed call.wav") == 2
    assert "embed: each channel has its own; take --channels mix" in capsys.readouterr().err


def test_the_nearest_way_is_suggested(call, capsys):
    assert vsat("run --channels spilt call.wav") == 2
    assert "did you mean 'split'" in capsys.readouterr().err
