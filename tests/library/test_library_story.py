"""By commands alone: a recording is transcribed, corrected, transcribed again with another number
of speakers, and exported; every correction is in every file.
"""

import json

import pytest

from tests._support.command import vsat
from tests._support.harbour import harbour_talk
from vsat_core.formats.rttm import read_rttm
from vsat_core.library.library import Library

FORMATS = "txt,json,srt,vtt,docx,rttm,csv,html"
NAME = "harbour talk"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """`vsat run` with more options; results are in `out`."""
    profile, recording = harbour_talk(tmp_path / "talk")
    monkeypatch.setenv("VSAT_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def again(options=""):
        line = f"run '{recording}' --profile '{profile}' --out out --format json {options}"
        assert vsat(line) == 0

    return again


def words(folder):
    """(text, speaker) of each word, as it is now."""
    with Library.open(folder) as library:
        one = library.recording(NAME)
        speakers = library.speakers(one.id)
        return [(word.text, speakers.name(word.speaker)) for word in library.words(one.id)]


def corrected(tmp_path):
    """Twenty words corrected, two speakers merged and named, by a file of operations."""
    fixes = {i: f"Right{i}" for i in range(0, 40, 2)}
    operations = [{"op": "replace", "words": [i], "text": text} for i, text in fixes.items()]
    operations += [
        {"op": "merge_speakers", "speaker": "Speaker 3", "into": "Speaker 2"},
        {"op": "rename_speaker", "speaker": "Speaker 2", "name": "Ben Ruiz"},
    ]
    file = tmp_path / "operations.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in operations))
    assert vsat(f"edit '{NAME}' operations.jsonl --out out") == 0
    return fixes


def test_corrections_outlive_another_clustering(run, tmp_path, capsys):
    """To fewer speakers and back."""
    run("--num-speakers 3")
    assert {who for _, who in words("out")} == {"Speaker 1", "Speaker 2", "Speaker 3"}
    fixes = corrected(tmp_path)
    before = words("out")
    assert [before[i][0] for i in fixes] == list(fixes.values())
    assert {who for _, who in before} == {"Speaker 1", "Ben Ruiz"}
    for n in (2, 3):
        run(f"--num-speakers {n}")
        assert words("out") == before
    capsys.readouterr()
    assert vsat(f"library show '{NAME}' --out out") == 0
    assert "conflict" not in capsys.readouterr().out.lower()
    assert vsat(f"export 'out/{NAME}.json' --format {FORMATS} --out files") == 0
    exported(tmp_path / "files", list(fixes.values()))


def exported(folder, texts):
    """Every correction is in every file."""
    from docx import Document

    for ending in ("txt", "json", "srt", "vtt", "csv", "html"):
        text = (folder / f"{NAME}.{ending}").read_text(encoding="utf-8")
        assert [word for word in texts if word not in text] == [], ending
        assert "Ben Ruiz" in text and "Speaker 3" not in text, ending
    document = Document(str(folder / f"{NAME}.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert all(word in text for word in texts) and "Ben Ruiz" in text
    speakers = {turn.speaker for turn in read_rttm(folder / f"{NAME}.rttm")}
    assert len(speakers) == 2 and any("Ben" in who for who in speakers)
