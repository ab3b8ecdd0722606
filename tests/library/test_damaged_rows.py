"""A value that damage has changed inside of a row: whatever reads it, the library is built again
and says what was said before; without damage an error is what it is.
"""

import json
import os
import sqlite3

import pytest

from tests._support.command import vsat
from tests._support.library_documents import added, document, dump, random_lines, said, store
from vsat_core.errors import InputError
from vsat_core.formats.json_text import parsed_json
from vsat_core.library.corrected import corrected_transcript
from vsat_core.library.library import Library, using
from vsat_core.library.location import journal_of

DAMAGE = {
    "a number too low": "UPDATE state SET value = 3 WHERE name = 'number'",
    "a number that is text": "UPDATE state SET value = 'x' WHERE name = 'number'",
    "a number too high": f"UPDATE state SET value = {1 << 62} WHERE name = 'number'",
    "text that is no text": "UPDATE state SET value = CAST(X'FFFE' AS TEXT)",
    "runs of speakers": "UPDATE passage SET speakers = '3'",
    "a speaker nobody is": "UPDATE passage SET speakers = replace(speakers, '1x', '9x')",
    "merged in a circle": "UPDATE speaker SET merged_into = number",
    "no name": "UPDATE speaker SET name = X'07'",
    "times": "UPDATE passage SET numbers = 'x'",
    "an entry that is no JSON": "UPDATE edit SET entry = 'done'",
    "an entry without a number": "UPDATE edit SET entry = '{}'",
    "changes": "UPDATE edit SET changes = '[[\"words\", 1]]'",
    "words that are not there": "UPDATE edit SET changes = replace(changes, 'new', 'old')",
    "an edit under another number": "UPDATE edit SET number = number + 40",
    "facts": "UPDATE recording SET file_mtime_ns = CAST(X'EDA080' AS TEXT)",
    "an empty index": "UPDATE passage_text_data SET block = X'00' WHERE id = 10",
}
COMMANDS = (
    "search budget {0}",
    "library list --out {0}",
    "library show talk --out {0}",
    "library show talk --words --out {0}",
    "library check --out {0}",
    "edit talk --undo 2 --out {0}",
    "stats {0}",
    "library rebuild --out {0}",
    "library forget talk --yes --out {0}",
)


def made(folder):
    """A library of one recording with three edits; its path, and all that it says."""
    lines = [("Speaker 0", "the new report"), *random_lines(7, 12)]
    with Library.open(folder) as library:
        one = added(library, store(folder, document(*lines)))
        for k in range(3):
            library.apply(one.id, {"op": "replace", "words": [k], "text": f"new{k}"})
        return library.path, dump(library.base)


def damage(path, statement):
    base = sqlite3.connect(path)
    base.execute("PRAGMA writable_schema = ON")  # the full-text index, too
    assert base.execute(statement).rowcount
    base.commit()
    base.close()


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_fails_on_a_damaged_row(tmp_path, capsys, kind, command):
    path, _ = made(tmp_path)
    damage(path, DAMAGE[kind])
    code = vsat(command.format(tmp_path))
    printed = capsys.readouterr()
    assert "unexpected" not in printed.err and "Traceback" not in printed.err
    if "check" in command and code:
        assert code == 2 and "vsat library rebuild mends it" in printed.err
    elif (kind, command) == ("an empty index", COMMANDS[0]):
        assert code == 1  # nothing shows it but a check
    else:
        assert code == 0


def test_a_check_sees_an_index_that_lacks_words(tmp_path, capsys):
    path, _ = made(tmp_path)
    assert vsat(f"library check {tmp_path}") == 0
    damage(path, DAMAGE["an empty index"])
    assert vsat(f"library check {tmp_path}") == 2
    assert "full-text index" in capsys.readouterr().err


