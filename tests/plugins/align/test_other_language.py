"""When an English aligner will not do."""

import pytest

from vsat_core.artifacts import TextColumn, Texts
from vsat_plugins.align.other_language import not_english

SAID = ["guten Morgen zusammen", "good morning"]


def texts(*languages: str, times: int = 0) -> Texts:
    return Texts(TextColumn.of(SAID), [0] * times, [1] * times, language=TextColumn.of(languages))


def test_most_words_decide():
    assert not_english(texts("de", "en")) == "the words are in the language 'de'"
    assert not_english(texts("en", "de")) == ""


@pytest.mark.parametrize("languages", [(), ("en", "en"), ("", "")])
def test_english_and_unknown_languages_stay(languages):
    assert not_english(texts(*languages)) == ""


def test_words_with_times_stay():
    assert not_english(texts("de", "de", times=5)) == ""
