"""Formats for other programs, read back by somebody else's reader: python-docx, pympi (ELAN),
praat-textgrids, pysubs2, webvtt-py, meeteval where it is, Python's csv and html.parser.
"""

import base64
import csv
import html
import importlib
import io
import itertools
import json
import zipfile
from html.parser import HTMLParser

import attrs
import docx
import numpy as np
import pympi
import pysubs2
import pytest
import textgrids
import webvtt

from tests._support.transcripts import transcript_of
from tests._support.write_cases import TRANSCRIPTS
from tests._support.written import written_files
from vsat_core.artifacts import Playback, TextColumn, Transcript
from vsat_core.errors import PluginError
from vsat_core.formats.endings import DEFAULT_FORMATS, RESULT_FORMATS
from vsat_core.formats.scripts import without_marks
from vsat_core.formats.seglst import read_seglst
from vsat_plugins.write import word_processor

OTHERS = tuple(f for f in RESULT_FORMATS if f not in DEFAULT_FORMATS)
NASTY = ('<script>alert("1")</script>', "]]>&amp;", '"quoted"', "=1+1", "-5", "a\tb", "nul\x00")


def overlapping() -> Transcript:
    """Two speakers at the same time, a speaker's words that overlap and one of no length, names in
    several scripts.
    """
    start = np.array([0, 8_000, 8_000, 12_000, 12_000], np.int64)
    end = np.array([16_000, 12_000, 24_000, 12_000, 40_000], np.int64)
    who = np.array([0, 1, 0, 1, 0], np.int32)
    return Transcript(
        TextColumn.of(["one", "two", "three", "four", "five"]),
        start,
        end,
        who,
        np.zeros(5, np.int32),
        np.array([0, 8_000], np.int64),
        np.array([40_000, 12_000], np.int64),
        np.array([0, 1], np.int32),
        names=("Zoë <b>", "דנה"),
    )


CASES = TRANSCRIPTS | {
    "overlapping": overlapping(),
    "one_word": transcript_of((0, "yes")),
    "nasty": attrs.evolve(
        transcript_of((0, " ".join("x" * len(NASTY)))), text=TextColumn.of(NASTY)
    ),
}


def files(name: str, formats=RESULT_FORMATS, **how) -> dict[str, bytes]:
    return written_files(CASES[name], formats=formats, name=name, **how)


def paragraphs(name: str) -> list[tuple[str, str]]:
    """(speaker, text) as the file for people has it."""
    lines = files(name, ("txt",))[f"{name}.txt"].decode().splitlines()
    return [tuple(line.partition("] ")[2].split(": ", 1)) for line in lines if line[0] == "["]


@pytest.mark.parametrize("technique", ["vectorized", "numba", "batched"])
def test_all_techniques_give_the_same_bytes(technique):
    module = importlib.import_module(f"vsat_plugins.write.files_{technique}")
    kind = getattr(module, technique.title())
    for name in ("talk", "unclear", "languages", "nothing", "overlapping", "nasty"):
        assert files(name, OTHERS, kind=kind) == files(name, OTHERS)


def test_a_second_time_gives_the_same_bytes():
    assert files("talk", OTHERS) == files("talk", OTHERS)


@pytest.mark.parametrize("name", CASES)
def test_docx(name):
    document = docx.Document(io.BytesIO(files(name, ("docx",))[f"{name}.docx"]))
    title, facts, *rows = document.paragraphs
    assert title.text == f"{name}.wav" and title.style.name == "Heading 1"
    assert facts.text.startswith("0:01:00, ")
    expected = paragraphs(name)
    if not expected:
        assert rows[0].text.startswith("(")
        return
    assert len(rows) == len(expected)
    for row, (speaker, text) in zip(rows, expected, strict=True):
        time, who, said = row.runs
        assert time.text[0] + time.text[-2:] == "[] " and not time.bold
        assert who.text == f"{speaker}: " and who.bold and not said.bold
        assert said.text == text.replace("\x00", "\ufffd")


