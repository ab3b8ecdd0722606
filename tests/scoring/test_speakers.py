"""cpWER and tcpWER against every permutation of speakers, and against what meeteval said of random
meetings.
"""

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests._support import random_meetings
from tests._support.oracle_cases import CASES
from vsat_core.formats.records import Segment
from vsat_core.scoring.edit import overlapping
from vsat_core.scoring.speakers import SpeakerErrors, errors_by_time, speaker_errors, streams_of
from vsat_core.scoring.timing import timed_words, word_time_errors
from vsat_core.scoring.words import word_errors

COLLAR_S = 1.0


def meetings(speakers: str):
    """Segments of up to four short words on a grid of half seconds; speakers overlap each other and
    themselves.
    """
    words = st.lists(st.sampled_from(["a", "b", "aba"]), min_size=1, max_size=4).map(" ".join)
    segment = st.tuples(st.integers(0, 20), st.integers(1, 6), words, st.sampled_from(speakers))
    return st.lists(segment, max_size=7).map(
        lambda rows: [Segment("x", a / 2, (a + n) / 2, text, who) for a, n, text, who in rows]
    )


def best_of_all(reference, result, collar_s):
    """The fewest errors over all pairings, by trying each."""
    a, b = list(reference.values()), list(result.values())
    nobody = timed_words([], str.split)
    size = max(len(a), len(b))
    a, b = a + [nobody] * (size - len(a)), b + [nobody] * (size - len(b))

    def errors(one, other):
        windows = None if collar_s is None else overlapping(one.times_s, other.centres(collar_s))
        return word_errors(one.words, other.words, windows).errors

    cost = np.array([[errors(x, y) for y in b] for x in a]).reshape(size, size)
    return min(sum(cost[i, j] for i, j in enumerate(order)) for order in permutations(range(size)))


@settings(max_examples=CASES)
@given(left=meetings("ABC"), right=meetings("KLMN"), collar_s=st.sampled_from([None, COLLAR_S]))
def test_no_other_pairing_has_fewer_errors(left, right, collar_s):
    reference, result = streams_of(left, str.split), streams_of(right, str.split)
    found = speaker_errors(reference, result, collar_s)
    assert found.words.errors == best_of_all(reference, result, collar_s)
    assert found.words.length == sum(len(s.words) for s in reference.values())
    assert (found.missed_speakers, found.invented_speakers) == (
        max(len(reference) - len(result), 0),
        max(len(result) - len(reference), 0),
    )
    assert {a for a, _ in found.assignment} - {None} == set(reference)
    assert {b for _, b in found.assignment} - {None} == set(result)


@given(left=meetings("ABC"), right=meetings("KLMN"), collar_s=st.sampled_from([None, COLLAR_S]))
def test_errors_by_time_sum_to_all_errors(left, right, collar_s):
    reference, result = streams_of(left, str.split), streams_of(right, str.split)
    found = speaker_errors(reference, result, collar_s)
    times, errors, lengths = errors_by_time(reference, result, found.assignment, collar_s)
    assert (errors.sum(), lengths.sum()) == (found.words.errors, found.words.length)
    assert len(times) == len(errors) == len(lengths)


def test_counts_equal_meeteval():
    """1,500 random meetings, whose scores by meeteval were recorded by record_meeteval.py."""
    recorded = json.loads(Path(__file__).with_name("meeteval_scores.json").read_text())
    cases = random_meetings.meetings()
    assert len(cases) == len(recorded["scores"]) >= 1000
    for (left, right), want in zip(cases, recorded["scores"], strict=True):
        reference, result = streams_of(left, str.split), streams_of(right, str.split)
        plain = speaker_errors(reference, result)
        timed = speaker_errors(reference, result, recorded["collar_s"])
        assert want == [
            plain.words.errors,
            plain.words.length,
            plain.missed_speakers,
            plain.invented_speakers,
            timed.words.errors,
            timed.words.length,
        ], (left, right)


def test_counts_of_recordings_add():
    one = speaker_errors(streams_of([Segment("x", 0, 1, "a b", "A")], str.split), {})
    both = one + SpeakerErrors(invented_speakers=2, speakers=1)
    assert (both.words.deletions, both.missed_speakers, both.invented_speakers, both.speakers) == (
        2,
        1,
        2,
        2,
    )
    assert both.rate == 1


def test_words_share_their_segment_by_their_letters():
    words = timed_words([Segment("x", 5, 6, "c"), Segment("x", 0, 4, "abc b")], str.split)
    assert words.words == ("abc", "b", "c")
    assert words.times_s.tolist() == [[0, 3], [3, 4], [5, 6]]


def test_word_time_errors_are_the_shifts():
    reference = timed_words([Segment("x", t, t + 0.5, w) for t, w in enumerate("abcd")], str.split)
    shifts = (0.1, -0.1, 0.3, 0.0)
    moved = [
        Segment("x", max(t + s, 0), t + s + 0.5, w)
        for t, (w, s) in enumerate(zip("abxd", shifts, strict=True))
    ]
    found = word_time_errors(reference, timed_words(moved, str.split), 5.0)
    assert found.differences_s == pytest.approx([0.1, 0.1, 0.0])
    assert found.median_s == pytest.approx(0.1)
    assert (found + found).differences_s.shape == (6,)
    assert np.isnan(word_time_errors(reference, timed_words([], str.split), 5.0).p90_s)
