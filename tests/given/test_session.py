"""What an import hands to the pipeline."""

import numpy as np

from vsat_core.artifacts import TextColumn, Utterances, Words
from vsat_core.given.session import languages_of


def test_a_piece_is_in_the_language_that_was_heard_in_it():
    start = np.array([0, 10, 20, 30, 40])
    codes = TextColumn.of(["de", "de", "en", "en", "en"])
    said = TextColumn.of("abcde")
    heard = Words(said, start, start + 10, np.zeros(5, np.int32), language=codes)
    pieces = Utterances(np.array([0, 20, 60]), np.array([20, 50, 90]))
    assert list(languages_of(pieces, heard)) == ["de", "en", "en"]


def test_nothing_heard_is_in_no_language():
    none = np.zeros(0, np.int64)
    heard = Words(TextColumn.of([]), none, none, np.zeros(0, np.int32))
    assert list(languages_of(Utterances(np.array([0]), np.array([9])), heard)) == [""]
