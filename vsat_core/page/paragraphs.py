"""Where paragraphs begin in the text of a page, also kept up to date after a correction without
reading the whole transcript again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import attrs

from vsat_core.library.passages import Word

LONG_PAUSE_MS = 2000  # of one speaker: a new paragraph begins, as in the text files
LONG_PARAGRAPH_MS = 60_000  # after so much speech the next sentence begins one
SENTENCE_END = (".", "?", "!", "。", "？", "！")


@attrs.frozen
class Changed:
    """Words first..old_end of a transcript became words first..new_end."""

    first: int
    old_end: int
    new_end: int


def paragraph_starts(
    words: Iterable[Word], speaker_index: Mapping[int, int], first: int = 0
) -> Iterator[int]:
    """The number of the first word of each paragraph: at another speaker, after a long pause, and
    after a sentence where it would become too long. `words` are those from `first` on, with which
    a paragraph begins.
    """
    begin = end = 0
    who = None
    ended = False
    for i, word in enumerate(words, first):
        speaker = speaker_index[word.speaker]
        long = ended and word.start_ms - begin > LONG_PARAGRAPH_MS
        if i == first or speaker != who or word.start_ms - end >= LONG_PAUSE_MS or long:
            yield i
            begin, who = word.start_ms, speaker
        end, ended = word.end_ms, word.text.endswith(SENTENCE_END)


def starts_after(
    starts: Sequence[int],
    changed: Changed,
    words_from: Callable[[int], Iterable[Word]],
    speaker_index: Mapping[int, int],
) -> list[int]:
    """Paragraph starts after a change, from those before it. A paragraph does not depend on what
    comes before its first word, so words are read from the paragraph before the change until one
    begins where one began.
    """
    kept = max(0, bisect_left(starts, changed.first) - 1)
    begin = starts[kept] if starts else 0
    shift = changed.new_end - changed.old_end
    found = list(starts[:kept])
    for start in paragraph_starts(words_from(begin), speaker_index, begin):
        before = bisect_left(starts, start - shift)
        if start >= changed.new_end and starts[before : before + 1] == [start - shift]:
            return found + [each + shift for each in starts[before:]]
        found.append(start)
    return found