def test_docx_says_which_way_it_runs_and_counts_pages():
    content = files("languages", ("docx",))["languages.docx"]
    document = docx.Document(io.BytesIO(content))
    backwards = [p for p in document.paragraphs if "<w:bidi/>" in p._p.xml]
    assert [p.runs[-1].text[0] for p in backwards] == ["ש"]
    assert all(run.font.rtl for run in backwards[0].runs)
    footer = document.sections[0].footer.paragraphs[0]._p.xml
    assert 'w:instr="PAGE"' in footer and 'w:instr="NUMPAGES"' in footer
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms" not in archive.read("docProps/core.xml").split(b"<", 3)[3]


def test_docx_without_its_package_is_one_line(monkeypatch):
    monkeypatch.setattr(word_processor, "NEEDED", attrs.evolve(word_processor.NEEDED, name="dokx"))
    with pytest.raises(PluginError, match=r"the format docx needs .*: pip install python-docx$"):
        files("talk", ("txt", "docx"))


@pytest.mark.parametrize("name", CASES)
def test_eaf(name, tmp_path):
    path = tmp_path / "x.eaf"
    path.write_bytes(files(name, ("eaf",))[f"{name}.eaf"])
    found = pympi.Elan.Eaf(str(path))
    assert found.get_linked_files()[0]["RELATIVE_MEDIA_URL"] == f"./{name}.wav"
    tiers = found.get_tier_names()
    said = [row for tier in tiers for row in found.get_annotation_data_for_tier(tier)]
    ids = [a for tier in found.tiers.values() for a in tier[0]]
    assert len(ids) == len(said) == len(set(ids))
    whole = [
        (start, found.get_parameters_for_tier(tier)["PARTICIPANT"], text)
        for tier in tiers
        if "PARENT_REF" not in found.get_parameters_for_tier(tier)
        for start, _, text in found.get_annotation_data_for_tier(tier)
    ]
    expected = [(who, t.replace("\x00", "\ufffd")) for who, t in paragraphs(name)]
    assert sorted(row[1:] for row in whole) == sorted(expected)
    for tier in tiers:
        rows = sorted(found.get_annotation_data_for_tier(tier))
        assert all(start < end for start, end, _ in rows)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(rows))
        parent = found.get_parameters_for_tier(tier).get("PARENT_REF")
        outer = found.get_annotation_data_for_tier(parent) if parent else []
        assert all(any(o[0] <= r[0] and r[1] <= o[1] for o in outer) for r in rows * bool(parent))


@pytest.mark.parametrize("name", CASES)
def test_textgrid(name, tmp_path):
    path = tmp_path / "x.TextGrid"
    path.write_bytes(files(name, ("textgrid",))[f"{name}.TextGrid"])
    grid = textgrids.TextGrid(str(path))
    assert grid.xmin == 0 and grid.xmax == 60
    for tier in grid.values():
        assert tier[0].xmin == 0 and tier[-1].xmax == 60
        assert all(i.xmin < i.xmax for i in tier)
        assert all(a.xmax == b.xmin for a, b in itertools.pairwise(tier))
    said = [i.text for n, t in grid.items() if not n.endswith(" words") for i in t if i.text]
    expected = [text.replace('"', '""') for _, text in paragraphs(name)]  # it leaves them so
    assert sorted(said) == sorted(expected)


@pytest.mark.parametrize("name", CASES)
def test_csv_labels_and_seglst(name, tmp_path):
    made = files(name, ("csv", "audacity", "seglst", "stm"))
    rows = list(csv.DictReader(io.StringIO(made[f"{name}.csv"].decode("utf-8-sig"), newline="")))
    expected = paragraphs(name)
    assert [(r["speaker"], r["text"].removeprefix("'")) for r in rows] == expected
    labels = [line.split("\t") for line in made[f"{name}.audacity.txt"].decode().splitlines()]
    assert [(r["start"], r["end"]) for r in rows] == [(a, b) for a, b, _ in labels]
    path = tmp_path / "x.seglst.json"
    path.write_bytes(made[f"{name}.seglst.json"])
    keys = {"session_id", "start_time", "end_time", "speaker", "words"}
    assert all(row.keys() == keys for row in json.loads(path.read_bytes()))
    stm = [line.split(" ", 5) for line in made[f"{name}.stm"].decode().splitlines()]
    segments = read_seglst(path)
    assert [s.text for s in segments] == [columns[5] for columns in stm]
    assert [s.speaker for s in segments] == [columns[2] for columns in stm]


