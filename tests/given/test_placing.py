"""Words of a text in the utterances of a recording, given what a recogniser heard."""

import numpy as np
import pytest

from vsat_core.artifacts import SAMPLE_RATE, TextColumn, Utterances, Words
from vsat_core.given.placing import NOT_GIVEN, Placed, place

SAID = (
    "good morning and thank you for coming today",
    "we begin with the plan for the new harbour",
    "nobody has read the letter from the museum yet",
    "then let us talk about the price of the boats",
)


def heard(*texts: str, word_s: float = 0.4) -> tuple[Words, Utterances]:
    """Texts said one after the other, a word each `word_s`, a second between utterances."""
    words, times, owner, bounds = [], [], [], []
    at = 1.0
    for i, text in enumerate(texts):
        begin = at
        for word in text.split():
            words.append(word)
            times.append((at, at + word_s))
            owner.append(i)
            at += word_s
        bounds.append((begin - 0.2, at + 0.2))
        at += 1.0
    start, end = (np.array(times) * SAMPLE_RATE).astype(np.int64).T
    edges = (np.array(bounds) * SAMPLE_RATE).astype(np.int64)
    said = Words(TextColumn.of(words), start, end, np.array(owner, np.int32))
    return said, Utterances(edges[:, 0], edges[:, 1])


def rows(placed: Placed) -> list[str]:
    return [text for text in placed.texts.text if text]


def test_the_recognisers_own_words_go_where_they_were():
    words, utterances = heard(*SAID)
    placed = place(" ".join(SAID).split(), words, utterances)
    assert placed.utterances == utterances
    assert rows(placed) == [*SAID]
    assert placed.kept == [*range(len(words))] and placed.n_anchors == len(words)
    assert len(placed.texts.unclear_utterance) == 0


def test_misheard_words_take_the_place_of_what_was_heard():
    words, utterances = heard(SAID[0], "we beg in with a clan for the new arbour", *SAID[2:])
    placed = place(" ".join(SAID).split(), words, utterances)
    assert rows(placed) == [*SAID]


def test_a_sentence_that_the_text_lacks_is_a_piece_without_words():
    words, utterances = heard(SAID[0], f"{SAID[1]} {SAID[2]} {SAID[3]}")
    placed = place(" ".join([SAID[0], SAID[1], SAID[3]]).split(), words, utterances)
    assert rows(placed) == [SAID[0], SAID[1], SAID[3]]
    assert list(placed.texts.unclear_text) == [SAID[2]]
    assert list(placed.texts.unclear_reason) == [NOT_GIVEN]
    hole = int(placed.texts.unclear_utterance[0])
    first = len(f"{SAID[0]} {SAID[1]}".split())
    assert placed.utterances.start[hole] == words.start[first]
    assert placed.utterances.end[hole] == words.end[first + len(SAID[2].split()) - 1]


def test_an_utterance_that_the_text_lacks_keeps_what_was_heard():
    words, utterances = heard(*SAID)
    placed = place(" ".join([SAID[0], *SAID[2:]]).split(), words, utterances)
    assert list(placed.texts.text) == [SAID[0], "", *SAID[2:]]
    assert list(placed.texts.unclear_text) == [SAID[1]]


def test_words_that_nobody_had_time_to_say_are_left_out():
    extra = "chapter two in which the whole committee goes home again in the pouring rain"
    words, utterances = heard(*SAID)
    given = " ".join([SAID[0], SAID[1], extra, *SAID[2:]]).split()
    placed = place(given, words, utterances)
    assert rows(placed) == [*SAID]
    first = len(f"{SAID[0]} {SAID[1]}".split())
    gone = range(first, first + len(extra.split()))
    assert [k for k in range(len(given)) if k not in placed.kept] == [*gone]


def test_a_word_or_two_that_were_said_fast_are_kept():
    words, utterances = heard(*SAID)
    given = " ".join([SAID[0].replace("thank", "oh thank"), *SAID[1:]]).split()
    assert place(given, words, utterances).kept == [*range(len(given))]


def test_words_that_the_recogniser_missed_fill_the_utterance_without_any():
    words, utterances = heard(*SAID)
    there = words.utterance != 2
    deaf = Words(
        TextColumn.of(w for w, ok in zip(words.text, there, strict=True) if ok),
        words.start[there],
        words.end[there],
        words.utterance[there],
    )
    placed = place(" ".join(SAID).split(), deaf, utterances)
    assert rows(placed) == [*SAID]


def test_a_short_rest_of_a_long_gap_lies_where_it_sounds_alike():
    long = "one of them came home and the other won the third race of the year by far"
    words, utterances = heard(SAID[0], long, SAID[3])
    placed = place(f"{SAID[0]} the third raze {SAID[3]}".split(), words, utterances)
    at = rows(placed).index("the third raze")
    i = [k for k, text in enumerate(placed.texts.text) if text][at]
    third = list(words.text).index("third")
    assert placed.utterances.start[i] <= words.start[third] < placed.utterances.end[i]


def test_an_utterance_is_parted_at_a_pause_between_anchors():
    words, utterances = heard(" ".join(SAID[:2]))
    n = len(SAID[0].split())
    start, end = words.start.copy(), words.end.copy()
    end[n - 1] -= SAMPLE_RATE // 5
    pause = Words(words.text, start, end, words.utterance)
    placed = place(" ".join(SAID[:2]).split(), pause, utterances)
    assert rows(placed) == [*SAID[:2]]
    assert end[n - 1] < placed.utterances.end[0] == placed.utterances.start[1] < start[n]


@pytest.mark.parametrize("given", [[], ["a"], ["hello", "there"]])
def test_a_recording_without_speech_has_no_place(given):
    none = np.zeros(0, np.int64)
    nothing = Words(TextColumn.of([]), none, none, np.zeros(0, np.int32))
    placed = place(given, nothing, Utterances(none, none))
    assert placed.kept == [] and placed.n_anchors == 0


@pytest.mark.parametrize("seed", range(60))
def test_whatever_was_heard_the_pieces_are_sound(seed):
    """Utterances in order and apart, each kept word once and in order."""
    rng = np.random.default_rng(seed)
    vocabulary = [f"w{i}" for i in range(12)] + ["so.", "the", "—"]
    words, times, owner, bounds, at = [], [], [], [], 0
    for i in range(rng.integers(0, 5)):
        begin = at = at + int(rng.integers(0, 20_000))
        for _ in range(rng.integers(0, 9)):
            start = at + int(rng.integers(0, 9_000)) * int(rng.integers(0, 2))
            at = start + int(rng.integers(1, 9_000))
            words.append(str(rng.choice(vocabulary)))
            times.append((start, at))
            owner.append(i)
        at += int(rng.integers(1, 4_000))
        bounds.append((begin, at))
    spans = np.array(times, np.int64).reshape(-1, 2)
    edges = np.array(bounds, np.int64).reshape(-1, 2)
    said = Words(TextColumn.of(words), spans[:, 0], spans[:, 1], np.array(owner, np.int32))
    given = [w for w in words if rng.random() > 0.3] + list(rng.choice(vocabulary, 4))
    placed = place(given, said, Utterances(edges[:, 0], edges[:, 1]))
    start, end = placed.utterances.start, placed.utterances.end
    assert np.all(end > start) and np.all(start[1:] >= end[:-1])
    texts = " ".join(placed.texts.text).split()
    assert texts == [given[k] for k in placed.kept] and placed.kept == sorted({*placed.kept})
