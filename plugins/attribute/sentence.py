"""What the techniques of `sentence` share: words that strayed over a change of speakers go back to
the sentence they belong to.

Ends of turns and times of words are both a little wrong, so a sentence's first or last words often
land in the neighbour's line. They can be told from a genuine short answer: a stray is followed (or
preceded) across the end of the sentence by more words of the same wrong speaker, while an answer
fills a turn of its own.

Of each sentence whose words are to at least `min_share` one speaker's, the first or last words
(`max_stray_words` at most) that are another's change hands, if the word on the other side of the
sentence's end is that other speaker's too.
"""

import re
from typing import Any

import numpy as np

from vsat_core.artifacts import TextColumn, Turns, Words
from vsat_core.formats.scripts import CLOSINGS, STOPS, one_of
from vsat_plugins.attribute import SentenceParams
from vsat_plugins.attribute.overlap import Overlap

ENDING = re.compile(one_of(STOPS) + one_of(CLOSINGS) + b"*")


class Sentence(Overlap):
    """Before a technique of `overlap` in a list of bases: speakers by time, strays given back."""

    params: SentenceParams

    def speakers(self, words: Words, turns: Turns) -> np.ndarray:
        """The speaker of every word, int32 (n_words,)."""
        by_time = super().speakers(words, turns)
        if not len(by_time):
            return by_time
        max_words, min_share = self.params.max_stray_words, float(self.params.min_share)
        return self.without_strays(by_time, words.text, max_words, min_share).astype(np.int32)

    def without_strays(
        self, speaker: np.ndarray, text: TextColumn, max_words: int, min_share: float
    ) -> np.ndarray:
        """The speakers of at least one word with strays given back."""
        raise NotImplementedError


def closed(text: TextColumn) -> np.ndarray:
    """Which words end with a sign of STOPS after quotes and brackets are taken off, bool
    (n_words,).
    """
    after = text.offsets[1:] + np.arange(len(text))  # of each word, in a buffer with one sign more
    spaced = np.zeros(len(text.buffer) + len(text), np.uint8)
    number = np.repeat(np.arange(len(text)), np.diff(text.offsets))
    spaced[np.arange(len(text.buffer)) + number] = text.buffer
    ends = [match.end() for match in ENDING.finditer(spaced.tobytes())]
    return np.isin(after, ends) & (np.diff(text.offsets) > 0)


def bounds_of(text: TextColumn) -> np.ndarray:
    """The first word of each sentence and the number of words (at least 1), int64 (n_sentences +
    1,).
    """
    ends = closed(text)
    ends[-1] = True
    return np.concatenate([[0], np.flatnonzero(ends) + 1])


def strays(
    same: Any, of: Any, word: Any, first: Any, last: Any, bounds: Any, enough: Any, max_words: int
) -> Any:
    """Which words are strays, bool (n_words,), for arrays of NumPy or torch.

    `same` counts up to each word those whose speaker is that of the word before; `of` is the
    sentence of each of the numbers `word`; `first` and `last` are its speaker's outermost words in
    a sentence, `enough` says that the speaker has the share of it.
    """
    n, start, stop = len(same), bounds[:-1], bounds[1:]
    head = enough & (first > start) & (first - start <= max_words) & (start > 0)
    head &= same[first - 1] - same[start - 1] == first - start
    tail = enough & (last < stop - 1) & (stop - 1 - last <= max_words) & (stop < n)
    tail &= same[stop - n] - same[last + 1 - n] == stop - 1 - last  # below 0: from the end
    return (head[of] & (word < first[of])) | (tail[of] & (word > last[of]))
