"""`vsat export` as a user types it, on transcripts that `write` made."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from tests._support.command import vsat
from tests._support.library_documents import added, document, store
from tests._support.transcripts import transcript_of
from tests._support.write_cases import TRANSCRIPTS
from tests._support.written import written_files
from vsat_core.artifacts import TextColumn, Transcript
from vsat_core.cli import main
from vsat_core.export import stored as stored_module
from vsat_core.export.playback import encode
from vsat_core.export.stored import read_stored
from vsat_core.formats.endings import RESULT_FORMATS, result_name
from vsat_core.library.library import Library

PUBLIC = [f for f in RESULT_FORMATS if f not in ("json", "docx")]


@pytest.fixture
def talk(tmp_path, monkeypatch):
    """The json of a talk in ./notes, and its other files as `write` makes them."""
    monkeypatch.chdir(tmp_path)
    Path("notes").mkdir()
    made = written_files(TRANSCRIPTS["talk"], formats=RESULT_FORMATS, name="talk", points=1000)
    Path("notes/talk.json").write_bytes(made["talk.json"])
    return made


def corrected(monkeypatch, word: str, replacement: str) -> None:
    """As if the library had this correction."""
    plain = stored_module.corrected_transcript

    def changed(path, library=None):
        transcript = plain(path, library)
        return msgspec.structs.replace(
            transcript,
            segments=[
                msgspec.structs.replace(
                    s,
                    words=[
                        msgspec.structs.replace(w, word=w.word.replace(word, replacement))
                        for w in s.words
                    ],
                )
                for s in transcript.segments
            ],
        )

    monkeypatch.setattr(stored_module, "corrected_transcript", changed)


def test_every_format_is_that_of_the_run(talk):
    """All times of this talk are whole milliseconds, so that nothing may differ."""
    assert vsat(f"export notes/talk.json --format {','.join(RESULT_FORMATS)} --out here") == 0
    for name in RESULT_FORMATS:
        file = result_name("talk", name)
        assert Path("here", file).read_bytes() == talk[file], file
    assert len([p for p in Path("here").iterdir() if p.name != ".vsat"]) == len(RESULT_FORMATS)


def test_corrections_are_in_every_format(talk, monkeypatch):
    corrected(monkeypatch, "lighthouse", "phare")
    names = [f for f in PUBLIC if f != "rttm"]
    assert vsat(f"export notes/talk.json --format {','.join(names)},json --out here") == 0
    for name in [*names, "json"]:
        text = Path("here", result_name("talk", name)).read_text(encoding="utf-8")
        assert "phare" in text and "lighthouse" not in text, name
    index = json.loads(Path("here/talk.json").read_bytes())["index"]
    assert "phare" in index and "lighthouse" not in index


def test_corrections_of_a_library(tmp_path, monkeypatch, capsys):
    """A word is replaced, two speakers become one with a name: in the export, not in the json."""
    monkeypatch.chdir(tmp_path)
    said = document(("Speaker 1", "the secretword is"), ("Speaker 2", "late today"))
    with Library.open(tmp_path) as library:
        added(library, store(tmp_path, said))
    before = Path("talk.json").read_bytes()
    operations = [
        {"op": "replace", "words": [1], "text": "Kennwort"},
        {"op": "rename_speaker", "speaker": "Speaker 1", "name": "Zoë"},
        {"op": "merge_speakers", "speaker": "Speaker 2", "into": "Zoë"},
    ]
    Path("edits.jsonl").write_text("".join(json.dumps(one) + "\n" for one in operations))
    assert vsat("edit talk edits.jsonl --out .") == 0
    assert vsat("export talk.json --format txt,rttm,docx,json --out sent") == 0
    text = Path("sent/talk.txt").read_text(encoding="utf-8")
    assert "Zoë: the Kennwort is" in text and "Speaker" not in text
    assert {row.split()[7] for row in Path("sent/talk.rttm").read_text().splitlines()} == {"Zoë"}
    assert Path("talk.json").read_bytes() == before
    capsys.readouterr()
    assert vsat("stats talk.json --format json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert [s["speaker"] for s in row["speakers"]] == ["Zoë"]


def test_an_exported_json_is_a_transcript_of_the_same_content(talk):
    vsat("export notes/talk.json --format json --out here")
    again, first = (read_stored(Path(folder, "talk.json")) for folder in ("here", "notes"))
    assert again.transcript == first.transcript and again.waveform == first.waveform


def test_what_plugins_have_shown_stays(talk):
    value = json.loads(Path("notes/talk.json").read_bytes()) | {"keywords": ["a", {"b": 1}]}
    Path("notes/talk.json").write_text(json.dumps(value))
    assert vsat("export notes/talk.json --format json --out here") == 0
    assert json.loads(Path("here/talk.json").read_bytes())["keywords"] == ["a", {"b": 1}]


@pytest.mark.parametrize("name", ["inverted", "scan"])
def test_a_transcript_of_the_first_schema(name, monkeypatch, tmp_path):
    path = Path(__file__).parents[1] / "formats" / "schema1" / f"{name}.json"
    monkeypatch.chdir(tmp_path)
    assert vsat(f"export {path} --format txt,eaf --out .") == 0
    assert "Speaker 1: Shall we start with the lighthouse?" in Path(f"{name}.txt").read_text()


def test_wrong_formats_are_one_line(talk, capsys):
    cases = {
        "docxx": "there is no format 'docxx', did you mean 'docx'?",
        ",": "name at least one of txt,",
        "qqqqq": "there is no format 'qqqqq'; there are txt, json",
    }
    for asked, says in cases.items():
        assert vsat(f"export notes/talk.json --format {asked}") == 2
        err = capsys.readouterr().err
        assert says in err and err.count("\n") == 1
    assert vsat("export notes/talk.json --format srt --sound inside") == 2
    assert "are for the format html" in capsys.readouterr().err


def test_the_transcript_itself_is_never_replaced(talk, capsys):
    before = Path("notes/talk.json").read_bytes()
    assert vsat("export notes/talk.json --format txt,json --overwrite") == 2
    assert "choose another folder with --out" in capsys.readouterr().err
    assert Path("notes/talk.json").read_bytes() == before
    assert not Path("notes/talk.txt").exists()


def test_what_somebody_changed_is_kept(talk, capsys):
    line = "export notes/talk.json --format txt,srt"
    assert vsat(line) == 0
    Path("notes/talk.txt").write_text("mine")
    assert vsat(line) == 0
    assert Path("notes/talk.txt").read_text() == "mine"
    assert Path("notes/talk.new.txt").read_bytes() == talk["talk.txt"]
    assert "changed by hand and kept: talk.txt" in capsys.readouterr().out
    assert not Path("notes/talk.new.srt").exists()
    assert vsat(f"{line} --overwrite") == 0
    assert Path("notes/talk.txt").read_bytes() == talk["talk.txt"]


def test_names_of_files_and_folders(talk, capsys):
    assert vsat("export notes/talk.json --format docx --out sent/minutes.docx") == 0
    assert Path("sent/minutes.docx").stat().st_size > 10_000
    assert vsat("export notes/talk.json --format docx,txt --out minutes.docx") == 2
    assert "names one file; name a folder" in capsys.readouterr().err
    assert vsat("export notes/talk.json --format txt --out minutes.docx") == 2
    assert "which --format does not name" in capsys.readouterr().err


def test_a_name_that_is_no_text_beside_a_library(talk):
    """A library cannot have it, so nothing of it was corrected."""
    file = Path("notes/k\udce9.json")
    file.write_bytes(talk["talk.json"])
    with Library.open(Path("notes")):
        pass
    assert main(["export", str(file), "--format", "srt", "--out", "here"]) == 0
    assert Path("here/k\udce9.srt").read_bytes() == talk["talk.srt"]


def test_folders_are_mirrored_and_a_bad_file_costs_itself(talk, capsys):
    Path("notes/deep").mkdir()
    Path("notes/deep/talk.json").write_bytes(talk["talk.json"])
    Path("notes/other.json").write_text('{"a": 1}')
    Path("notes/broken.json").write_text('{"vsat":"0.2.0", "turns": 5}')
    assert vsat("export notes nothing.json --format srt --out all") == 2
    assert sorted(p.relative_to("all").as_posix() for p in Path("all").rglob("*.srt")) == [
        "deep/talk.srt",
        "talk.srt",
    ]
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 2
    assert any("broken.json" in e for e in errors) and any("nothing.json" in e for e in errors)


def test_the_sound_of_a_page(talk, capsys, monkeypatch):
    """Beside: a relative address; inside: the recording itself, by whatever decodes it."""
    assert vsat("export notes/talk.json --format html --out sent") == 0
    assert 'data-src="./talk.wav"' in Path("sent/talk.html").read_text()
    tone = np.sin(np.arange(32_000) / 8).astype(np.float32) / 4
    Path("my sound").mkdir()
    soundfile.write("my sound/talk.wav", tone, 16_000)
    assert vsat("export notes/talk.json --format html --out sent --audio 'my sound'") == 0
    assert 'data-src="./../my%20sound/talk.wav"' in Path("sent/talk.html").read_text()
    assert vsat("export notes/talk.json --format html --out sent --sound inside") == 2
    assert "was not found; say where it is by --audio" in capsys.readouterr().err
    line = "export notes/talk.json --format html --out sent --audio 'my sound/talk.wav'"
    assert vsat(f"{line} --sound inside") == 0
    page = Path("sent/talk.html").read_text()
    assert 'id="inside">' in page and len(page) > 2 * 5_000 * 4 // 3
    assert vsat("export notes/talk.json --format html --out sent --sound none") == 0
    assert "<audio" not in Path("sent/talk.html").read_text()


def test_encoded_sound_has_its_length_and_place(tmp_path):
    rng = np.random.default_rng(1)
    sound = np.cumsum(rng.normal(0, 0.01, 40_000)).astype(np.float32)
    sound = np.diff(sound, prepend=0).astype(np.float32) * np.repeat([0, 4, 0, 2], 10_000)
    encode(sound.astype(np.float32), tmp_path / "a.mp3")
    heard, rate = soundfile.read(tmp_path / "a.mp3", dtype="float32")
    assert rate == 16_000 and len(heard) == len(sound)
    loud = [float(np.abs(part).mean()) for part in np.split(heard, 4)]
    assert loud[1] > loud[3] > 10 * max(loud[0], loud[2])
    assert (tmp_path / "a.mp3").stat().st_size < 20_000


def test_unclear_speech_belongs_to_the_corrected_turns(talk, monkeypatch):
    """Its speaker is found again among the turns: his name may be another by now."""
    made = written_files(TRANSCRIPTS["unclear"], formats=("json",), name="u")["u.json"]
    Path("u.json").write_bytes(made)
    plain = stored_module.corrected_transcript

    def renamed(path, library=None):
        transcript = plain(path, library)
        turns = [called(row) for row in transcript.turns]
        segments = [called(row) for row in transcript.segments]
        return msgspec.structs.replace(transcript, turns=turns, segments=segments)

    def called(row):
        words = {"words": [called(w) for w in row.words]} if hasattr(row, "words") else {}
        name = row.speaker.replace("Speaker 2", "Anna")
        return msgspec.structs.replace(row, speaker=name, **words)

    assert "Speaker 2: three [unclear]" in text_of("u")
    monkeypatch.setattr(stored_module, "corrected_transcript", renamed)
    stored = read_stored(Path("u.json")).transcript
    names = [stored.names[who] if who >= 0 else "" for who in stored.unclear_speaker]
    assert "Anna" in names and "Speaker 2" not in stored.names


def text_of(name: str) -> str:
    assert vsat(f"export {name}.json --format txt --out text") == 0
    return Path("text", f"{name}.txt").read_text(encoding="utf-8")


def test_a_run_writes_every_format_and_knows_them_again(tiny, monkeypatch, capsys):
    """Also those whose files are not called like the format."""
    monkeypatch.chdir(tiny.folder)
    formats = ",".join(RESULT_FORMATS)
    real = "--set stages.write.use=files.baseline"
    line = f"run talk.wav --profile {tiny.profile} {real} --format {formats} --out out"
    assert vsat(line) == 0
    made = {p.name for p in Path("out").iterdir() if p.name != ".vsat"}
    assert made == {result_name("talk", f) for f in RESULT_FORMATS}
    capsys.readouterr()
    assert vsat(f"{line} --skip-existing") == 0
    assert "1 skipped, their results are there" in capsys.readouterr().out
    assert vsat("export out/talk.json --format docx --out again") == 0
    assert Path("again/talk.docx").read_bytes() == Path("out/talk.docx").read_bytes()


def long_transcript(hours: float) -> Transcript:
    """Words of 0.3 s, three a second, two speakers who take turns of 10 s."""
    n = int(hours * 3600 * 3)
    start = np.arange(n, dtype=np.int64) * 16_000 // 3
    who = (start // 160_000 % 2).astype(np.int32)
    turns = np.arange(int(hours * 360), dtype=np.int64) * 160_000
    return Transcript(
        TextColumn.of(f"word{i % 977}" + "." * (i % 11 == 0) for i in range(n)),
        start,
        start + 4_800,
        who,
        np.zeros(n, np.int32),
        turns,
        turns + 160_000,
        (turns // 160_000 % 2).astype(np.int32),
    )


def test_four_hours(tmp_path):
    """Every word is there; the zeros that stand for the samples are never touched."""
    transcript = long_transcript(4)
    made = written_files(transcript, formats=("json",), name="long", seconds=4 * 3600.0)
    (tmp_path / "long.json").write_bytes(made["long.json"])
    before = resident()
    out = tmp_path / "out"
    assert vsat(f"export {tmp_path}/long.json --format txt,html,docx,eaf,textgrid --out {out}") == 0
    assert resident() - before < 400e6
    text = (out / "long.txt").read_text()
    assert sum(len(line.split(": ", 1)[1].split()) for line in text.splitlines()) == 43_200
    assert (out / "long.html").read_text().count("<span data-t=") == 43_200


def resident() -> int:
    """Bytes of anonymous memory of this process."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) * 1024


def test_right_to_left_and_odd_names(tmp_path, monkeypatch):
    """A file name with blanks, a quote and another script, in every format."""
    monkeypatch.chdir(tmp_path)
    name = 'a "b" & שלום'
    made = written_files(transcript_of((0, "שלום לכולם", "he")), formats=("json",), name=name)[
        f"{name}.json"
    ]
    Path(f"{name}.json").write_bytes(made)
    formats = ",".join(PUBLIC)
    assert main(["export", f"{name}.json", "--format", formats, "--out", "o"]) == 0
    assert len(list(Path("o").glob("a*"))) == len(PUBLIC)
    assert 'dir="auto" lang="he">' in Path("o", f"{name}.html").read_text()
