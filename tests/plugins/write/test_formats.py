"""Each format: read back by somebody else's parser or a small one here, with times that a player
accepts.
"""

import importlib.metadata
import itertools
import json
import re
from pathlib import Path

import attrs
import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from pyannote.database.util import load_rttm

from tests._support.golden import check_golden
from tests._support.paths import ROOT
from tests._support.transcripts import transcript_of
from tests._support.write_cases import TALK, TRANSCRIPTS
from tests._support.written import SAID, written
from vsat_core.artifacts import Layout, TextColumn, Transcript
from vsat_core.errors import Cancelled, OutputError
from vsat_core.formats.transcript import Document
from vsat_plugins.index.scan_baseline import Baseline as Scan
from vsat_plugins.write.files_baseline import Baseline
from vsat_plugins.write.files_batched import Batched
from vsat_plugins.write.files_numba import Numba
from vsat_plugins.write.files_vectorized import Vectorized

GOLDEN = Path(__file__).parent / "golden"
KINDS = pytest.mark.parametrize("kind", [Baseline, Vectorized, Numba, Batched])


@KINDS
@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_every_format_is_as_its_golden_file(name, kind):
    """`VSAT_GOLDEN=write pytest tests/plugins/write` writes the golden files again."""
    version = importlib.metadata.version("vsat-speech")
    for ending, text in written(TRANSCRIPTS[name], kind=kind, points=6).items():
        check_golden(GOLDEN / f"{name}.{ending}", text.replace(f'"{version}"', '"VERSION"', 1))


def test_json_is_as_its_schema_says():
    schema = json.loads((ROOT / "docs" / "transcript.schema.json").read_text())
    for transcript in TRANSCRIPTS.values():
        text = written(transcript)["json"]
        jsonschema.validate(json.loads(text), schema, jsonschema.Draft202012Validator)
        sometimes = {"channels", "possible_speaker_counts"}
        always = [name for name in Document.__struct_fields__ if name not in sometimes]
        assert [*json.loads(text)] == always


def test_json_names_other_numbers_of_speakers_that_are_possible():
    talk = TRANSCRIPTS["talk"]
    document = json.loads(written(attrs.evolve(talk, perhaps=(1, 3)))["json"])
    schema = json.loads((ROOT / "docs" / "transcript.schema.json").read_text())
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    assert document["possible_speaker_counts"] == [talk.turns().n_speakers, 1, 3]


def test_json_is_read_as_that_of_whisperx():
    """Segments of words, each with its speaker, as WhisperX's writers of subtitles read them."""
    t = TRANSCRIPTS["talk"]
    segments = json.loads(written(t)["json"])["segments"]
    for segment in segments:
        words = segment["words"]
        assert segment["text"].strip() == " ".join(w["word"] for w in words)
        assert segment["start"] == min(w["start"] for w in words)
        assert segment["end"] == max(w["end"] for w in words)
        assert {w["speaker"] for w in words} == {segment["speaker"]}
    words = [w for segment in segments for w in segment["words"]]
    assert [w["word"] for w in words] == list(t.text)
    assert [w["start"] for w in words] == [round(s / 16_000, 3) for s in t.start.tolist()]


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
    ((name, annotation),) = load_rttm(GOLDEN / "talk.rttm").items()
    turns = [(s.start, s.end, who) for s, _, who in annotation.itertracks(True)]
    assert name == "my_talk" and [who for *_, who in turns] == ["S1", "S2", "S1", "S2"]
    t = TRANSCRIPTS["talk"]
    times = np.stack([t.turn_start, t.turn_end], 1) / 16_000
    assert np.allclose([turn[:2] for turn in turns], times, atol=0.001)


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


def shifted(transcript: Transcript, word: int, seconds: float) -> Transcript:
    """The transcript with a silence of so many more seconds before a word."""
    later = np.zeros(len(transcript.start), np.int64)
    later[word:] = int(seconds * 16_000)
    return attrs.evolve(transcript, start=transcript.start + later, end=transcript.end + later)


@pytest.mark.parametrize("word", [1, 6])
def test_a_pause_leaves_no_word_alone(word):
    t = transcript_of((0, "Well, we could meet on the hill."))
    (cue,) = cues(written(shifted(t, word, 0.8))["srt"])
    assert " ".join(cue[2]) == "Speaker 1: Well, we could meet on the hill."
    assert len(cues(written(shifted(t, 3, 0.8))["srt"])) == 2


