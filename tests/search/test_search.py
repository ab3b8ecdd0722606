"""Search: what words are the same, what queries mean, and equal answers from an index and from
reading everything.
"""

import itertools
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests._support.transcripts import transcript_of
from tests._support.written import written
from vsat_core.artifacts import WordIndex
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import InputError, VsatError
from vsat_core.plugin import NoParams
from vsat_core.search.folder import search_folder
from vsat_core.search.matching import Match, Searcher, find
from vsat_core.search.query import Query, Term, normalise
from vsat_plugins.index import (
    fts5_native,
    inverted_baseline as inverted,
    inverted_numba,
    scan_baseline as scan,
    scan_numba,
)

ALPHABET = "ab"  # so small that repeated words, overlaps and phrases really occur
WORDS = st.text(ALPHABET, min_size=1, max_size=2)
TURNS = st.lists(st.tuples(st.integers(0, 1), st.lists(WORDS, min_size=1, max_size=6)), max_size=5)
PARTS = st.lists(
    st.lists(st.builds(Term, WORDS, st.booleans()), min_size=1, max_size=3).map(tuple),
    min_size=1,
    max_size=3,
)


def indexes(transcript):
    with Workspace() as run:
        kinds = (scan.Baseline, inverted.Baseline, fts5_native.Native)
        return [kind(NoParams(), NoParams())(transcript, run=run) for kind in kinds]


def hits(query: str, *lines: tuple[int, str]) -> list[tuple[int, ...]]:
    transcript = transcript_of(*lines)
    answers = [list(find(index, Query.parse(query))) for index in indexes(transcript)]
    assert answers[0] == answers[1] == answers[2]
    return [match.words for match in answers[0]]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Budget,", "budget"),
        ("“Don’t!”", "don't"),
        ("'tis", "tis"),
        ("dogs'", "dogs"),
        ("r'n'b", "r'n'b"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ﬁne", "fine"),
        ("３", "3"),
        ("3.5%", "3.5"),
        ("1,000", "1000"),
        ("well-known", "wellknown"),
        ("end.", "end"),
        ("—", ""),
        ("''", ""),
        ("Cafe\u0301", "café"),
    ],
)
def test_normalise(written, expected):
    assert normalise(written) == expected


@given(st.text(max_size=8))
def test_normalising_again_changes_nothing(word):
    once = normalise(word)
    assert normalise(once) == once == unicodedata.normalize("NFKC", once)


@pytest.mark.parametrize(
    ("query", "lines", "found"),
    [
        ("budget report", ["The report on the budget.", "Budget? No.", "A report."], [(1, 4)]),
        ('"budget report"', ["Budget report, report budget.", "budget", "report"], [(0, 1)]),
        ("budg*", ["Budget, budgie, bud, abudget, BUDG"], [(0,), (1,), (4,)]),
        ("no", ["no no yes", "No."], [(0,), (1,), (3,)]),
        ("a b", ["a x a b y y b a"], [(2, 3), (6, 7)]),  # the shortest stretches only
    ],
)
def test_words_anywhere_in_one_line_and_phrases_in_order(query, lines, found):
    assert hits(query, *enumerate(lines)) == found


def test_shell_arguments_of_several_words_are_phrases():
    assert Query.of(["annual report", "budg*"]) == Query.parse('"annual report" budg*')
    assert Query.of(['one "two three"']) == Query.parse('one "two three"')


@pytest.mark.parametrize("text", ["", "  ", "—", "*", '""', '"* !"'])
def test_query_without_words_is_refused(text):
    with pytest.raises(VsatError, match="at least one word"):
        Query.parse(text)


def means(term: Term, token: str) -> bool:
    return token.startswith(term.text) if term.prefix else token == term.text


def occurrences(tokens: list[str], line: range, part: tuple[Term, ...]) -> list[range]:
    """Where the part stands in the line, by trying every place."""
    places = (range(s, s + len(part)) for s in range(line.start, line.stop - len(part) + 1))
    return [p for p in places if all(means(t, tokens[i]) for t, i in zip(part, p, strict=True))]


