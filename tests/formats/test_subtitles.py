"""SRT and WebVTT."""

import re

import pytest

from tests._support.paths import ROOT
from vsat_core.errors import InputError
from vsat_core.formats.records import Segment
from vsat_core.formats.subtitles import read_srt, read_vtt

GOLDEN = ROOT / "tests" / "plugins" / "write" / "golden"


def test_what_write_writes_is_read():
    srt, vtt = read_srt(GOLDEN / "talk.srt"), read_vtt(GOLDEN / "talk.vtt")
    assert [(c.start_s, c.end_s, c.speaker) for c in srt] == [
        (c.start_s, c.end_s, c.speaker) for c in vtt
    ]
    assert vtt[4] == Segment("talk", 12.95, 14.3, "R&D <b>costs</b> 5 pounds.", "Speaker 1")
    assert srt[4].text == "R&D costs 5 pounds."
    assert srt[5].speaker == "Unknown speaker"


def test_srt_as_it_is_found(tmp_path):
    path = tmp_path / "talk.srt"
    path.write_bytes(
        b"\xef\xbb\xbf1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Two</i>\r\nlines\r\n\r\n\r\n"
        b"2\r\n01:00:00.000 --> 01:00:01.000\r\n[Speaker 2] Hello: you\r\n\r\n"
        b"3\r\n01:00:02,000 --> 01:00:03,000\r\nmore\r\n"
    )
    assert read_srt(path) == [
        Segment("talk", 1, 2.5, "Two lines"),
        Segment("talk", 3600, 3601, "Hello: you", "Speaker 2"),
        Segment("talk", 3602, 3603, "more", "Speaker 2"),
    ]


def test_webvtt_as_it_is_found(tmp_path):
    path = tmp_path / "talk.vtt"
    path.write_text(
        "WEBVTT - a title\n\nNOTE\nnot a cue --> at all\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:02.500 align:start\n<v.loud Anna Bee>Tom &amp; "
        "<b>Jerry</b></v>\n\n"
        "00:02.500 --> 00:03.000\n1 &lt; 2\n"
    )
    assert read_vtt(path) == [
        Segment("talk", 1, 2.5, "Tom & Jerry", "Anna Bee"),
        Segment("talk", 2.5, 3, "1 < 2"),
    ]


@pytest.mark.parametrize(
    ("read", "text", "problem"),
    [
        (read_srt, "1\n\n", "1: expected a time line"),
        (read_srt, "1\nwords\n", "1: expected a time line"),
        (read_srt, "1\n00:00:01 --> 00:00:02,000\n", "2: times must look like"),
        (read_srt, "1\n00:00:03,000 --> 00:00:02,000\n", "2: ends at 2.0 before it starts at 3.0"),
        (read_vtt, "00:01.000 --> 00:02.000\nhello\n", "1: a WebVTT file begins with WEBVTT"),
        (read_vtt, "", "1: a WebVTT file begins with WEBVTT"),
        (read_vtt, "WEBVTT\n\n00:01.000 -->\nhello\n", "3: times must look like"),
    ],
)
def test_a_mistake_is_one_line_with_file_and_line_number(tmp_path, read, text, problem):
    path = tmp_path / "talk.file"
    path.write_text(text)
    with pytest.raises(InputError, match=re.escape(f"{path}:{problem}")):
        read(path)


@pytest.mark.parametrize("reader", [read_srt, read_vtt])
def test_unclear_speech_has_no_words(tmp_path, reader):
    path = tmp_path / "a.vtt"
    times = "00:00:01.000 --> 00:00:02.000"
    path.write_text(
        f"WEBVTT\n\n{times}\nSpeaker 1: yes [unclear]\n"
        if reader is read_vtt
        else f"1\n{times}\nSpeaker 1: yes [unclear]\n"
    )
    assert reader(path)[0].text.endswith("yes")
