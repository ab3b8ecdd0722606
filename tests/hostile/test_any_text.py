"""Any text gives a parse or our error: the formats that people bring, and the journal of edits."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from vsat_core.config.draft import table_of
from vsat_core.errors import InputError, ProfileError
from vsat_core.formats.contents import read
from vsat_core.formats.seglst import load_json
from vsat_core.formats.uem import read_uem
from vsat_core.library.edit_journal import EditJournal
from vsat_core.library.operations import operation_of

QUICK = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
# what lines of these formats are made of, so that interesting ones really occur
PARTS = [
    r"SPEAKER",
    r"talk",
    r"1",
    r"0.5",
    r"1.5",
    r"<NA>",
    r"Anna",
    r"00:00:01,000",
    r"-->",
    r"00:00:02.000",
    r"99:99:99.999",
    r"WEBVTT",
    r"<v",
    r"Anna>",
    r"7",
    r"-1",
    r"nan",
    r"inf",
    r"1e999",
    r";;",
    r"NOTE",
    r"[unclear]",
    r"Speaker_1:",
    r"NOSCORE",
    r"<o,f0>",
    r"&#55555;",
    r"&lt;",
]
KEYS = [
    "session_id",
    "start_time",
    "end_time",
    "words",
    "speaker",
    "start",
    "end",
    "text",
    "segments",
    "turns",
    "word",
    "op",
    "after",
    "before",
    "parts",
    "note",
    "edit",
    "number",
]
LONG_NUMBER = "a number of 5,000 digits"  # which Python's own writer of JSON refuses
WORDS = st.one_of(st.sampled_from(PARTS), st.text(max_size=5), st.just("9" * 5000))
LINES = st.lists(WORDS, max_size=12).map(" ".join)
TEXTS = st.lists(LINES, max_size=12).map("\n".join)
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.just(LONG_NUMBER),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=8,
        ),
    ),
    max_leaves=20,
)
DEEP = "[" * 100_000
HUGE = f"[{'9' * 5000}]"


def stored(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("ending", ["rttm", "ctm", "stm", "srt", "vtt", "txt"])
@QUICK
@given(text=TEXTS)
@example(text="WEBVTT\n\n" + "9" * 5000 + ":00:00.000 --> 00:00:01.000\nword")
@example(text="9" * 5000 + ":00:00,000 --> 00:00:01,000\nword")
def test_texts(tmp_path, ending, text):
    path = stored(tmp_path, f"talk.{ending}", text.encode("utf-8", "surrogatepass"))
    try:
        read(path)
    except InputError as error:
        assert str(error).startswith(str(path)) and "\n" not in str(error)


@QUICK
@given(text=TEXTS)
def test_regions(tmp_path, text):
    path = stored(tmp_path, "talk.uem", text.encode("utf-8", "surrogatepass"))
    try:
        read_uem(path)
    except InputError as error:
        assert str(error).startswith(str(path))


def as_json(value) -> str:
    """JSON text, with the long number."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{as_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(as_json, value)) + "]"
    return "9" * 5000 if value == LONG_NUMBER else json.dumps(value)


@pytest.mark.parametrize("ending", ["json", "seglst.json"])
@QUICK
@given(text=st.one_of(TEXTS, JSON.map(as_json)))
@example(text=DEEP)
@example(text=HUGE)
@example(text='{"a":' * 50_000)
def test_json(tmp_path, ending, text):
    path = stored(tmp_path, f"talk.{ending}", text.encode("utf-8", "surrogatepass"))
    try:
        read(path)
    except InputError as error:
        assert str(error).startswith(str(path))


@pytest.mark.parametrize("text", [DEEP, HUGE, "{", "", "NaN x"])
def test_errors_of_json_name_the_file(tmp_path, text):
    path = stored(tmp_path, "talk.json", text.encode())
    with pytest.raises(InputError, match="is not JSON") as caught:
        load_json(path)
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


@QUICK
@given(lines=st.lists(st.one_of(JSON.map(as_json), st.text(max_size=20)), max_size=6))
@example(lines=[DEEP, '{"number": 1}'])
def test_lines_of_the_journal(tmp_path, lines):
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    found = EditJournal(stored(tmp_path, "library.edits", content)).read()
    assert all(isinstance(line["number"], int) for line in found)
    numbers = [line["number"] for line in found]
    assert numbers == sorted(numbers)


@QUICK
@given(value=st.dictionaries(st.sampled_from(["op", "words", "text", "word", "at"]), JSON))
def test_operations(value):
    try:
        operation_of(value)
    except InputError as error:
        assert str(error)


@pytest.mark.parametrize("text", [f"a = {'9' * 5000}", f"a = {DEEP}", "a." * 5000 + "a = 1", "\0"])
def test_toml_of_any_kind_is_refused_in_one_line(tmp_path, text):
    path = stored(tmp_path, "profile.toml", text.encode())
    with pytest.raises(ProfileError, match="not valid TOML") as caught:
        table_of(path)
    assert "\n" not in str(caught.value)
