"""Which words are shown together as one subtitle, and from when to when."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.write.paragraphs import SENTENCE_END, Paragraph, Word, speaker_name

LINE_CHARACTERS = 42  # of two lines
LONGEST_MS, SHORTEST_MS = 7000, 1000
PAUSE = int(0.6 * SAMPLE_RATE)  # a silence that ends a cue
ENOUGH = 20  # characters that words must have for the end of a sentence to end a cue
BROKEN_PHRASE = (
    400  # what it costs to cut where there is no comma, in squared characters left empty
)


class Cue(NamedTuple):
    """Words shown together, milliseconds; `names` says whether the speaker begins here."""

    start: int
    end: int
    speaker: int
    names: bool
    words: list[str]


def cues_of(paragraphs: Iterable[Paragraph], n_samples: int) -> Iterator[Cue]:
    """Cues that never overlap: each ends before the next begins, and stays for a second where there
    is room.
    """
    earliest = 0
    for cue, following in itertools.pairwise(itertools.chain(_unspaced(paragraphs), [None])):
        assert cue is not None
        start = max(cue.start, earliest)
        room = max(following.start if following else n_samples * 1000 // SAMPLE_RATE, start + 1)
        earliest = min(max(cue.end, start + SHORTEST_MS), start + LONGEST_MS, room)
        yield cue._replace(start=start, end=earliest)


def label(speaker: int) -> str:
    """How a cue names its speaker."""
    return f"{speaker_name(speaker)}:"


def _unspaced(paragraphs: Iterable[Paragraph]) -> Iterator[Cue]:
    before = None
    for paragraph in paragraphs:
        names = paragraph.speaker != before
        before = paragraph.speaker
        for phrase in _phrases(paragraph):
            for i, j in _shares(phrase, len(label(before)) + 1 if names else 0):
                start, end = phrase[i].start, max(w.end for w in phrase[i:j])
                words = [w.text for w in phrase[i:j]]
                yield Cue(
                    start * 1000 // SAMPLE_RATE, end * 1000 // SAMPLE_RATE, before, names, words
                )
                names = False


def _phrases(paragraph: Paragraph) -> Iterator[list[Word]]:
    """A paragraph cut at pauses and at ends of sentences, very short sentences left together."""
    held: list[Word] = []
    size = 0
    for word in paragraph.words:
        if held and (
            word.start - held[-1].end >= PAUSE
            or (size >= ENOUGH and SENTENCE_END.search(held[-1].text))
        ):
            yield held
            held, size = [], 0
        held.append(word)
        size += len(word.text) + 1
    yield held


def _shares(words: list[Word], reserved: int) -> list[tuple[int, int]]:
    """The words as cues i..j that each fit, as equally full as can be, and rather cut after commas.

    Least squares of the characters left empty by dynamic programming, as for lines of a paragraph
    in Knuth and Plass 1981; `reserved` characters of the first cue are taken by the speaker's name.
    A word too long for a cue has its own.
    """
    ends = list(itertools.accumulate((len(w.text) + 1 for w in words), initial=reserved))
    if _fits(ends, 0, len(words), words[-1].end - words[0].start):
        return [(0, len(words))]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for j in range(1, len(words) + 1):
        options = []
        for i in range(j - 1, -1, -1):
            begin = ends[i] if i else 0
            if i < j - 1 and not _fits(ends, begin, j, words[j - 1].end - words[i].start):
                break
            empty = 2 * LINE_CHARACTERS - (ends[j] - begin - 1)
            options.append((best[i][0] + empty * empty, i))
        cost, i = min(options, default=(math.inf, j - 1))
        best.append((cost + BROKEN_PHRASE * (words[j - 1].text[-1:] not in ",;:"), i))
    found: list[tuple[int, int]] = []
    j = len(words)
    while j:
        found.append((best[j][1], j))
        j = best[j][1]
    return found[::-1]


def _fits(ends: list[int], begin: int, j: int, samples: int) -> bool:
    """Whether the text from character `begin` to word j goes into two lines, and is short
    enough.
    """
    second = ends[bisect_right(ends, begin + LINE_CHARACTERS + 1) - 1]
    return (
        ends[j] - 1 - max(second, begin) <= LINE_CHARACTERS
        and samples * 1000 <= LONGEST_MS * SAMPLE_RATE
    )
