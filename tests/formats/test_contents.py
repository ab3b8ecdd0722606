"""Any file by its ending: SegLST, transcripts of `vsat run`, plain text."""

import json
import re

import pytest

from vsat_core.errors import InputError
from vsat_core.formats import lines
from vsat_core.formats.contents import read
from vsat_core.formats.records import Segment, Turn

ENTRY = {
    "session_id": "x",
    "start_time": 0,
    "end_time": 1.5,
    "words": "hello there",
    "speaker": "A",
}


def test_more_than_memory_should_hold_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "x.seglst.json"
    path.write_text(json.dumps([ENTRY]))
    monkeypatch.setattr(lines, "LARGEST_BYTES", path.stat().st_size)
    assert len(read(path).segments) == 1
    monkeypatch.setattr(lines, "LARGEST_BYTES", path.stat().st_size - 1)
    with pytest.raises(InputError, match="too much for a transcript"):
        read(path)


def test_seglst_may_leave_the_speaker_out(tmp_path):
    path = tmp_path / "x.seglst.json"
    path.write_text(json.dumps([ENTRY, {k: v for k, v in ENTRY.items() if k != "speaker"}]))
    assert read(path).segments == (
        Segment("x", 0, 1.5, "hello there", "A"),
        Segment("x", 0, 1.5, "hello there"),
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('[\n{"a": }]', ":2: is not JSON"),
        ({"a": 1}, ": is not SegLST: Expected `array`, got `object`"),
        ([1], ": is not SegLST: Expected `object`, got `int` - at `$[0]`"),
        ([{"words": "a"}], ": is not SegLST: Object missing required field `session_id`"),
        (
            [ENTRY, ENTRY | {"words": None}],
            ": is not SegLST: Expected `str`, got `null` - at `$[1].words`",
        ),
        (
            [ENTRY, ENTRY | {"start_time": "0"}],
            ": is not SegLST: Expected `float`, got `str` - at `$[1].start_time`",
        ),
        (
            [ENTRY, ENTRY | {"start_time": True}],
            ": is not SegLST: Expected `float`, got `bool` - at `$[1].start_time`",
        ),
        (
            [ENTRY, ENTRY | {"start_time": -1}],
            ": is not SegLST: Expected `float` >= 0.0 - at `$[1].start_time`",
        ),
        (
            [ENTRY, ENTRY | {"end_time": float("nan")}],
            ": is not SegLST: Expected `float` >= 0.0 - at `$[1].end_time`",
        ),
        (
            [ENTRY, ENTRY | {"start_time": 2}],
            ": is not SegLST: Ends at 1.5 before it starts at 2.0 - at `$[1]`",
        ),
    ],
)
def test_what_is_no_seglst_is_said_with_its_place(tmp_path, content, problem):
    path = tmp_path / "x.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(InputError, match=re.escape(f"{path}{problem}")):
        read(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[0:00:12] Speaker 1: Well, hello.\n[1:02:03] Unknown speaker: [0:00:01] Speaker 2: "
            "said he.\n",
            "Well, hello. [0:00:01] Speaker 2: said he.",
        ),
        ("(no speech found)\n", ""),
        (
            "[0:00:12] Speaker 1: Well, [unclear] at nine.\n[0:00:14] Unknown speaker: [unclear]\n",
            "Well, at nine.",
        ),
        ("She wrote [unclear]\n", "She wrote [unclear]"),
        (
            "Speaker 1: this is a play\n[0:00:12] Speaker 1: yes\n",
            "Speaker 1: this is a play [0:00:12] Speaker 1: yes",
        ),
        ("", ""),
    ],
)
def test_text_for_people_loses_its_times_and_speakers(tmp_path, text, words):
    path = tmp_path / "talk.txt"
    path.write_text(text)
    assert " ".join((read(path).text or "").split()) == words


def test_an_unknown_ending_is_an_error_unless_the_format_is_given(tmp_path):
    path = tmp_path / "talk.rtm"
    path.write_text("SPEAKER a 1 0 1 <NA> <NA> A <NA>\n")
    with pytest.raises(
        InputError, match=r"unknown ending, did you mean 'rttm'\?; name its format with --format"
    ):
        read(path)
    assert read(path, "rttm").turns == (Turn("a", 0, 1, "A"),)


@pytest.mark.speech_data
def test_every_reference_of_the_development_set_is_read(speech_data):
    paths = [p for p in speech_data.rglob("*") if p.suffix in (".rttm", ".ctm", ".stm", ".txt")]
    contents = [read(p) for p in paths]
    assert len(contents) > 600
    assert all(c.turns or c.segments or c.text for c in contents)
    composed = [s for c in contents if c.path.parent.name == "composed" for s in c.segments or ()]
    assert composed
    assert all(s.speaker for s in composed)