def test_a_cue_stays_until_it_can_be_read():
    t = transcript_of((0, "Extraordinarily thoughtful experimentation. Yes, we may go."))
    first, second = cues(written(shifted(t, 3, 2.5))["srt"])
    assert first[1] - first[0] == 43 * 50 and first[1] < second[0]


def test_overlapping_words_never_go_backwards():
    t = transcript_of((0, "one two three."), (1, "yes."), (0, "four."))
    start = t.start.copy()
    start[3] = start[2] + 10  # while "three." is still spoken
    found = cues(written(attrs.evolve(t, start=start))["srt"])
    assert all(b <= c for (_, b, _), (c, _, _) in itertools.pairwise(found))


def test_json_without_inverted_index_has_none():
    assert "index" not in json.loads(written(transcript_of(*TALK), index=Scan)["json"])


@pytest.mark.parametrize(("points", "kept"), [(3000, 1000), (2999, 1000), (700, 700), (0, 0)])
def test_json_overview_is_short_and_keeps_extremes(points, kept):
    overview = json.loads(written(transcript_of(), points=points)["json"])["waveform"]
    assert len(overview["low"]) == len(overview["high"]) == kept
    if kept:
        assert min(overview["low"]) == -1 and max(overview["high"]) == 1
        assert overview["hop_s"] * kept >= points * 256 / 16_000 - 1e-9


def test_more_words_than_a_block():
    transcript = transcript_of((0, "word " * 5000), (1, "end."))
    assert written(transcript, seconds=2000)["ctm"].count("\n") == 5001


def test_only_the_formats_asked_for_each_once():
    assert list(written(transcript_of(*TALK), formats=("stm", "txt", "stm"))) == ["stm", "txt"]


def test_blanks_in_names_do_not_reach_nist_files():
    assert written(transcript_of((0, "yes")), name="a\tb  c")["ctm"] == "a_b_c 1 0.500 0.300 yes\n"


@KINDS
def test_disk_that_refuses_is_one_line(kind, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(OutputError, match=r"my talk\.txt: cannot be written \(No space left"):
        written(transcript_of(*TALK), kind=kind)


def test_stops_when_told_to():
    with pytest.raises(Cancelled):
        written(TRANSCRIPTS["talk"], cancelled=True)


@KINDS
def test_ctm_keeps_signs_that_are_spoken(kind):
    text = (
        "$25.99, “50%”. £5 (€7) & #3! +44 -5. −5° @home -$5 -£5 ’tis — -- ### R&D C++, _x_ - $ -€ %"
    )
    rows = written(transcript_of((0, text)), kind=kind, formats=("ctm",))["ctm"].splitlines()
    words = "$25.99 50% £5 €7 & #3 +44 -5 −5° @home -$5 -£5 tis R&D C++ x $ %"
    assert [row.split(" ", 4)[4] for row in rows] == words.split()


@KINDS
def test_sentences_of_channels_that_speak_at_once(kind):
    """Sentences stay together; ctm and cues are in order of time, and no cue is gone at once."""
    seconds = np.array([0, 1, 2, 3, 1.5, 2.5, 5])
    none = np.zeros(0, np.int64)
    transcript = Transcript(
        TextColumn.of(["We", "left", "at", "nine.", "They", "stayed.", "Good."]),
        (seconds * 16_000).astype(np.int64),
        (seconds * 16_000).astype(np.int64) + 16_000,
        np.array([0, 0, 0, 0, 1, 1, 0], np.int32),
        np.zeros(7, np.int32),
        none,
        none,
        none.astype(np.int32),
        names=("Channel 1", "Channel 2"),
    )
    layout = Layout(2, "split", (1, 2), "for tests")
    files = written(transcript, kind=kind, layout=layout)
    document = json.loads(files["json"])
    assert document["channels"] == attrs.asdict(layout) | {"used": [1, 2]}
    schema = json.loads((ROOT / "docs" / "transcript.schema.json").read_text())
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    said = [line.split("] ")[1] for line in files["txt"].splitlines()]
    assert said == [
        "Channel 1: We left at nine.",
        "Channel 2: They stayed.",
        "Channel 1: Good.",
    ]
    spoken = [row.split()[4] for row in files["ctm"].splitlines()]
    assert spoken == ["We", "left", "They", "at", "stayed", "nine", "Good"]
    cues = [row for row in files["srt"].splitlines() if " --> " in row]
    assert cues == sorted(cues)
    assert "00:00:00,000 --> 00:00:01,500" in cues
    assert "Channel 2: They stayed." in files["srt"]
