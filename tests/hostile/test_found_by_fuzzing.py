"""What tools/fuzz has found, each as the smallest input that showed it."""

import io
import json
import sqlite3
import subprocess
import sys

import pytest

from tests._support.command import vsat
from tests._support.encoders import by_sndfile, speechlike
from tests._support.library_documents import added, document, store, texts
from vsat_core.artifacts import Source, Transcript
from vsat_core.config.prepare import prepare
from vsat_core.engine.cache import Cache
from vsat_core.engine.pipeline import Pipeline
from vsat_core.library.library import Library
from vsat_core.printable import say
from vsat_plugins.decode.misleading import to_the_end


def test_a_chunk_that_claims_to_reach_beyond_any_file():
    content = bytearray(by_sndfile(speechlike(0.1), "CAF"))
    content[12:20] = (2**63 - 1).to_bytes(8, "big")  # length of the first chunk
    assert to_the_end(io.BytesIO(content), "a CAF file") == {}


# the second and the third are errors of Python's parser, which NumPy reads headers with
@pytest.mark.parametrize("header", [b"", b"{'descr': (", b"(" * 110, b"{'descr': 1}"])
def test_a_damaged_array_in_the_cache_is_computed_again(tiny, header):
    def words():
        pipeline = Pipeline(prepare(str(tiny.profile)), Cache())
        return [*pipeline.run(Source(tiny.recording), [Transcript]).artifact(Transcript).text]

    before = words()
    tiny.calls()
    for path in Cache().folder.rglob("*.npy"):
        length = len(header).to_bytes(2, "little")
        path.write_bytes(b"\x93NUMPY\x01\x00" + length + header)
    assert words() == before
    assert "decode" in tiny.calls()


def test_a_damaged_definition_of_a_table_is_noticed(tmp_path):
    """SQLite takes any name of a column for a good one."""
    folder, notes = tmp_path / "out", list[str]()
    with Library.open(folder) as library:
        one = added(library, store(folder, document(("Speaker 1", "hello world"))))
        path, before = library.path, texts(library, one)
    content = path.read_bytes()
    assert b"file TEXT UNIQUE" in content
    path.write_bytes(content.replace(b"file TEXT UNIQUE", b"fjle TEXT UNIQUE"))
    with Library.open(folder, note=notes.append) as library:
        assert texts(library, library.recording("talk")) == before
    assert len(notes) == 1 and "was damaged" in notes[0]


@pytest.mark.parametrize("table", ["recording", "state"])
def test_searching_builds_a_damaged_table_again(tmp_path, capsys, table):
    """One that opening the library does not read."""
    folder = tmp_path / "out"
    with Library.open(folder) as library:
        added(library, store(folder, document(("Speaker 1", "hello world"))))
        path = library.path
    base = sqlite3.connect(path)
    (page,) = base.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
    (size,) = base.execute("PRAGMA page_size").fetchone()
    base.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xa5" * size
    path.write_bytes(content)
    assert vsat(f"search world {folder}") == 0
    printed = capsys.readouterr()
    assert "was damaged" in printed.err and "hello world" in printed.out


def test_names_in_errors_keep_to_their_line(tmp_path, capsys):
    profile = tmp_path / "p.toml"
    profile.write_text('extends = "default"\nplugins = ["\u2028no.py"]\n', encoding="utf-8")
    assert vsat(f"show {profile}") == 2
    with pytest.raises(SystemExit):
        vsat("show default --no\x1dthing\x1b[31m")
    printed = capsys.readouterr().err
    assert not set("\u2028\x1d\x1b") & set(printed) and "\\x1b[31m" in printed


def test_a_length_whose_samples_no_number_counts_is_refused(tmp_path, capsys):
    entry = {"id": "talk", "audio": "talk.wav", "seconds": 9e307}
    (tmp_path / "m.json").write_text(json.dumps([entry]))
    assert vsat(f"evaluate {tmp_path}/m.json --profile default --out {tmp_path}/out") == 2
    line = capsys.readouterr().err
    assert "seconds" in line and "unexpected" not in line


