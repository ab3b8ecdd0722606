"""RTTM, UEM, CTM and STM: what is read, what is written, and how mistakes are reported."""

import re
from pathlib import Path

import attrs
import pytest
from hypothesis import given, strategies as st

from vsat_core.errors import InputError
from vsat_core.formats.ctm import ctm_text, read_ctm
from vsat_core.formats.lines import seconds_text
from vsat_core.formats.records import Region, Segment, Turn
from vsat_core.formats.rttm import read_rttm, rttm_text
from vsat_core.formats.stm import read_stm, stm_text
from vsat_core.formats.uem import read_uem

milliseconds = st.integers(0, 10_000_000).map(lambda n: n / 1000)
names = st.text(alphabet="aB1_-é", min_size=1, max_size=5)
times = st.tuples(milliseconds, milliseconds).map(sorted)


@pytest.fixture
def file(tmp_path):
    """Writes bytes or text to a file and gives its path."""

    def make(content: str | bytes) -> Path:
        path = tmp_path / "x.file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


TURN = st.builds(lambda r, t, s: Turn(r, *t, s), names, times, names)
WORD = st.builds(lambda r, t, w: Segment(r, *t, w), names, times, names)
SAID = st.builds(lambda w, s: attrs.evolve(w, speaker="s" + s), WORD, names)
SENTENCE = st.builds(lambda w, said: attrs.evolve(w, text=" ".join(said)), SAID, st.lists(names))


@pytest.mark.parametrize(
    ("read", "text_of", "rows"),
    [
        (read_rttm, rttm_text, TURN),
        (read_ctm, ctm_text, WORD),
        (read_ctm, ctm_text, SAID),
        (read_stm, stm_text, SENTENCE),
    ],
)
@given(data=st.data())
def test_what_is_written_comes_back(tmp_path_factory, read, text_of, rows, data):
    values = data.draw(st.lists(rows))
    path = tmp_path_factory.getbasetemp() / "round-trip"
    path.write_text(text_of(values), encoding="utf-8")
    assert read(path) == values


def test_byte_order_mark_windows_line_ends_comments_and_blank_lines(file):
    path = file(
        b"\xef\xbb\xbf;; a comment\r\n\r\nSPEAKER  a 1 1.5\t2 <NA> <NA> Zo\xc3\xab <NA>\r\n"
    )
    assert read_rttm(path) == [Turn("a", 1.5, 3.5, "Zoë")]


def test_other_types_of_rttm_are_counted_in_a_note(file):
    path = file(
        "SPKR-INFO a 1 <NA> <NA> <NA> unknown A <NA>\nLEXEME a 1 0 1 hi lex A 1\nLEXEME a 1 1 1 hi "
        "lex A 1\n"
    )
    notes: list[str] = []
    assert read_rttm(path, notes) == []
    assert [note.split(": ")[1] for note in notes] == [
        "1 SPKR-INFO lines left out, they are not speaker turns",
        "2 LEXEME lines left out, they are not speaker turns",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a 1 0.5 1 hello", Segment("a", 0.5, 1.5, "hello")),
        ("a 0.5 1 hello", Segment("a", 0.5, 1.5, "hello")),
        ("a 1 0.5 1 hello 0.93", Segment("a", 0.5, 1.5, "hello")),
        ("a 1 0.5 1 hello Anna", Segment("a", 0.5, 1.5, "hello", "Anna")),
        ("a 1 0.5 1 hello 7", Segment("a", 0.5, 1.5, "hello", "7")),
    ],
)
def test_columns_of_ctm(file, line, words):
    assert read_ctm(file(line + "\n")) == [words]


def test_columns_of_uem(file):
    assert read_uem(file(";; all\na 1 0.5 2\n")) == [Region("a", 0.5, 2)]


def test_stm_labels_are_not_words(file):
    path = file("a 1 A 0 1 <o,f0,female> hello <there>\na 1 A 1 2 <o>\na 1 A 2 3\n")
    assert [s.text for s in read_stm(path)] == ["hello <there>", "", ""]


@pytest.mark.parametrize(
    ("read", "line", "problem"),
    [
        (read_rttm, "SPEAKER a 1 0 1 <NA> <NA> A", "RTTM needs 9 or 10 columns"),
        (
            read_rttm,
            "SPEAKER a 1 zero 1 <NA> <NA> A <NA>",
            "start time must be a number of seconds, got 'zero'",
        ),
        (
            read_rttm,
            "SPEAKER a 1 0 nan <NA> <NA> A <NA>",
            "duration must be a number of seconds, got 'nan'",
        ),
        (read_rttm, "SPEAKER a 1 1_0 1 <NA> <NA> A <NA>", "start time must be a number"),
        (read_rttm, "SPEAKER a 1 -1 1 <NA> <NA> A <NA>", "start time must not be negative, got -1"),
        (read_rttm, "SPEAKER a 1 0 -1 <NA> <NA> A <NA>", "duration must not be negative, got -1"),
        (
            read_rttm,
            "SPAEKER a 1 0 1 <NA> <NA> A <NA>",
            "unknown RTTM type 'SPAEKER'; expected SPEAKER",
        ),
        (read_rttm, "NOSCORE a 1 0 1 <NA> <NA> <NA> <NA>", "NOSCORE zones are not read from RTTM"),
        (read_uem, "a 1 0", "UEM needs 4 columns"),
        (read_uem, "a 1 5 4", "ends at 4 before it starts at 5"),
        (read_ctm, "a 1 0", "CTM needs 4 to 6 columns"),
        (read_ctm, "a 1 * * <ALT_BEGIN>", "start time must be a number"),
        (read_stm, "a 1 A 0", "STM needs 5 or 6 columns"),
        (read_stm, "a 1 A 5 4 word", "ends at 4 before it starts at 5"),
        (read_stm, "a 1 A 0 1 IGNORE_TIME_SEGMENT_IN_SCORING", "cannot be left out"),
    ],
)
def test_a_mistake_is_one_line_with_file_and_line_number(file, read, line, problem):
    path = file(f";; first line\n{line}\n")
    with pytest.raises(InputError, match=re.escape(problem)) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert "\n" not in str(caught.value)


def test_what_is_not_text_or_not_there_is_said(file, tmp_path):
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_rttm(file(b"SPEAKER \xff"))
    with pytest.raises(InputError, match="cannot be read"):
        read_rttm(tmp_path / "absent.rttm")


@given(st.integers(0, 10**15))
def test_times_are_written_to_the_nanosecond(nanoseconds):
    text = seconds_text(nanoseconds / 1e9)
    assert len(text.partition(".")[2]) >= 3
    assert abs(float(text) - nanoseconds / 1e9) <= 1e-9


def test_names_with_spaces_stay_one_column(file):
    path = file(rttm_text([Turn("Monday meeting", 0, 1, "Anna B"), Turn("", 0, 1, "C")]))
    assert [(t.recording, t.speaker) for t in read_rttm(path)] == [
        ("Monday_meeting", "Anna_B"),
        ("<NA>", "C"),
    ]
