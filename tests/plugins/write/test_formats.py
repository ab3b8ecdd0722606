"""Each format: read back by somebody else's parser or a small one here, with times that a player
accepts.
"""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from pyannote.database.util import load_rttm

from tests._support.transcripts import transcript_of
from tests._support.written import SAID, inputs_of, written
from vsat_core.artifacts import Audio, Source, TextColumn, Transcript, Waveform
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import Cancelled, OutputError
from vsat_core.plugin import NoParams
from vsat_plugins.index import scan
from vsat_plugins.write import FilesParams
from vsat_plugins.write.compiled import Numba
from vsat_plugins.write.files import Baseline, Buffered

TALK = (
    (0, "Good morning, both of you. Shall we decide what the first episode is about?"),
    (
        1,
        "I would start with the lighthouse, because everybody in town has a story about it, and "
        "the keeper agreed.",
    ),
    (0, "R&D <b>costs</b> 5 pounds."),
    (-1, "— Who said that?"),
    (1, "Nobody."),
)


def ms(clock: str) -> int:
    hours, minutes, seconds, thousandths = map(
        int, re.fullmatch(r"(\d\d+):(\d\d):(\d\d)[.,](\d{3})", clock).groups()
    )
    assert minutes < 60 and seconds < 60
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def cues(text: str) -> list[tuple[int, int, list[str]]]:
    """(start ms, end ms, lines) of srt, or of vtt after its head."""
    found = []
    for number, block in enumerate(
        filter(None, text.removeprefix("WEBVTT\n").strip("\n").split("\n\n")), 1
    ):
        rows = block.split("\n")
        if "-->" not in rows[0]:
            assert rows.pop(0) == str(number)
        start, end = rows[0].split(" --> ")
        found.append((ms(start), ms(end), rows[1:]))
    return found


def test_txt_reads_like_a_conversation():
    rows = written(transcript_of(*TALK))["txt"].splitlines()
    assert rows[0] == f"[0:00:00] Speaker 1: {TALK[0][1]}"
    assert rows[1] == f"[0:00:05] Speaker 2: {TALK[1][1]}"
    assert rows[3] == "[0:00:14] Unknown speaker: — Who said that?"


def test_txt_breaks_at_long_pauses_only():
    said = (0, "One two."), (0, "Three.")
    assert len(written(transcript_of(*said))["txt"].splitlines()) == 1
    assert written(transcript_of(*said, pause=33_000))["txt"].endswith(
        "[0:00:03] Speaker 1: Three.\n"
    )


def test_txt_breaks_long_speeches_after_sentences_or_at_last_anywhere():
    def rows(said: str) -> list[int]:
        text = written(transcript_of((0, said)), formats=("txt",), seconds=400)["txt"]
        return [len(row.split(": ")[1].split()) for row in text.splitlines()]

    assert rows("word " * 100 + "end. " + "word " * 50 + "end. more") == [152, 1]
    assert rows("word " * 500) == [241, 241, 18]


def test_rttm_by_pyannote():
    text = written(transcript_of(*TALK))["rttm"]
    with Workspace() as run:
        (run.folder / "a.rttm").write_text(text)
        ((name, annotation),) = load_rttm(run.folder / "a.rttm").items()
    t = transcript_of(*TALK)
    found = [
        (round(s.start * 16_000), round(s.end * 16_000), who)
        for s, _, who in annotation.itertracks(True)
    ]
    assert name == "my_talk"
    expected = [
        (a, b, f"S{s + 1}")
        for a, b, s in zip(t.turn_start, t.turn_end, t.turn_speaker, strict=True)
    ]
    assert [f[2] for f in found] == [e[2] for e in expected]
    assert np.allclose([f[:2] for f in found], [e[:2] for e in expected], atol=16)


