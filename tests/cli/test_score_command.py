"""`vsat score` as a user runs it."""

import json
from pathlib import Path
from typing import Any

import pytest

from vsat_core.cli import main

TRUTH = "SPEAKER {0} 1 0 10 <NA> <NA> A <NA> <NA>\nSPEAKER {0} 1 10 10 <NA> <NA> B <NA> <NA>\n"
GUESS = "SPEAKER {0} 1 1 11 <NA> <NA> s1 <NA> <NA>\nSPEAKER {0} 1 12 11 <NA> <NA> s2 <NA> <NA>\n"
SPOKEN = "{0} 1 A 0 4 Well, hello there Anna!\n{0} 1 B 10 14 It's nine o'clock.\n"
RECOGNISED = "{0} 1 s1 0 4 well hello Hannah\n{0} 1 s2 10 14 it's nine o'clock\n"


@pytest.fixture
def write(tmp_path):
    """Writes a file below the test's folder, {0} in the text being its stem."""

    def make(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.format(path.stem) if "{0}" in text else text)
        return path

    return make


@pytest.fixture
def score(capsys):
    """Runs the command; (exit code, output, errors)."""

    def run(*args: object) -> tuple[int, str, str]:
        code = main(["score", *map(str, args)])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def scores(score, tmp_path):
    """Runs the command on the folders `ref` and `hyp`, or on two files; its JSON."""

    def run(*files: Path) -> dict[str, Any]:
        target = tmp_path / "out" / "score.json"
        sides = files or (tmp_path / "ref", tmp_path / "hyp")
        assert score(*sides, "--json", target)[0] == 0
        return json.loads(target.read_text())

    return run


def test_turns_are_scored_with_both_collars_unless_one_is_asked_for(write, score):
    reference, result = write("a.rttm", TRUTH), write("b.rttm", GUESS)
    code, out, err = score(reference, result)
    assert (code, err) == (0, "")
    assert "md-eval -c 0, pyannote.metrics collar=0" in out
    assert "md-eval -c 0.25, pyannote.metrics collar=0.5" in out
    assert out.count("a    ") == 2
    assert out.count("30.00") == 1
    code, out, _ = score(reference, result, "--collar", "1")
    assert "collar 1 s on each side" in out
    assert out.count("recording") == 1


def test_regions_and_overlap_are_named(write, score):
    reference, result = write("a.rttm", TRUTH), write("b.rttm", GUESS)
    uem = write("a.uem", "a 1 0 20\n")
    _, out, _ = score(reference, result, "--collar", 0, "--uem", uem, "--skip-overlap")
    assert f"evaluated region: the regions of {uem}" in out
    assert "overlap left out" in out
    assert "15.00" in out  # the three seconds of false alarm lie outside
    code, _, err = score(reference, result, "--uem", write("other.uem", "c 1 0 20\n"))
    assert code == 2
    assert "no region for a; add one" in err


def test_words_by_speaker(write, scores):
    found = scores(write("a.stm", SPOKEN), write("b.stm", RECOGNISED))
    assert found["turns"] == []
    words = found["words"]["recordings"]["a"]
    assert list(words["words"].values()) == [0, 1, 1, 7]
    rates = [words["rates"][name] for name in ("cpWER", "tcpWER", "WER")]
    assert rates == pytest.approx([2 / 7] * 3)
    assert words["cpWER"]["assignment"] == [["A", "s1"], ["B", "s2"]]


def test_plain_text_has_no_speakers(write, score):
    _, out, _ = score(write("a.txt", "one two three"), write("b.txt", "one too three"))
    assert "33.33" in out
    assert "DER" not in out


def test_a_transcript_of_vsat_run_is_scored_on_all_there_is(write, scores):
    write("ref/talk.rttm", TRUTH)
    write("ref/talk.ctm", "talk 1 0 1 hello A\ntalk 1 11 1 there B\n")
    spoken = [
        {"start": 0.2, "end": 1.0, "speaker": "Speaker 1"},
        {"start": 11.1, "end": 12.0, "speaker": "Speaker 2"},
    ]
    words = [s | {"word": w} for s, w in zip(spoken, ("Hello", "there."), strict=True)]
    write("hyp/talk.json", json.dumps({"turns": spoken, "words": words}))
    write("hyp/talk.txt", "[0:00:00] Speaker 1: Hello\n[0:00:11] Speaker 2: there.\n")
    found = scores()
    words = found["words"]["total"]
    assert words["rates"]["tcpWER"] == 0
    assert words["word_times"]["median_s"] == pytest.approx(0.15)
    assert found["turns"][0]["total"]["speakers"]["exact"] == 1


