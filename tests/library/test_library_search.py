"""Search in a library: the same matches as reading every file, filters, corrections, and nothing
heavy imported.
"""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests._support.command import vsat
from tests._support.library_documents import added, document, random_lines, store
from vsat_core.errors import InputError, VsatError
from vsat_core.library.finding import Filters, search
from vsat_core.library.library import Library
from vsat_core.library.location import library_at, library_of
from vsat_core.search.folder import search_folder
from vsat_core.search.query import Query
from vsat_core.search.tokens import tokens_of, tokens_of_all

A, B = "Speaker 1", "Speaker 2"
HEAVY = ("numpy", "rich", "pluggy", "torch", "attr", "msgspec", "difflib", "tempfile", "av")


@pytest.fixture
def archive(tmp_path):
    """Three recordings of some hundred words."""
    with Library.open(tmp_path) as library:
        for k in range(3):
            added(library, store(tmp_path, document(*random_lines(k, 60)), f"talk{k}"))
    return tmp_path


@pytest.mark.parametrize(
    "query",
    [
        "budget",
        "budget report",
        '"budget report"',
        "we*",
        '"and we wil*"',
        "don't",
        "WELL-KNOWN",
        '"of the" budget',
        "NEAR(budget report, 1)",
        'NEAR("and we" report) late',
        "missing",
    ],
)
def test_the_same_as_in_the_files(archive, query):
    wanted = Query.parse(query)
    arguments = [query] if '"' in query or "NEAR" in query else query.split()
    in_files = {
        (hit.file.name, hit.seconds, hit.speaker, hit.context)
        for hit in search_folder(arguments, archive)
    }
    with Library.open(archive) as library:
        found = search(library.base, wanted)
    assert {(hit.file, hit.start_s, hit.speaker, hit.context) for hit in found} == in_files
    assert (len(in_files) > 0) == (query != "missing")


def test_phrases_across_passages_and_in_long_lines(tmp_path):
    words = [f"w{k}" for k in range(2000)]
    with Library.open(tmp_path) as library:
        added(library, store(tmp_path, document((A, " ".join(words)))))
        for k in range(0, 1990, 7):
            found = search(library.base, Query.parse(f'"w{k} w{k + 1} w{k + 2}"'))
            assert [hit.text for hit in found] == [f"w{k} w{k + 1} w{k + 2}"]
        long = " ".join(words[100:140])
        assert [h.text for h in search(library.base, Query.parse(f'"{long}"'))][:1] in ([], [long])


def test_filters(tmp_path):
    with Library.open(tmp_path) as library:
        one = added(library, store(tmp_path, document((A, "the budget"), (B, "a budget")), "one"))
        two = document((A, "budget"), confidence=0.4)
        two["language"] = "de"
        added(library, store(tmp_path, two, "two"))
        library.base.execute("UPDATE recording SET recorded = '2025-01-01T00:00:00Z' WHERE id > 1")
        library.apply(one.id, {"op": "rename_speaker", "speaker": B, "name": "Anna"})

        def found(**filters):
            return [
                (h.file, h.speaker)
                for h in search(library.base, Query.parse("budget"), Filters(**filters))
            ]

        assert found() == [("two.json", A), ("one.json", A), ("one.json", "Anna")]
        assert found(speakers=("anna",)) == [("one.json", "Anna")]
        assert found(after="2026") == [("one.json", A), ("one.json", "Anna")]
        assert found(before="2025-06") == [("two.json", A)]
        assert found(language="de") == [("two.json", A)]
        assert found(confidence=0.5) == [("one.json", A), ("one.json", "Anna")]
        assert found(recordings=(one.id,), speakers=(A,)) == [("one.json", A)]
        with pytest.raises(InputError, match="did you mean 'Anna'"):
            found(speakers=("Ana",))


def test_corrections_are_found_and_what_they_replaced_is_not(tmp_path):
    with Library.open(tmp_path) as library:
        one = added(
            library, store(tmp_path, document((A, "we met okonkow in may"), (B, "yes we did")))
        )
        library.apply(one.id, {"op": "replace", "words": [2], "text": "Okonkwo"})
        library.apply(one.id, {"op": "merge_speakers", "speaker": B, "into": A})

        def n(query):
            return len(search(library.base, Query.parse(query)))

        assert (n("okonkow"), n("okonkwo"), n('"met okonkwo in"'), n('"may yes"')) == (0, 1, 1, 1)
        library.undo(one.id)
        assert n('"may yes"') == 0
        library.undo(one.id)
        assert (n("okonkow"), n("okonkwo")) == (1, 0)