def test_ctm_holds_each_spoken_word_with_its_time():
    t = transcript_of(*TALK)
    rows = [r.split() for r in written(t)["ctm"].splitlines()]
    assert all(len(r) == 5 and r[:2] == ["my_talk", "1"] for r in rows)
    spoken = [w.strip(".,?—<>") for w in " ".join(said for _, said in TALK).split() if w != "—"]
    assert [r[4] for r in rows] == spoken
    assert [round(float(r[2]) * 1000) for r in rows] == [
        int(s) // 16 for s, w in zip(t.start, t.text, strict=True) if w != "—"
    ]
    assert {r[3] for r in rows} == {"0.300"}


def test_stm_holds_each_paragraph():
    rows = [r.split(" ", 5) for r in written(transcript_of(*TALK))["stm"].splitlines()]
    assert [(r[0], r[1], r[2], r[5]) for r in rows] == [
        ("my_talk", "1", f"S{who + 1}" if who >= 0 else "unknown", said) for who, said in TALK
    ]
    assert [float(r[3]) for r in rows] == sorted(float(r[3]) for r in rows)
    assert all(float(r[3]) < float(r[4]) for r in rows)


def test_srt_text_and_times():
    t = transcript_of(*TALK)
    found = cues(written(t)["srt"])
    text = " ".join(" ".join(rows) for _, _, rows in found)
    assert re.sub(r"(Speaker \d|Unknown speaker): ", "", text) == " ".join(said for _, said in TALK)
    assert re.findall(r"(?:Speaker \d|Unknown speaker):", text) == [
        f"{'Speaker ' + str(who + 1) if who >= 0 else 'Unknown speaker'}:" for who, _ in TALK
    ]
    assert found[0][0] == t.start[0] // 16 and found[0][2] == [
        "Speaker 1: Good morning, both of you."
    ]


def test_vtt_names_voices_and_escapes():
    text = written(transcript_of(*TALK))["vtt"]
    assert text.startswith("WEBVTT\n\n")
    assert "<v Speaker 1>R&amp;D &lt;b&gt;costs&lt;/b&gt; 5 pounds.\n" in text
    assert all(
        rows[0].startswith(("<v Speaker ", "<v Unknown speaker>")) for _, _, rows in cues(text)
    )
    assert [c[:2] for c in cues(text)] == [
        c[:2] for c in cues(written(transcript_of(*TALK))["srt"])
    ]


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(-1, 1), SAID), max_size=4),
    st.sampled_from([800, 12_000, 40_000]),
)
def test_cues_fit_and_follow_each_other(lines, pause):
    transcript = transcript_of(*((who, " ".join(said)) for who, said in lines), pause=pause)
    found = cues(written(transcript, seconds=300, formats=("srt",))["srt"])
    assert all(a < b <= a + 7000 for a, b, _ in found)
    assert all(b <= c for (_, b, _), (c, _, _) in itertools.pairwise(found))
    for _, _, rows in found:
        assert len(rows) <= 2 and all(len(r) <= 42 or "x" * 50 in r for r in rows)


def test_long_sentences_are_cut_evenly_and_after_commas():
    said = "Everybody in town has a story about it, and the keeper's daughter wants to talk to us."
    rows = [" ".join(r) for _, _, r in cues(written(transcript_of((0, said)))["srt"])]
    first, _, second = said.partition(", ")
    assert rows == [f"Speaker 1: {first},", second]


def test_overlapping_words_never_go_backwards():
    t = transcript_of((0, "one two three."), (1, "yes."), (0, "four."))
    start = t.start.copy()
    start[3] = start[2] + 10  # while "three." is still spoken
    found = cues(written(attrs.evolve(t, start=start))["srt"])
    assert all(b <= c for (_, b, _), (c, _, _) in itertools.pairwise(found))