def test_of_several_files_the_one_that_names_speakers_is_used(write, scores):
    write("ref/a.stm", SPOKEN)
    write("ref/a.ctm", "a 1 0 1 hello\n")
    write("hyp/a.stm", RECOGNISED)
    assert scores()["words"]["total"]["rates"]["cpWER"] == pytest.approx(2 / 7)


def test_folders_match_by_stem_and_name_what_is_alone(write, score, tmp_path):
    for name in ("a", "b", "c"):
        write(f"ref/{name}.rttm", TRUTH)
    for name in ("b", "c", "d"):
        write(f"hyp/{name}.rttm", GUESS)
    code, out, err = score(tmp_path / "ref", tmp_path / "hyp", "--collar", 0)
    assert code == 2
    assert [line.split(": ", 2)[1:] for line in err.splitlines()] == [
        [str(tmp_path / "ref/a.rttm"), f"nothing called 'a' in {tmp_path / 'hyp'}"],
        [str(tmp_path / "hyp/d.rttm"), f"no reference called 'd' in {tmp_path / 'ref'}"],
    ]
    assert "all 2" in out
    assert "0 of" not in out
    assert "2 of 2 exact" in out
    assert "blocks of 10 s" in out


def test_from_five_recordings_on_recordings_are_resampled(write, score, tmp_path):
    for name in "abcde":
        write(f"ref/{name}.rttm", TRUTH)
        write(f"hyp/{name}.rttm", GUESS)
    _, out, _ = score(tmp_path / "ref", tmp_path / "hyp", "--collar", 0)
    assert "DER: 95 % interval 30.00 to 30.00 % (1000 bootstrap draws over 5 recordings)" in out


def test_files_of_many_recordings_match_by_the_names_inside(write, score):
    reference = write("all.rttm", TRUTH.replace("{0}", "x") + TRUTH.replace("{0}", "y"))
    result = write("hyp.rttm", GUESS.replace("{0}", "y") + GUESS.replace("{0}", "x"))
    code, out, _ = score(reference, result, "--collar", 0)
    assert code == 0
    assert "all 2" in out


def test_what_a_format_leaves_out_is_noted(write, score):
    reference = write("a.rttm", TRUTH + "SPKR-INFO a 1 <NA> <NA> <NA> unknown A <NA>\n")
    _, out, _ = score(reference, write("b.rttm", GUESS))
    assert "note:" in out
    assert "1 SPKR-INFO lines left out" in out


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (("a.rttm", "a.txt"), "a: reference and result have nothing in common to score"),
        (("a.rttm", "b.rttm"), "b.rttm: does not exist"),
        (
            ("a.rttm", "a.rttm", "--normaliser", "standrd/1"),
            "no normaliser 'standrd/1', did you mean 'standard/1'?",
        ),
        (("a.rttm", "a.rttm", "--format", "rtm"), "no format 'rtm', did you mean 'rttm'?"),
        (("a.txt", "a.txt", "--format", "rttm"), "a.txt:1: unknown RTTM type 'hello'"),
        ((".", "empty"), "empty: no files to score in this folder"),
    ],
)
def test_mistakes_are_one_line(write, score, tmp_path, monkeypatch, args, problem):
    write("a.rttm", TRUTH)
    write("a.txt", "hello")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    code, _, err = score(*args)
    assert code == 2
    assert problem in err
    assert err.count("\n") == 1


def test_a_collar_must_be_a_length_of_time(write, score, capsys):
    with pytest.raises(SystemExit):
        score("a", "b", "--collar", "-1")
    assert "needs seconds of 0 or more, got -1" in capsys.readouterr().err


def test_a_language_without_blanks_is_scored_by_character(write, scores):
    reference, result = write("a.txt", "今日は晴れ。"), write("b.txt", "今日 わ 晴れ")
    assert scores(reference, result)["words"]["total"]["words"]["length"] == 1
    words = scores(reference, result, "--language", "ja")["words"]["total"]["words"]
    assert list(words.values()) == [0, 0, 1, 5]
    spoken = {"start": 0.2, "end": 1.0, "speaker": "A", "word": "今日わ晴れ"}
    document = {"language": "ja", "turns": [], "words": [spoken]}
    found = scores(reference, write("b.json", json.dumps(document)))
    assert list(found["words"]["total"]["words"].values()) == [0, 0, 1, 5]