def stretches(tokens: list[str], line: range, query: Query) -> set[tuple[int, int]]:
    """First and last word of every combination of occurrences that holds no shorter one, by trying
    all.
    """
    combinations = itertools.product(*(occurrences(tokens, line, part) for part in query.parts))
    spans = {(min(p.start for p in c), max(p.stop - 1 for p in c)) for c in combinations}
    return {s for s in spans if not any(t != s and t[0] >= s[0] and t[1] <= s[1] for t in spans)}


@given(TURNS, PARTS)
def test_scan_index_and_trying_everything_agree(turns, parts):
    transcript, query = (
        transcript_of(*((who, " ".join(said)) for who, said in turns)),
        Query(tuple(parts)),
    )
    lines, tokens = transcript.lines(), list(transcript.text)
    scanned, looked_up, by_sqlite = (list(find(index, query)) for index in indexes(transcript))
    assert scanned == looked_up == by_sqlite
    expected = {(n, *s) for n, line in enumerate(lines) for s in stretches(tokens, line, query)}
    assert {(m.line, m.words[0], m.words[-1]) for m in scanned} == expected
    assert len(scanned) == len(expected)


def test_matches_are_counted_and_sliced_without_looking_at_all():
    found = find(indexes(transcript_of((0, "a b a b"), (1, "a b")))[1], Query.parse('"a b"'))
    assert len(found) == 3 and found[-1] == Match(1, (4, 5))
    assert found[1:] == [Match(0, (2, 3)), Match(1, (4, 5))]


SIGNS = ["a", "ab", "—", "don't", "3.5", "é", "𐐨", "ß", "NOT", "near"]
BEGINNINGS = ["a", "ab", "d", "don't", "3.5", "é", "𐐨", "s", "ss", "not"]
TERMS = st.builds(Term, st.sampled_from(BEGINNINGS), st.booleans())
ASKED = st.lists(st.lists(TERMS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=2)


@given(st.lists(st.lists(st.sampled_from(SIGNS), max_size=8), max_size=4), ASKED)
def test_methods_agree_on_signs_and_words_beyond_ascii(said, parts):
    transcript = transcript_of(*((k % 2, " ".join(words)) for k, words in enumerate(said)))
    one, two, three = (list(find(index, Query(tuple(parts)))) for index in indexes(transcript))
    assert one == two == three


@pytest.mark.parametrize("kind", [scan_numba.Numba, inverted_numba.Numba, fts5_native.Native])
def test_an_index_is_searched_where_it_lies_on_disk(kind, tmp_path):
    transcript = transcript_of((0, "the budget of the year"), (1, "the budge"))
    stage = kind(NoParams(), NoParams())
    stage.prepare()
    with Workspace() as run:
        stage(transcript, run=run).save(tmp_path)
    search = Searcher(WordIndex.load(tmp_path))
    assert list(search.find(Query.parse('"the budg*"'))) == [Match(0, (0, 1)), Match(1, (5, 6))]
    assert list(search.find(Query.parse("year the"))) == [Match(0, (3, 4))]
    assert not [*search.find(Query.parse("nothing")), *search.find(Query.parse("budge year"))]


@pytest.fixture
def write(tmp_path):
    """A function that writes a transcript's json into the folder, with or without an inverted
    index.
    """

    def make(name: str, kind, *lines: tuple[int, str]) -> Path:
        file = tmp_path / f"{name}.json"
        file.parent.mkdir(exist_ok=True)
        files = written(transcript_of(*lines), index=kind.Baseline, formats=("json",), points=0)
        file.write_text(files["json"])
        return file

    return make


@pytest.mark.parametrize("kind", [scan, inverted], ids=["scan", "inverted"])
def test_folder_says_where_when_who_and_what(write, tmp_path, kind):
    file = write(
        "talk",
        kind,
        (0, "One two three four five six, the Budget! seven eight nine ten eleven twelve"),
    )
    (found,) = search_folder(["budget"], tmp_path)
    assert (found.file, found.speaker) == (file, "Speaker 1")
    assert found.seconds == pytest.approx(0.5 + 7 * 0.35)
    assert found.context == "… three four five six, the Budget! seven eight nine ten eleven …"


def test_folder_is_walked_in_order_and_context_shows_each_word_found(write, tmp_path):
    later, first = (
        write("b", scan, (0, "budget a b c d e f report")),
        write("a/x", inverted, (1, "a report: budget")),
    )
    found = list(search_folder(["budget", "report"], tmp_path, around=1))
    assert [(f.file, f.context) for f in found] == [
        (later, "budget a … f report"),
        (first, "a report: budget"),
    ]


def test_one_file_may_be_named(write):
    file = write("talk", scan, (0, "yes"))
    assert [f.file for f in search_folder(["yes"], file)] == [file]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"a": 1}',
        b"\xff\xfe",
        b'{"vsat":"0.1.0","words":',
        b'{"vsat":"0.1.0"}',
        b'{"vsat":1,"words":3}',
        b'{"vsat":1,"words":[{"word":"yes"}]}',
        b'{"vsat":1,"words":[7]}',
        b'{"vsat":1,"words":[{"word":"yes","start":0,"end":1,"speaker":"S"}],"index":{"yes":[4]}}',
        b'{"vsat":1,"words":[{"word":"yes","start":0,"end":1,"speaker":"S"}],"index":{"yes":0}}',
        b'{"vsat":1,"words":[{"word":"yes","start":null,"end":1,"speaker":"S"}]}',
    ],
)
def test_foreign_and_damaged_files_are_passed_over_with_a_note(write, tmp_path, content):
    good = write("good", inverted, (0, "yes"))
    (tmp_path / "bad.json").write_bytes(content)
    notes: list[str] = []
    assert [f.file for f in search_folder(["yes"], tmp_path, notes.append)] == [good]
    assert len(notes) == 1 and "bad.json" in notes[0]