def test_json_by_json():
    t = transcript_of(*TALK)
    document = json.loads(written(t)["json"])
    assert list(document) == [
        "vsat",
        "source",
        "seconds",
        "language",
        "environment",
        "speakers",
        "turns",
        "words",
        "unclear",
        "index",
        "waveform",
    ]
    assert (document["source"], document["seconds"], document["language"]) == (
        "my talk.wav",
        60.0,
        "en",
    )
    assert (
        document["environment"]["level_dbfs"] == -23.46
        and document["environment"]["noise_dbfs"] is None
    )
    assert [w["word"] for w in document["words"]] == list(t.text)
    assert [w["start"] for w in document["words"]] == [
        round(s / 16_000, 3) for s in t.start.tolist()
    ]
    assert {t["speaker"] for t in document["turns"]} == {"Speaker 1", "Speaker 2"}
    assert [(s["name"], s["words"]) for s in document["speakers"]] == [
        ("Speaker 1", 18),
        ("Speaker 2", 20),
        ("Unknown speaker", 4),
    ]
    assert document["speakers"][1]["seconds"] == pytest.approx(19 * 0.35 - 0.05 + 0.3)
    assert document["index"]["the"] == [i for i, w in enumerate(t.text) if w == "the"]


def test_json_without_inverted_index_has_none():
    assert "index" not in json.loads(written(transcript_of(*TALK), index=scan)["json"])


@pytest.mark.parametrize(("points", "kept"), [(3000, 1000), (2999, 1000), (700, 700), (0, 0)])
def test_json_overview_is_short_and_keeps_extremes(points, kept):
    overview = json.loads(written(transcript_of(), points=points)["json"])["waveform"]
    assert len(overview["low"]) == len(overview["high"]) == kept
    if kept:
        assert min(overview["low"]) == -1 and max(overview["high"]) == 1
        assert overview["hop_s"] * kept >= points * 256 / 16_000 - 1e-9


@pytest.mark.parametrize("kind", [Baseline, Buffered, Numba])
def test_nothing_said_gives_valid_files(kind):
    files = written(transcript_of(), kind=kind, seconds=0)
    assert files["txt"] == "(no speech found)\n" and files["vtt"] == "WEBVTT\n"
    assert files["srt"] == files["rttm"] == files["ctm"] == files["stm"] == ""
    assert json.loads(files["json"])["words"] == []


def test_speech_without_words_says_so():
    t = transcript_of((0, "yes"))
    empty = transcript_of()
    silent = Transcript(
        empty.text,
        empty.start,
        empty.end,
        empty.speaker,
        empty.utterance,
        t.turn_start,
        t.turn_end,
        t.turn_speaker,
    )
    files = written(silent)
    assert (
        files["txt"] == "(speech, but no words recognised)\n"
        and files["rttm"].count("SPEAKER") == 1
    )
    assert json.loads(files["json"])["speakers"] == [
        {"name": "Speaker 1", "seconds": 0.3, "words": 0}
    ]


def test_more_words_than_a_block():
    transcript = transcript_of((0, "word " * 5000), (1, "end."))
    assert written(transcript, seconds=2000)["ctm"].count("\n") == 5001


def test_only_the_formats_asked_for_each_once():
    assert list(written(transcript_of(*TALK), formats=("stm", "txt", "stm"))) == ["stm", "txt"]


def test_blanks_in_names_do_not_reach_nist_files():
    assert written(transcript_of((0, "yes")), name="a\tb  c")["ctm"] == "a_b_c 1 0.500 0.300 yes\n"


