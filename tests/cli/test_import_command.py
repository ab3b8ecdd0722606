"""`vsat import` as a user types it: variants that compute in no time, and once the real ones."""

import json
from pathlib import Path

import pytest

from tests._support.command import vsat
from tests._support.paths import TEST_DATA
from vsat_core.formats.ctm import read_ctm
from vsat_core.formats.stm import read_stm

CUE = "{}\n00:00:00,{:03} --> 00:00:00,{:03}\n{}\n\n"
# the bursts of the tiny recording, in ms at 16 kHz
BURSTS = ((4, 7), (11, 14), (18, 21), (25, 28))


@pytest.fixture
def bring(tiny, monkeypatch):
    """`vsat import` with the tiny profile, in its folder."""
    monkeypatch.chdir(tiny.folder)

    def bring(name: str, content: str, more: str = "") -> int:
        Path(name).write_text(content)
        line = f"import {name} --audio {tiny.recording} --profile {tiny.profile} --out out"
        return vsat(f"{line} --format txt {more}")

    return bring


def srt(*texts: str) -> str:
    return "".join(
        CUE.format(i, *burst, text)
        for i, (burst, text) in enumerate(zip(BURSTS, texts, strict=True), 1)
    )


def lines() -> list[str]:
    """Speaker and word, as the tiny `write` has them."""
    return Path("out/talk.txt").read_text().splitlines()


def words() -> list[str]:
    return [line.split()[1] for line in lines()]


def test_cues_take_the_place_of_the_recogniser(bring, tiny):
    assert bring("talk.srt", srt("yes", "no", "well then", "good")) == 0
    assert "transcribe" not in tiny.calls()
    assert words() == ["yes", "no", "well", "then", "good"]
    assert {line[0] for line in lines()} == {"0", "1"}  # by diarization


def test_speakers_of_the_file_need_no_diarization(bring, tiny, capsys):
    assert bring("talk.srt", srt("Ann: yes", "Ben: no", "Ben: well", "Ann: so")) == 0
    assert "cluster" not in tiny.calls()
    assert lines() == ["0 yes", "1 no", "1 well", "0 so"]
    assert "speakers: Ann 0:00:00, Ben 0:00:00; 4 words" in capsys.readouterr().out
    cues = srt("Ann: yes", "Ben: no", "Ben: so", "Ann: so")
    assert bring("talk.srt", cues, "--speakers sound --overwrite") == 0
    assert "cluster" in tiny.calls()


def test_text_is_found_by_what_the_recogniser_hears(bring, tiny, capsys):
    assert bring("talk.txt", "At 64 at, 176. at 288 on 400") == 0
    assert "transcribe" in tiny.calls()
    assert words() == ["At", "64", "at,", "176.", "at", "288", "on", "400"]
    assert bring("talk.txt", "At 64 at 176", "--overwrite") == 0
    assert "spoken words in 2 places are missing in talk.txt" in capsys.readouterr().out


def test_the_second_import_computes_only_what_depends_on_the_words(bring, tiny):
    bring("talk.srt", srt("yes", "no", "well", "good"))
    tiny.calls()
    bring("talk.srt", srt("yes", "no", "well", "bad"), "--overwrite")
    assert tiny.calls() == ["align", "attribute", "index", "write"]
    bring("talk.srt", srt("yes", "no", "well", "bad"), "--overwrite")
    assert tiny.calls() == ["write"]


def test_results_of_an_import_are_not_those_of_a_run(bring, tiny):
    bring("talk.srt", srt("yes", "no", "well", "good"))
    line = f"run {tiny.recording} --profile {tiny.profile} --out out --format txt --skip-existing"
    assert vsat(line) == 0
    assert words() == ["at", "64", "at", "176", "at", "288", "at", "400"]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.txt", "", "a.txt: holds no words"),
        ("a.docx", "yes", "a.docx: expected words in a file that ends with"),
        ("a.txt", "what has nobody said here", "a.txt: does not fit talk.wav: the recogniser"),
        ("a.srt", "1\n00:01:00,000 --> 00:01:01,000\nyes\n", "a.srt: its times do not fit"),
    ],
)
def test_what_cannot_be_used_is_one_line(bring, capsys, name, content, problem):
    assert bring(name, content) == 2
    assert capsys.readouterr().err.startswith(f"vsat: {problem}")


def test_a_language_is_a_code(bring, capsys):
    assert bring("a.txt", "yes", "--language German") == 2
    assert "expected an ISO 639-1 code such as de, got 'German'" in capsys.readouterr().err


def test_missing_files_are_one_line(bring, tiny, capsys):
    assert vsat(f"import none.txt --audio {tiny.recording} --profile {tiny.profile}") == 2
    assert "none.txt: cannot be read" in capsys.readouterr().err
    Path("a.txt").write_text("yes")
    assert vsat(f"import a.txt --audio none.wav --profile {tiny.profile} --out out") == 2
    assert "none.wav" in capsys.readouterr().err


@pytest.mark.models
def test_a_real_text_is_timed_to_the_word(tmp_path, monkeypatch, capsys):
    """The reference text without two of its lines, with names of its own: names are kept in every
    format, words are near their reference, and what the text lacks is unclear.
    """
    monkeypatch.chdir(tmp_path)
    spoken = (TEST_DATA / "flite_conversation.stm").read_text().splitlines()[:-2]
    named = [line.split(None, 5) for line in spoken]
    Path("talk.txt").write_text("".join(f'{who} "X": {said}\n' for _, _, who, _, _, said in named))
    audio = TEST_DATA / "flite_conversation.wav"
    assert vsat(f"import talk.txt --audio {audio} --out out --name talk --language en") == 0
    reference = read_ctm(TEST_DATA / "flite_conversation.ctm")
    timed = read_ctm(Path("out/talk.ctm"))
    assert len(timed) == sum(len(said.split()) for *_, said in named)
    late = sorted(abs(w.start_s - r.start_s) for w, r in zip(timed, reference, strict=False))
    assert late[len(late) // 2] <= 0.03
    assert {s.speaker for s in read_stm(Path("out/talk.stm"))} == {
        f'{who}_"X"' for _, _, who, *_ in named
    }
    whole = json.loads(Path("out/talk.json").read_text())
    assert {s["name"] for s in whole["speakers"]} >= {f'{who} "X"' for _, _, who, *_ in named}
    assert [u["reason"] for u in whole["unclear"]].count("not in the given text") >= 1
    assert '<v Clara "X">' in Path("out/talk.vtt").read_text()
    assert 'Clara "X": ' in Path("out/talk.srt").read_text()