@pytest.mark.parametrize("kind", [k for k in DAMAGE if k not in ("a number too high", "facts")])
def test_what_an_edit_needs_is_built_again_before_it(tmp_path, kind):
    path, before = made(tmp_path)
    damage(path, DAMAGE[kind])
    with Library.open(tmp_path) as library:
        one = library.mended(lambda: library.recording("talk"))
        library.undo(one.id)
        library.redo(one.id)
        step = library.apply(one.id, {"op": "note", "word": 5, "text": "here"}).number
        assert step > max(row[1] for row in before["edit"])
    lines = [json.loads(line) for line in journal_of(path).read_text().splitlines()]
    numbers = [line["number"] for line in lines]
    assert numbers == sorted(set(numbers))  # none was given twice, so none is lost
    with Library.open(tmp_path) as library:
        library.undo(one.id)
        assert library.words(one.id)[0].text == "new0"


def test_an_error_that_is_no_damage_builds_nothing(tmp_path):
    path, _ = made(tmp_path)
    before = path.stat().st_ino
    with pytest.raises(TypeError, match="ours"):
        using(tmp_path, lambda library: fail())
    assert path.stat().st_ino == before
    assert not list(path.parent.glob("*damaged*")) and not list(path.parent.glob("*.part*"))


def fail():
    raise TypeError("ours")


def test_a_damaged_library_that_can_only_be_read_is_refused(tmp_path):
    path, _ = made(tmp_path)
    damage(path, DAMAGE["no name"])
    with pytest.raises(InputError, match="may be damaged"):
        using(tmp_path, lambda library: library.speakers(library.recording("talk").id), True)


def test_a_word_that_lasts_no_time_changes_its_speaker(tmp_path):
    talk = document(("Speaker 1", "one two three"), ("Speaker 2", "four"))
    word = talk["segments"][0]["words"][1]
    word["end"] = word["start"]
    file = store(tmp_path, talk)
    with Library.open(tmp_path) as library:
        one = added(library, file)
        library.apply(one.id, {"op": "reassign", "words": [1], "speaker": "Speaker 2"})
        assert said(library, one)[1] == ("Speaker 2", "two")
    assert all(turn.start < turn.end for turn in corrected_transcript(file).turns)
    assert vsat(f"export {file} --format rttm,srt --out {tmp_path}/more") == 0


@pytest.mark.parametrize("text", ['"\\ud800"', b'"\xed\xa0\x80"'])
def test_half_a_character_is_no_json(text):
    with pytest.raises(ValueError, match="surrogate"):
        parsed_json(text)


def test_a_plugins_own_json_builds_nothing_again(tmp_path, capsys):
    path, _ = made(tmp_path)
    before = path.stat().st_ino
    (tmp_path / "own.json").write_text('{"vsat": 1, "words": [{"word": 3}]}')
    assert vsat(f"search budget {tmp_path}") == 0
    assert path.stat().st_ino == before
    assert "passed over" in capsys.readouterr().err


def test_a_transcript_whose_name_is_no_text_stays_out_and_nothing_is_built_again(tmp_path, capsys):
    path, _ = made(tmp_path)
    before = path.stat().st_ino
    (tmp_path / os.fsdecode(b"\xc1.json")).write_bytes((tmp_path / "talk.json").read_bytes())
    assert vsat(f"search budget {tmp_path}") == 0
    assert vsat(f"library check {tmp_path}") == 0
    assert path.stat().st_ino == before and capsys.readouterr().err == ""


def test_a_schema_that_is_no_text_under_a_header_of_nobody(tmp_path):
    """SQLite's own line about it is no text either."""
    path, before = made(tmp_path)
    content = bytearray(path.read_bytes())
    content[68:72] = bytes(4)  # whose file it is
    at = content.index(b"CREATE TABLE speaker")
    content[at : at + 12] = b"CREATE \x81\xff\x81\xff\x81"
    path.write_bytes(content)
    with Library.open(tmp_path) as library:
        assert dump(library.base) == before


def test_another_text_encoding_in_the_header(tmp_path):
    """SQLite reads such a file, and fails when it rewrites it."""
    path, _ = made(tmp_path)
    content = bytearray(path.read_bytes())
    content[59] = 2  # UTF-16
    path.write_bytes(content)
    assert vsat(f"library forget talk --yes --out {tmp_path}") == 0
    assert vsat(f"library check {tmp_path}") == 0