@pytest.mark.parametrize("kind", [Baseline, Buffered, Numba])
def test_disk_that_refuses_is_one_line(kind, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(OutputError, match=r"my talk\.txt: cannot be written \(No space left"):
        written(transcript_of(*TALK), kind=kind)


def test_stops_when_told_to():
    transcript = transcript_of(*TALK)
    with Workspace() as run, pytest.raises(Cancelled):
        words = scan.Baseline(NoParams(), NoParams())(transcript, run=run)
        waveform = Waveform(
            np.zeros(0, np.float32), np.zeros(0, np.float32), np.zeros(1, np.int64), 256, 0
        )
        run.cancelled.set()
        stage = Baseline(FilesParams(), NoParams())
        audio = Audio(np.zeros(9, np.float32))
        stage(inputs_of(Source("a.wav"), audio, transcript, words, waveform), run=run)


def with_unclear(transcript: Transcript, *rows: tuple[int, int, int, str]) -> Transcript:
    """The transcript with stretches (start, end, speaker, text removed)."""
    columns = np.array([row[:3] for row in rows], np.int64).T
    return attrs.evolve(
        transcript,
        unclear_start=columns[0],
        unclear_end=columns[1],
        unclear_speaker=columns[2].astype(np.int32),
        unclear_text=TextColumn.of(row[3] for row in rows),
        unclear_reason=TextColumn.of("why" for _ in rows),
    )


ONE_TWO = ((0, "one two"), (1, "three"))  # from 0.5 s, from 1.45 s


@pytest.mark.parametrize("kind", [Baseline, Buffered, Numba])
def test_unclear_stretches_are_shown_to_readers_and_kept_in_json(kind):
    t = with_unclear(
        transcript_of(*ONE_TWO),
        (1_000, 7_000, -1, "you"),
        (19_000, 20_000, 0, ""),
        (21_000, 22_000, 0, "la la"),
        (30_000, 31_000, 1, ""),
        (90_000, 91_000, 1, ""),
    )
    files, plain = written(t, kind=kind), written(transcript_of(*ONE_TWO), kind=kind)
    assert files["txt"].splitlines() == [
        "[0:00:00] Unknown speaker: [unclear]",
        "[0:00:00] Speaker 1: one two [unclear]",
        "[0:00:01] Speaker 2: three [unclear]",
        "[0:00:05] Speaker 2: [unclear]",
    ]
    for name in ("srt", "vtt"):
        assert files[name].count("[unclear]") == 4
    assert {n: files[n] for n in ("ctm", "stm", "rttm")} == {
        n: plain[n] for n in ("ctm", "stm", "rttm")
    }
    document, without = json.loads(files["json"]), json.loads(plain["json"])
    assert document["unclear"][0] == {
        "start": 0.062,
        "end": 0.438,
        "speaker": "Unknown speaker",
        "text": "you",
        "reason": "why",
    }
    assert [u["text"] for u in document.pop("unclear")] == ["you", "", "la la", "", ""]
    assert without.pop("unclear") == [] and document == without


@pytest.mark.parametrize("kind", [Baseline, Buffered, Numba])
def test_a_recording_of_unclear_speech_only(kind):
    files = written(with_unclear(transcript_of(), (16_000, 32_000, 0, "")), kind=kind)
    assert files["txt"] == "[0:00:01] Speaker 1: [unclear]\n"
    assert "[unclear]" in files["srt"] and files["stm"] == files["ctm"] == ""


SIGNS = {
    "$25.99,": "$25.99",
    "“50%”.": "50%",
    "£5": "£5",
    "(€7)": "€7",
    "&": "&",
    "#3!": "#3",
    "+44": "+44",
    "-5.": "-5",
    "−5°": "−5°",
    "@home": "@home",
    "-$5": "-$5",
    "-£5": "-£5",
    "- yes-": "yes",
    "’tis": "tis",
    "—": "",
    "--": "",
    "###": "",
    "R&D": "R&D",
    "C++,": "C++",
    "_x_": "x",
    "-": "",
    "$": "$",
    "-€": "",
    "%": "%",
}


@pytest.mark.parametrize("kind", [Baseline, Buffered, Numba])
def test_ctm_keeps_signs_that_are_spoken(kind):
    t = transcript_of((0, " ".join("x" for _ in SIGNS)))
    t = attrs.evolve(t, text=TextColumn.of(SIGNS))
    rows = [line.split(" ", 4)[4] for line in written(t, kind=kind)["ctm"].splitlines()]
    assert rows == [sign for sign in SIGNS.values() if sign]