def test_reformatted_transcript_is_still_ours(write, tmp_path):
    file = write("talk", inverted, (0, "yes"))
    file.write_text(json.dumps(json.loads(file.read_text()), indent=4))
    assert len(list(search_folder(["yes"], tmp_path))) == 1


def test_missing_folder_is_one_line(tmp_path):
    with pytest.raises(InputError, match="expected a folder of transcripts"):
        list(search_folder(["yes"], tmp_path / "nowhere"))


LANGUAGES = (
    (0, "今日 は いい 天気 です ね。", "ja"),
    (1, "我 昨天 在 New York 买 了 一 本 书。", "zh"),
    (0, "วันนี้ อากาศ ดี มาก", "th"),
    (1, "שלום לכולם, היום יפה.", "he"),
    (0, "Schöne Straße, Übung!", "de"),
)


@pytest.mark.parametrize("kind", [scan.Baseline, inverted.Baseline, fts5_native.Native])
@pytest.mark.parametrize(
    ("query", "word", "context"),
    [
        ("天気", 3, "今日はいい天気ですね。"),
        ("いい天気", 2, "今日はいい天気ですね。"),
        ("気です", 3, "今日はいい天気ですね。"),
        ("今日 ね", 0, "今日はいい天気ですね。"),
        ("昨天在new york", 7, "我昨天在New York买了一… "),
        ("อากาศดี", 17, "วันนี้อากาศดีมาก"),
        ("קולם", None, ""),
        ("לכולם", 21, "שלום לכולם, היום יפה."),
        ("strasse", 25, "Schöne Straße, Übung!"),
        ("SCHÖNE üb*", 24, "Schöne Straße, Übung!"),
        ("天気 york", None, ""),
    ],
)
def test_every_script_is_searched(tmp_path, kind, query, word, context):
    transcript = transcript_of(*LANGUAGES)
    text = written(transcript, index=kind, formats=("json",))["json"]
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    found = list(search_folder(query.split(), tmp_path))
    if word is None:
        assert not found
        return
    (hit,) = found
    assert hit.seconds == round(transcript.start[word] / 16_000, 3)
    assert hit.context.startswith(context.rstrip("… "))
