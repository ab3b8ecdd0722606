"""Turns from labelled embeddings: cuts inside a segment, segments without an embedding, and
overlapping voices.
"""

import numpy as np

from tests._support.spans import columns, speech_of
from vsat_core.artifacts import Embeddings
from vsat_plugins.cluster.turns import turns_of
from vsat_plugins.cluster.units import Units

Span = tuple[int, int, int]


def turns(speech: list[Span], embeddings: list[Span], labels: list[int]) -> list[Span]:
    """Turns as (start, end, speaker) for speech as (start, end, voice) and embeddings as (start,
    end, segment).
    """
    found = speech_of(speech)
    begin, end, segment = columns(embeddings, 3)
    units = Units.of(Embeddings(np.ones((len(begin), 2), np.float32), begin, end, segment), found)
    out = turns_of(np.array(labels), units, found, join=0)
    return list(zip(out.start.tolist(), out.end.tolist(), out.speaker.tolist(), strict=True))


def test_an_embedding_represents_its_whole_segment():
    assert turns([(100, 900, 0)], [(300, 500, 0)], [0]) == [(100, 900, 0)]


def test_a_segment_is_cut_half_way_between_embeddings():
    found = turns([(0, 1000, -1)], [(0, 400, 0), (300, 700, 0), (600, 1000, 0)], [0, 0, 1])
    assert found == [(0, 650, 0), (650, 1000, 1)]


def test_order_of_embeddings_does_not_matter():
    found = turns([(0, 1000, -1)], [(600, 1000, 0), (0, 400, 0), (300, 700, 0)], [1, 0, 0])
    assert found == [(0, 650, 0), (650, 1000, 1)]


def test_a_segment_without_embedding_follows_its_voice():
    speech = [(0, 400, 0), (500, 900, 1), (950, 1000, 0)]
    assert turns(speech, [(0, 400, 0), (500, 900, 1)], [0, 1])[-1] == (950, 1000, 0)


def test_an_unknown_voice_is_not_the_speaker_of_that_moment():
    speech = [(0, 1000, 0), (400, 600, 7), (1200, 1500, 1)]
    assert (400, 600, 1) in turns(speech, [(0, 1000, 0), (1200, 1500, 2)], [0, 1])


def test_a_lone_speaker_talks_everywhere():
    assert turns([(0, 1000, 0), (400, 1100, 7)], [(0, 400, 0)], [0]) == [(0, 1100, 0)]


def test_overlapping_voices_stay_overlapping_turns():
    found = turns([(0, 600, 0), (400, 1000, 1)], [(0, 400, 0), (600, 1000, 1)], [0, 1])
    assert found == [(0, 600, 0), (400, 1000, 1)]


def test_speech_is_not_counted_twice_where_windows_overlap():
    speech = speech_of([(0, 64_000, 0)])
    start = np.array([0, 16_000, 32_000])
    rows = Embeddings(np.ones((3, 2), np.float32), start, start + 32_000, np.zeros(3, np.int64))
    assert Units.of(rows, speech).speech_s.tolist() == [1.5, 1.0, 1.5]
