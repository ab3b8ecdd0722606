"""sentence.baseline: words that strayed over a change of speakers go back to the sentence they
belong to.

Ends of turns and times of words are both a little wrong, so a sentence's first or last words often
land in the neighbour's line. They can be told from a genuine short answer: a stray is followed (or
preceded) across the end of the sentence by more words of the same wrong speaker, while an answer
fills a turn of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Transcript, Turns, Words
from vsat_core.plugin import NoParams, Run
from vsat_plugins.attribute import Sentence
from vsat_plugins.attribute.overlap_baseline import speakers_of

CLOSING = "\"')]»”’"


def sentences(words: Sequence[str]) -> Iterator[range]:
    """Word numbers of each sentence: up to a word that ends with . ? or ! (closing quotes aside),
    or the last word.

    >>> [list(s) for s in sentences(["Yes.", "So", "what?", "Well"])]
    [[0], [1, 2], [3]]
    """
    begin = 0
    for i, word in enumerate(words):
        if word.rstrip(CLOSING).endswith((".", "?", "!")) or i == len(words) - 1:
            yield range(begin, i + 1)
            begin = i + 1


def without_strays(
    speaker: Sequence[int], texts: Sequence[str], max_stray_words: int, min_share: float
) -> list[int]:
    """The speakers with strays given back.

    Of each sentence whose words are to at least `min_share` one speaker's, the first or last words
    (as many as `max_stray_words`) that are another's change hands, if the word on the other side of
    the sentence's end is that other speaker's too.

    >>> without_strays([0, 0, 1, 1, 1], ["I", "am", "here.", "Are", "you?"], 1, 0.6)
    [0, 0, 0, 1, 1]
    """
    out = list(speaker)
    for sentence in sentences(texts):
        who, count = Counter(speaker[i] for i in sentence).most_common(1)[0]
        if count < min_share * len(sentence):
            continue
        for order, beyond in ((sentence, sentence.start - 1), (sentence[::-1], sentence.stop)):
            stray = next((n for n, i in enumerate(order) if speaker[i] == who), 0)
            inside = 0 <= beyond < len(speaker)
            if (
                0 < stray <= max_stray_words
                and inside
                and all(speaker[i] == speaker[beyond] for i in order[:stray])
            ):
                for i in order[:stray]:
                    out[i] = who
    return out


class Baseline:
    """A transcript whose changes of speaker respect the recogniser's sentences."""

    def __init__(self, params: Sentence, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, words: Words, turns: Turns, *, run: Run) -> Transcript:
        by_time = speakers_of(words, turns, round(self.params.max_gap_s * SAMPLE_RATE))
        speaker = without_strays(
            by_time, list(words.text), self.params.max_stray_words, self.params.min_share
        )
        return Transcript.of(words, turns, np.array(speaker, np.int32))