def test_scripts_without_blanks(tmp_path):
    value = document((A, "今日 は 晴れ 。 Python 3"))
    value["language"] = "ja"
    with Library.open(tmp_path) as library:
        added(library, store(tmp_path, value))
        (hit,) = search(library.base, Query.parse("日は晴"))
        assert hit.text == "今日 は 晴れ" and hit.context.startswith("今日は晴れ。")


def test_command(archive, capsys):
    assert vsat(f"search budget report {archive} --limit 3") == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 3 and "--limit 0" in err
    assert out.startswith(f"{archive}/talk2.json  0:0")
    assert vsat(f"search budget {archive} --in talk1 --json") == 0
    hits = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {hit["file"] for hit in hits} == {f"{archive}/talk1.json"} and hits[0]["words"]
    assert vsat(f"search unheard {archive}") == 1
    assert vsat(f"search budget --library {archive} --after nonsense") == 2
    assert "expected a date" in capsys.readouterr().err


def test_a_file_that_came_later_is_taken_in(archive, capsys):
    store(archive / "deep", document((A, "a zebra")), "new")
    assert vsat(f"search zebra {archive}") == 0
    assert "new.json" in capsys.readouterr().out
    assert vsat(f"search zebra {archive / 'deep'}") == 0
    assert vsat(f"search budget {archive / 'deep'}") == 1


def test_filters_need_a_library(tmp_path, capsys):
    store(tmp_path, document((A, "a zebra")))
    assert vsat(f"search zebra {tmp_path}") == 0
    assert vsat(f"search 'NEAR(a zebra)' {tmp_path}") == 0
    assert vsat(f"search zebra {tmp_path} --speaker X") == 2
    assert "vsat library rebuild" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["NEAR(one)", "NEAR(one two, 50)"])
def test_near_that_cannot_be(text):
    with pytest.raises(VsatError, match="NEAR"):
        Query.parse(text)


def test_nothing_heavy_is_imported(archive):
    code = (
        "import sys\nfrom vsat_core.cli import main\n"
        f"main({shlex.split(f'search budget {archive}')!r})\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]" and len(done.stdout.splitlines()) > 2


@given(st.lists(st.text("aB.'3-é今", max_size=6), max_size=8))
def test_tokens_of_a_passage_are_those_of_its_words(words):
    assert tokens_of_all(words) == [tokens_of(word) for word in words]


def test_words_far_apart_in_one_long_line(tmp_path):
    """A line that is kept in many passages is one line, whatever made it so."""
    words = [f"w{k}" for k in range(3000)]
    words[100], words[1500], words[2900] = "apple", "pear", "plum"
    short = [(A, "apple and more"), (B, "pear")] * 40
    with Library.open(tmp_path) as library:
        added(library, store(tmp_path, document((A, " ".join(words)), (B, "plum")), "long"))
        talk = added(library, store(tmp_path, document(*short), "talk"))

        def n(query, **filters):
            return len(search(library.base, Query.parse(query), Filters(**filters)))

        assert n("apple pear") == 1 and n("plum apple pear") == 1
        assert n("apple pear", recordings=(talk.id,)) == 0
        assert n('"w98 w99" NEAR(pear w1503, 3)') == 1 == n("apple plum", speakers=(A,))
        assert n("apple unheard") == 0 == n("apple plum", speakers=(B,))
        library.apply(talk.id, {"op": "merge_speakers", "speaker": B, "into": A})
        in_files = n("apple pear", recordings=(talk.id,))
        assert in_files == 79  # each apple with the pear after it, each pear with the next apple
        library.undo(talk.id)
        assert n("apple pear") == 1


@pytest.mark.parametrize("name", ["~nobody-of-this-name/x", "~root\udce1"])
def test_a_tilde_without_a_user_is_a_name(name):
    assert library_at(Path(name)) == library_of(Path(name))