def test_a_line_is_one_line_and_steers_no_terminal(capsys):
    say("red \x1b[31m.wav\nnext\u2028line\t\x9b")
    assert capsys.readouterr().out == "red \\x1b[31m.wav next line\t\\x9b\n"


def test_a_warning_of_a_plugin_is_one_line(tiny):
    """In a process of its own, as pytest keeps warnings for itself."""
    code = 'import warnings\nwarnings.warn("first\\nsecond\\x1b[2J")\n'
    plugin = tiny.folder / "tiny.py"
    plugin.write_text(f"{plugin.read_text()}\n{code}")
    command = [sys.executable, "-m", "vsat_core", "run", str(tiny.recording), "--profile"]
    command += [str(tiny.profile), "--out", str(tiny.folder / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = [line for line in done.stderr.splitlines() if "first" in line]
    assert len(said) == 1 and said[0].startswith(f"note: {plugin}:")
    assert said[0].endswith(": UserWarning: first second\\x1b[2J")


@pytest.mark.parametrize(
    "edit",
    [
        {"op": "delete", "words": [1 << 70]},
        {"op": "insert", "after": 10**40, "text": "so"},
        {"op": "bookmark", "at": float("inf")},
        {"op": "bookmark", "at": float("nan")},
        {"op": "accept", "edit": -1},
    ],
)
def test_numbers_that_no_word_has_are_refused(tmp_path, capsys, edit):
    folder, edits = tmp_path / "out", tmp_path / "edits.jsonl"
    with Library.open(folder) as library:
        added(library, store(folder, document(("Speaker 1", "hello world"))))
    edits.write_text(json.dumps(edit))
    assert vsat(f"edit talk {edits} --out {folder}") == 2
    assert f"{edit['op']}: " in (line := capsys.readouterr().err) and "unexpected" not in line


def test_turns_in_any_order_are_exported_in_order(tmp_path):
    talk = document(("Speaker 1", "hello world"), ("Speaker 2", "good day"))
    turns = talk["turns"]
    talk["turns"] = [turns[1], turns[0], {**turns[0], "end": turns[0]["start"]}]
    file = store(tmp_path, talk)
    assert vsat(f"export {file} --format rttm --out {tmp_path}/more") == 0
    rows = (tmp_path / "more" / "talk.rttm").read_text().splitlines()
    assert [row.split()[3] for row in rows] == ["1.000", f"{turns[1]['start']:.3f}"]


@pytest.mark.parametrize("seconds", [1e300, 9e6, -1.0])
def test_a_transcript_of_a_length_that_nothing_holds_is_refused(tmp_path, capsys, seconds):
    file = store(tmp_path, {**document(("Speaker 1", "hello world")), "seconds": seconds})
    assert vsat(f"export {file} --format srt --out {tmp_path}/more") in (0, 2)  # by its memory
    assert "unexpected" not in capsys.readouterr().err


def test_files_that_are_far_too_large_are_refused(tiny, tmp_path, capsys):
    large = {name: tmp_path / name for name in ("p.toml", "p.py", "edits.jsonl")}
    for file, megabytes in zip(large.values(), (2, 5, 300), strict=True):
        with file.open("wb") as opened:
            opened.truncate(megabytes * 1_000_000)  # a hole: takes no space
    assert vsat(f"show {large['p.toml']}") == 2
    vsat(f"list --plugin {large['p.py']}")
    assert vsat(f"run {tiny.recording} --profile {tiny.profile} --out {tmp_path / 'out'}") == 0
    store(tmp_path / "out", document(("Speaker 1", "hello world")), "other")
    assert vsat(f"library rebuild {tmp_path / 'out'}") == 0
    assert vsat(f"edit other {large['edits.jsonl']} --out {tmp_path / 'out'}") == 2
    printed = capsys.readouterr()
    assert (printed.out + printed.err).count("too much for a") == 3
