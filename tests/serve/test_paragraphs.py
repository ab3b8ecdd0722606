"""Paragraphs kept up to date by the words around a change are those of a whole reading."""

import random

import pytest

from vsat_core.library.passages import Word
from vsat_core.page.paragraphs import Changed, paragraph_starts, starts_after

SPEAKERS = {0: 0, 1: 1}


def word(draw: random.Random, at: int) -> Word:
    """A word at a time; sentences, pauses, long turns and other speakers all occur."""
    text = draw.choice(["so", "so", "so."])
    speaker = draw.choices([0, 1], [12, 1])[0]
    return Word(draw.getrandbits(40), text, at, at + draw.choice([300, 4000]), speaker)


def words_of(draw: random.Random, n: int) -> list[Word]:
    """Words in order of time, seldom with a long pause between."""
    at, words = 0, []
    for _ in range(n):
        words.append(word(draw, at))
        at = words[-1].end_ms + draw.choices([10, 2500], [30, 1])[0]
    return words


@pytest.mark.parametrize("seed", range(40))
def test_as_a_whole_reading(seed):
    draw = random.Random(seed)
    words = words_of(draw, draw.choice([0, 1, 5, 60, 200]))
    starts = list(paragraph_starts(words, SPEAKERS))
    for _ in range(20):
        first = draw.randint(0, len(words))
        old_end = min(len(words), first + draw.choice([0, 1, 1, 2, 20]))
        new = [word(draw, words[first].start_ms if first < len(words) else 0)] * draw.choice(
            [0, 1, 3]
        )
        words[first:old_end] = new
        changed = Changed(first, old_end, first + len(new))
        starts = starts_after(starts, changed, lambda i: words[i:], SPEAKERS)
        assert starts == list(paragraph_starts(words, SPEAKERS))


def test_few_words_are_read():
    """A change in a long transcript reads its own paragraph and the next one's beginning."""
    words = words_of(random.Random(1), 5000)
    starts = list(paragraph_starts(words, SPEAKERS))
    read = []

    def from_here(first):
        for each in words[first:]:
            read.append(each)
            yield each

    words[2500] = words[2500]._replace(text="other")
    starts_after(starts, Changed(2500, 2501, 2501), from_here, SPEAKERS)
    assert 0 < len(read) < 200
