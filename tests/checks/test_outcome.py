"""What differences lead to, and what they cost."""

import numpy as np
import pytest

from tests._support.stages import STAGES
from vsat_core.artifacts import SAMPLE_RATE, Speech, Texts, Turns
from vsat_core.checks import Truth, check_variant, find, suite
from vsat_core.checks.outcome import Rate, following, rates
from vsat_core.checks.recordings import examples_of
from vsat_core.checks.synthetic import talk
from vsat_core.config.registry import load
from vsat_core.errors import InputError
from vsat_core.formats.records import Segment

REGISTRY = load()


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    return examples_of(REGISTRY, tmp_path_factory.mktemp("talk"))


def test_the_next_discrete_artifact():
    assert following("decode", STAGES) == ("enhance", "detect")
    assert following("enhance", STAGES) == ("detect",)
    assert following("features", STAGES) == ("embed", "cluster")
    assert following("embed", STAGES) == ("cluster",)
    assert following("draw", STAGES) is None and following("write", STAGES) is None
    assert [following(s, STAGES) for s in ("detect", "cluster", "cut", "transcribe", "align")] == [
        ()
    ] * 5


def samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def turns_of(truth: Truth, shift_s: float = 0.0) -> Turns:
    names = sorted({t.speaker for t in truth.turns})
    rows = [
        (samples(t.start_s + shift_s), samples(t.end_s), names.index(t.speaker))
        for t in truth.turns
    ]
    return Turns.of(*np.array(rows).T)


def test_turns_are_scored_with_speakers(examples):
    """Every one of five turns begun 0.1 s late: 0.5 s of all speaker time are missed."""
    total = sum(t.end_s - t.start_s for t in examples.truth.turns)
    right, late = (
        rates(turns_of(examples.truth, s), examples.truth, examples)["DER"] for s in (0.0, 0.1)
    )
    assert right.percent == pytest.approx(0, abs=0.01)
    assert late.percent == pytest.approx(100 * 0.5 / total, abs=0.01)


def test_speech_is_scored_without_speakers_unless_it_knows_voices(examples):
    turns = turns_of(examples.truth)
    for voice, names in (
        (np.full(5, -1), {"detection"}),
        (turns.speaker, {"detection", "DER", "JER"}),
    ):
        speech = Speech(turns.start, turns.end, voice.astype(np.int32), samples(20))
        found = rates(speech, examples.truth, examples)
        assert found.keys() == names and all(r.percent < 0.01 for r in found.values())


def test_texts_and_words_are_scored(examples):
    said = [w.text for w in examples.truth.words]
    texts = Texts.untimed([" ".join(["nonsense", *said[1:]])])
    assert rates(texts, examples.truth, examples)["WER"] == Rate(1, len(said), True)
    words = examples.artifact("align")
    found = rates(words, examples.truth, examples)["cpWER"]
    assert found.total == len(said) and found.errors <= 1
    shifted = type(words)(
        words.text, words.start[::-1].copy(), words.end[::-1].copy(), words.utterance
    )
    assert rates(shifted, examples.truth, examples)["cpWER"].errors > 3


def test_a_budget_is_in_points_and_a_few_words_are_no_evidence():
    assert not Rate(22, 166, True).exceeds(Rate(18, 166, True), 2.0)
    assert Rate(30, 166, True).exceeds(Rate(18, 166, True), 2.0)
    assert not Rate(30, 1660, True).exceeds(Rate(18, 1660, True), 2.0)
    assert Rate(31, 1000, False).exceeds(Rate(20, 1000, False), 1.0)
    assert not Rate(30, 1000, False).exceeds(Rate(20, 1000, False), 1.0)
    assert Rate(0, 0, True).percent == 0


def test_synthesised_talk_is_heard_as_talk(examples):
    """The stand-in for a recording: every turn is found, and separated by the plainest methods."""
    sound, truth = talk()
    assert (
        sound.dtype == np.float32 and np.abs(sound).max() < 1 and np.array_equal(sound, talk()[0])
    )
    assert len(examples.artifact("detect").start) == len(truth.turns) == 5
    assert rates(examples.artifact("detect"), truth, examples)["detection"].percent < 20
    assert len(" ".join(examples.artifact("transcribe").text).split()) == len(truth.words)


def test_a_recording_with_its_references(tmp_path):
    talk_, truth = talk()
    import soundfile

    soundfile.write(tmp_path / "mine.flac", np.stack([talk_, talk_], 1), SAMPLE_RATE)
    (tmp_path / "mine.ctm").write_text(
        "".join(f"mine 1 {w.start_s:.3f} 0.4 {w.text} x\n" for w in truth.words)
    )
    made = examples_of(REGISTRY, tmp_path, tmp_path / "mine.flac", 3.0)
    assert (
        soundfile.info(made.source.path).duration == 3.0
        and soundfile.info(made.source.path).channels == 1
    )
    assert made.truth.turns is None and [w.text for w in made.truth.words] == [
        "shall",
        "we",
        "begin",
        "now",
    ]
    with pytest.raises(InputError, match=r"nowhere\.wav: there is no such recording"):
        find(tmp_path / "nowhere.wav")
    (tmp_path / "letter.txt").write_text("to whom it may concern")
    with pytest.raises(InputError, match="convert it to WAV or FLAC"):
        examples_of(REGISTRY, tmp_path, tmp_path / "letter.txt")


def test_truth_of_the_beginning():
    truth = Truth((), (Segment("", 0.0, 1.0, "one"), Segment("", 1.0, 2.0, "two")))
    assert truth.until(1.5).words == truth.words[:1] and Truth().until(1.0) == Truth()


def test_the_usual_recording_is_found_from_anywhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert find().name == "short_conversation.wav"
    monkeypatch.setattr(
        "vsat_core.__file__", str(tmp_path / "site-packages" / "vsat_core" / "__init__.py")
    )
    assert find() is None
    with suite(REGISTRY) as checks:
        assert check_variant(checks, REGISTRY.variants["index"]["scan.baseline"]).result == "passed"
