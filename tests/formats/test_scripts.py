"""Blanks between words, widths and directions, by script."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, strategies as st

from vsat_core.formats.scripts import (
    UNSPACED,
    blanks_after,
    cells,
    joined,
    right_to_left,
    widths,
    without_marks,
)


@pytest.mark.parametrize(
    ("words", "languages", "text"),
    [
        ("今日 は 晴れ。", "ja", "今日は晴れ。"),
        ("OK Google 、 今日", "ja", "OK Google、今日"),
        ("ราคา 100 บาท ครับ", "th", "ราคา 100 บาทครับ"),
        ("ສະບາຍດີ ທ່ານ", "lo", "ສະບາຍດີທ່ານ"),
        ("မင်္ဂလာ ပါ", "my", "မင်္ဂလာပါ"),
        ("ខ្ញុំ ទៅ", "km", "ខ្ញុំ ទៅ"),
        ("ein Satz", "de", "ein Satz"),
    ],
)
def test_words_are_joined_as_their_language_is_written(words, languages, text):
    assert joined(words.split(), [languages] * len(words.split())) == text


def test_where_languages_meet_is_a_blank():
    assert joined(["你好", "世界", "hello"], ["zh", "zh", "en"]) == "你好世界 hello"
    assert joined(["你好", "世界"], ["zh", ""]) == "你好 世界"
    assert joined([], []) == ""


@given(st.lists(st.tuples(st.text("aб日かไ1。.", max_size=3), st.sampled_from(["en", "ja", "th"]))))
def test_languages_with_blanks_keep_them_all(pairs):
    words, codes = [w for w, _ in pairs], [c for _, c in pairs]
    blank = blanks_after(words, codes)
    assert blank.dtype == bool and len(blank) == len(words)
    for i in range(len(words) - 1):
        assert blank[i] or {codes[i], codes[i + 1]} <= UNSPACED


@given(st.text(max_size=8))
def test_width_is_that_of_the_unicode_database(text):
    kinds = [(unicodedata.category(c), unicodedata.east_asian_width(c)) for c in text]
    expected = [0 if k in ("Mn", "Me", "Cf") else 2 if w in "WF" else 1 for k, w in kinds]
    np.testing.assert_array_equal(widths(text), expected)
    assert cells(text) == sum(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", False), ("abc", False), ("123 שלום", True), ("Dan אמר", False), ("«مرحبا»", True)],
)
def test_the_first_letter_says_which_way_a_text_runs(text, expected):
    assert right_to_left(text) is expected
    assert without_marks(f"\u202b{text}\u200f\u202c") == text