@pytest.mark.parametrize("name", CASES)
def test_seglst_is_as_meeteval_documents_it(name):
    """A list of segments: texts, and seconds as numbers, none ending before it begins."""
    rows = json.loads(files(name, ("seglst",))[f"{name}.seglst.json"])
    for row in rows:
        assert all(isinstance(row[key], str) for key in ("session_id", "speaker", "words"))
        assert all(isinstance(row[key], int | float) for key in ("start_time", "end_time"))
        assert 0 <= row["start_time"] <= row["end_time"] and row["session_id"] == name


@pytest.mark.parametrize("name", CASES)
def test_seglst_read_by_meeteval(name, tmp_path):
    """meeteval is compiled when it is installed, so that it is no requirement of the tests."""
    meeteval = pytest.importorskip("meeteval", reason="meeteval is not installed")
    path = tmp_path / f"{name}.seglst.json"
    path.write_bytes(files(name, ("seglst",))[path.name])
    found = [(s["speaker"], s["words"], float(s["start_time"])) for s in meeteval.io.load(path)]
    assert found == [(s.speaker, s.text, s.start_s) for s in read_seglst(path)]


def test_no_cell_is_a_formula():
    text = transcript_of((0, "=1+1 is two"))
    cells = written_files(text, formats=("csv",), name="x")["x.csv"].decode()
    assert ",'=1+1 is two\n" in cells


@pytest.mark.parametrize("name", ["talk", "languages", "overlapping"])
def test_subtitles(name):
    """The words of srt and vtt as two other readers have them, blanks and lines aside."""
    made = files(name, ("srt", "vtt"))
    srt = pysubs2.SSAFile.from_string(made[f"{name}.srt"].decode(), format_="srt", keep_html_tags=1)
    vtt = list(webvtt.from_string(made[f"{name}.vtt"].decode()))
    assert len(srt) == len(vtt) > 0
    assert all(cue.start < cue.end for cue in srt)
    expected = bare("".join(text for _, text in paragraphs(name)))
    names = {f"{who}: " for who, _ in paragraphs(name)}
    lines = [without_marks(cue.text.replace("\\N", "\n")) for cue in srt]
    spoken = [next((t[len(n) :] for n in names if t.startswith(n)), t) for t in lines]
    assert bare("".join(spoken)) == expected
    assert bare("".join(html.unescape(cue.text) for cue in vtt)) == expected


def bare(text: str) -> str:
    return "".join(text.split())


class Page(HTMLParser):
    """What a page says, and what could run in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.words, self.data, self._open = [], [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._open = tag

    def handle_data(self, data):
        self.data.append((self._open, data))


@pytest.mark.parametrize("name", CASES)
def test_html_holds_every_word_and_no_other_code(name):
    page = Page(files(name, ("html",))[f"{name}.html"].decode())
    spans = [t for t, a in page.tags if t == "span" and "data-t" in a]
    words = "".join(text for tag, text in page.data if tag == "span")
    for speaker, text in paragraphs(name):
        assert text.replace("\x00", "\ufffd") in words and speaker in words
    assert len(spans) == len(CASES[name].text) + words.count("[unclear]")
    assert [t for t, _ in page.tags].count("script") == 1
    assert not any(key.startswith("on") or key == "style" for _, a in page.tags for key in a)
    links = [a[key] for _, a in page.tags for key in ("src", "href") if key in a]
    assert links == []  # the sound is loaded by the script, nothing else is


def test_html_holds_sound():
    """What stands in the page is the file, byte for byte, in a block that is no script."""
    mp3 = np.arange(200_001, dtype=np.int64).astype(np.uint8)
    page = files("talk", ("html",), more=(Playback(mp3=mp3),))["talk.html"].decode()
    scripts = [a.get("type") for t, a in Page(page).tags if t == "script"]
    assert scripts == ["application/octet-stream", None]
    (block,) = (text for tag, text in Page(page).data if tag == "script" and len(text) > 200_000)
    assert base64.b64decode(block) == mp3.tobytes()
    none = files("talk", ("html",), more=(Playback(),))["talk.html"].decode()
    assert not any(t == "audio" for t, _ in Page(none).tags)
