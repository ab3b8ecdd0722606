"""Word and character error rates against jiwer, and how they add."""

import jiwer
import pytest
from hypothesis import given, settings, strategies as st

from tests._support.oracle_cases import CASES
from vsat_core.scoring.normalise import NORMALISERS, letters, standard
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
