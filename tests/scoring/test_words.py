"""Word and character error rates against jiwer, and how they add."""

import jiwer
import pytest
from hypothesis import given, settings, strategies as st

from tests._support.oracle_cases import CASES
from vsat_core.formats.records import Segment
from vsat_core.scoring.evaluate import score_words
from vsat_core.scoring.materials import Material
from vsat_core.scoring.normalise import (
    BY_CHARACTER,
    NORMALISERS,
    characters,
    letters,
    normaliser,
    standard,
    with_marks,
)
from vsat_core.scoring.protocol import Protocol
from vsat_core.scoring.words import ErrorCounts, character_errors, errors_by_word, word_errors

texts = st.lists(st.sampled_from(["a", "b", "ab", "ba", "abc"]), max_size=12)
counts = st.builds(ErrorCounts, *[st.integers(0, 9)] * 3, st.integers(0, 99))


def assert_equal_errors(
    found: ErrorCounts, want: jiwer.WordOutput | jiwer.CharacterOutput, rate: float
) -> None:
    """Same errors and difference in length; of equally short alignments ours substitutes least."""
    assert found.errors == want.substitutions + want.deletions + want.insertions
    assert found.deletions - found.insertions == want.deletions - want.insertions
    assert found.length == want.hits + want.substitutions + want.deletions
    assert found.substitutions <= want.substitutions
    assert found.rate == pytest.approx(rate)


@settings(max_examples=CASES)
@given(reference=texts.filter(bool), result=texts)
def test_word_errors_equal_jiwer(reference, result):
    want = jiwer.process_words(" ".join(reference), " ".join(result))
    assert_equal_errors(word_errors(reference, result), want, want.wer)


@settings(max_examples=CASES)
@given(reference=texts.filter(bool), result=texts)
def test_character_errors_equal_jiwer(reference, result):
    want = jiwer.process_characters(" ".join(reference), " ".join(result))
    assert_equal_errors(character_errors(reference, result), want, want.cer)


@given(pairs=st.lists(st.tuples(texts.filter(bool), texts), min_size=1, max_size=4))
def test_the_rate_of_many_recordings_is_that_of_their_sums(pairs):
    total = sum((word_errors(*p) for p in pairs), start=ErrorCounts())
    want = jiwer.wer([" ".join(a) for a, _ in pairs], [" ".join(b) for _, b in pairs])
    assert total.rate == pytest.approx(want)


@given(a=counts, b=counts, c=counts)
def test_counts_add_in_any_order(a, b, c):
    assert (a + b) + c == a + (b + c) == c + b + a


@given(reference=texts.filter(bool), result=texts)
def test_errors_by_word_sum_to_all_errors(reference, result):
    by_word = errors_by_word(reference, result)
    assert len(by_word) == len(reference)
    assert by_word.sum() == word_errors(reference, result).errors


def test_errors_lie_on_the_words_that_are_wrong():
    assert errors_by_word(["a", "b", "c", "d"], ["a", "x", "c", "d", "e"]).tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(("result", "rate"), [([], 0.0), (["a"], 1.0)])
def test_an_empty_reference(result, rate):
    assert word_errors([], result).rate == rate


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", "hello world"),
        ("It’s the dogs' well-known “rock ’n’ roll”.", "it's the dogs well known rock n roll"),
        ("  two\tspaces\r\nand lines ", "two spaces and lines"),
        ("Café №5 costs 3,50 — really… 42_x", "café no5 costs 3 50 really 42 x"),
        ("'quoted' o'clock '", "quoted o'clock"),
        ("...", ""),
    ],
)
def test_standard_normaliser(text, words):
    assert standard(text) == words.split()


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    for normalise in NORMALISERS.values():
        assert normalise(" ".join(normalise(text))) == normalise(text)


@given(st.text(alphabet="ab' -", max_size=20))
def test_both_normalisers_agree_on_plain_english_without_outer_apostrophes(text):
    words = [w.strip("'") for w in letters(text)]
    assert [w for w in words if w and "''" not in w] == [
        w for w in standard(text) if w
    ] or "''" in text


@given(st.text(alphabet="aB1é ’'-—,.!_٣x日本，。"))
def test_rules_for_other_languages_differ_by_marks_alone(text):
    assert with_marks(text) == standard(text)


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("hi", "हिन्दी, है।", ["हिन्दी", "है"]),
        ("he", "שָׁלוֹם!", ["שָׁלוֹם"]),
        ("de-AT", "Das Mädchen—ja.", ["das", "mädchen", "ja"]),
        ("zh-TW", "今天 3。", ["今", "天", "3"]),
        ("th", "ดี มาก", [*"ดีมาก"]),
        ("ko", "안녕 하세요?", [*"안녕하세요"]),
        ("", "ดี", ["ด"]),
    ],
)
def test_each_language_has_its_rules(language, text, words):
    assert normaliser("standard/1", language)(text) == words
    assert normaliser("none", language)(text) == text.split()


@given(st.text())
def test_rules_of_languages_twice_change_nothing(text):
    assert with_marks(" ".join(with_marks(text))) == with_marks(text)
    assert "".join(characters(text)) == "".join(with_marks(text))


@settings(max_examples=CASES)
@given(
    st.sampled_from(sorted(BY_CHARACTER)),
    st.text("今日はいい。天 ด", min_size=1),
    st.text("今日はいい。天 ด"),
)
def test_errors_by_character_equal_jiwer(language, reference, result):
    """jiwer's characters of the texts without blanks and punctuation."""
    plain = [text.replace(" ", "").replace("。", "") for text in (reference, result)]
    sides = (Material((), None, None, t, language=language) for t in (reference, result))
    scores = score_words(*sides, Protocol())
    assert scores.words == scores.characters
    if plain[0]:
        want = jiwer.process_characters(*plain)
        assert_equal_errors(scores.characters, want, want.cer)


def test_traditional_characters_count_as_simplified_where_opencc_is_installed(monkeypatch):
    pytest.importorskip("opencc")
    rules = normaliser("standard/1", "zh-TW")
    assert rules("廣州市房地產。") == [*"广州市房地产"]
    assert normaliser("standard/1", "ja")("廣") == ["廣"]
    assert "count as simplified" in Protocol().language_line()
    monkeypatch.setattr("vsat_core.scoring.normalise._converter", lambda: None)
    assert rules("廣州") == [*"廣州"]
    assert "differ from simplified" in Protocol().language_line()


def test_the_reference_says_the_language_else_the_result():
    said, found = "今日は", (Segment("a", 0.0, 1.0, "今日わ", "A"),)
    for ours, theirs, length in (("ja", "en", 3), ("", "ja", 3), ("en", "ja", 1)):
        reference = Material((), None, None, said, language=ours)
        scores = score_words(reference, Material((), None, found, language=theirs), Protocol())
        assert (scores.words.length, scores.words.substitutions) == (length, 1)
