"""What the techniques of `overlap` share: each word to the speaker whose turns cover most of it.

1. A word belongs to the speaker whose turns together cover the most of its samples. Among equals
   the one who began last before the word ends wins (who interrupts usually goes on), then the lower
   number.
2. A word that no turn covers belongs to the nearest turn, if that is at most `max_gap_s` away. Of
   two equally near the one before the word wins, then the lower number.
3. What is left goes to the speaker of the last word before it that has one, else of the first word
   after it; and where no word has one, to the nearest turn. Only without any turn is the answer -1.
"""

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Transcript, Turns, Words
from vsat_core.plugin import Attribute, Run
from vsat_plugins.attribute import OverlapParams

FAR = np.iinfo(np.int64).max


class Overlap(Attribute):
    """A transcript whose words all have a speaker, if there is one."""

    params: OverlapParams

    def __call__(self, words: Words, turns: Turns, *, run: Run) -> Transcript:
        return Transcript.of(words, turns, self.speakers(words, turns))

    def speakers(self, words: Words, turns: Turns) -> np.ndarray:
        """The speaker of every word, int32 (n_words,)."""
        if not len(turns.start):
            return np.full(len(words), -1, np.int32)
        end = np.maximum(words.end, words.start + 1)
        max_gap = round(self.params.max_gap_s * SAMPLE_RATE)
        return self.assigned(words.start, end, turns, max_gap).astype(np.int32)

    def assigned(
        self, start: np.ndarray, end: np.ndarray, turns: Turns, max_gap: int
    ) -> np.ndarray:
        """The speaker of every word from its samples; at least one turn and one sample a word."""
        raise NotImplementedError


def neighbours(turns: Turns) -> tuple[np.ndarray, ...]:
    """Turns by start, lower speakers first among equals: start, speaker; by end, lower ones last:
    end, speaker.
    """
    ahead = np.lexsort((turns.speaker, turns.start))
    behind = np.lexsort((-turns.speaker, turns.end))
    return turns.start[ahead], turns.speaker[ahead], turns.end[behind], turns.speaker[behind]


def nearest(start: np.ndarray, end: np.ndarray, turns: Turns) -> tuple[np.ndarray, np.ndarray]:
    """(speaker int32, gap in samples int64) of each word by rule 2; right for words that no turn
    covers.
    """
    starts, ahead, ends, behind = neighbours(turns)
    following = np.searchsorted(starts, end)
    preceding = np.searchsorted(ends, start, "right") - 1
    after, before = np.minimum(following, len(ahead) - 1), np.maximum(preceding, 0)
    gap_after = np.where(following < len(ahead), starts[after] - end, FAR)
    gap_before = np.where(preceding >= 0, start - ends[before], FAR)
    speaker = np.where(gap_before <= gap_after, behind[before], ahead[after])
    return speaker, np.minimum(gap_before, gap_after)


def filled(speaker: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Rule 3: each unknown speaker replaced by the last known one, before the first known one by
    that.
    """
    if not known.any():
        return speaker
    source = np.maximum.accumulate(np.where(known, np.arange(len(speaker)), int(known.argmax())))
    return speaker[source]
