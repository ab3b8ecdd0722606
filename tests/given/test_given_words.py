"""What is read of a file with words."""

import json

import pytest

from vsat_core.errors import InputError
from vsat_core.given.words import GivenWords, read_words

SRT = "1\n00:00:01,000 --> 00:00:02,000\n{}\n\n2\n00:00:03,000 --> 00:00:04,500\n{}\n"


@pytest.fixture
def given(tmp_path):
    """What is read of a file of this name and content."""

    def given(name: str, content: str) -> GivenWords:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return read_words(path, "talk")

    return given


def test_plain_text(given):
    words = given("a.txt", "One two.\n\n  three —\n")
    assert words.words == ["One", "two.", "three", "—"]
    assert words.speakers == [None] * 4 and not words.timed


def test_names_in_text(given):
    words = given("a.txt", "Anna: Yes?\nAnd?\n[0:00:09] Ben Ali: No.\nAnna: Oh.\nBen Ali: Hm.\n")
    assert words.words == ["Yes?", "And?", "No.", "Oh.", "Hm."]
    assert words.speakers == ["Anna", "Anna", "Ben Ali", "Anna", "Ben Ali"]


@pytest.mark.parametrize("line", ["Note: this is it.", "He said: go.", "At 10:30 we met."])
def test_a_colon_alone_names_nobody(given, line):
    assert given("a.txt", f"{line}\nAnd more.\n").speakers == [None] * (len(line.split()) + 2)


def test_the_text_of_vsat_run_keeps_its_speakers(given):
    lines = "[0:00:00] Speaker 1: Yes, [unclear] go.\n[0:00:02] Unknown speaker: No.\n"
    words = given("a.txt", lines)
    assert words.words == ["Yes,", "go.", "No."]
    assert words.speakers == ["Speaker 1", "Speaker 1", None]


def test_cues_have_times_and_names(given):
    words = given("a.srt", SRT.format("Anna: Yes", "Ben: no, no"))
    assert [p.span_s for p in words.passages] == [(1.0, 2.0), (3.0, 4.5)]
    assert words.speakers == ["Anna", "Ben", "Ben"]
    assert words.timed and not words.exact
    tagged = given("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A &amp; B>Yes")
    assert tagged.speakers == ["A & B"]


def test_the_json_of_vsat_keeps_the_times_of_words(given):
    word = {"start": 0.5, "end": 0.9, "speaker": "Speaker 1", "word": "yes"}
    segment = {"start": 0.5, "end": 0.9, "speaker": "Speaker 1", "text": "yes", "words": [word]}
    words = given("a.json", json.dumps({"schema": 2, "turns": [], "segments": [segment]}))
    assert words.exact and words.passages[0].span_s == (0.5, 0.9)


def test_the_json_of_whisper(given):
    segments = [{"start": 0.0, "end": 2.5, "text": " Yes, we do.", "tokens": [1, 2]}]
    words = given("a.json", json.dumps({"text": "Yes, we do.", "segments": segments}))
    assert words.words == ["Yes,", "we", "do."] and words.passages[0].span_s == (0.0, 2.5)


def test_of_several_recordings_the_one_that_is_asked_for(given):
    lines = "talk 1 Anna 0.5 1.5 yes\nother 1 Ben 0.5 1.5 no\n"
    assert given("a.stm", lines).words == ["yes"]
    with pytest.raises(InputError, match="holds 2 recordings, none called 'talk'"):
        given("b.stm", lines.replace("talk", "third"))


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.txt", "", "holds no words"),
        ("a.txt", " —\n...\n", "holds no words"),
        ("a.srt", "", "holds no words"),
        ("a.docx", "words", "expected words in a file that ends with .txt, .srt"),
        ("a.rttm", "SPEAKER", "expected words in a file"),
        ("a.json", '{"segments": [{"start": 2, "end": 1, "text": ""}]}', "is not the json of Wh"),
    ],
)
def test_one_line_says_what_is_wrong(given, name, content, problem):
    with pytest.raises(InputError, match=problem) as error:
        given(name, content)
    assert "\n" not in str(error.value)
