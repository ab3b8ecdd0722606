"""Which given words are which recognised ones."""

import random

from vsat_core.given.anchors import anchors

CHAPTER = "so it is in the end of the day and all of it was in vain"
SPEECH = "we meet at the end of the street and then it was late"
RNG = random.Random(3)
TALK = [f"w{RNG.randrange(60)}" for _ in range(400)]


def test_equal_texts_are_all_anchors_whatever_case_and_punctuation():
    shouted = [word.upper() + "," for word in TALK]
    assert anchors(shouted, TALK) == [(k, k) for k in range(len(TALK))]


def test_parts_that_one_side_lacks_do_not_move_the_rest():
    given = TALK[:100] + TALK[180:]
    assert anchors(given, TALK) == [(k, k if k < 100 else k + 80) for k in range(len(given))]
    assert anchors(TALK, given) == [(b, a) for a, b in anchors(given, TALK)]


def test_a_chapter_of_another_text_has_few_anchors_and_none_of_one_word():
    chapter = [
        "so",
        "it",
        "is",
        "in",
        "the",
        "end",
        "of",
        "the",
        "day",
        "and",
        "all",
        "of",
        "it",
        "was",
        "in",
        "vain",
    ] * 20
    speech = [
        "we",
        "meet",
        "at",
        "the",
        "end",
        "of",
        "the",
        "street",
        "and",
        "then",
        "it",
        "was",
        "late",
    ]
    found = anchors([*TALK[:50], *chapter, *TALK[50:100]], [*TALK[:50], *speech, *TALK[50:100]])
    inside = [pair for pair in found if 50 <= pair[0] < 50 + len(chapter)]
    assert [speech[b - 50] for _, b in inside] == ["the", "end", "of", "the"]
    assert [b - a for a, b in inside] == [inside[0][1] - inside[0][0]] * 4
    assert len(found) == 104


def test_words_of_signs_only_match_nothing():
    assert anchors(["--", "yes"], ["...", "yes"]) == [(1, 1)]
