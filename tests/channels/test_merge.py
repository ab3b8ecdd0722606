"""Transcripts of several channels become one."""

import numpy as np

from vsat_core.artifacts import TextColumn, Transcript, Turns, Words
from vsat_core.channels.merge import merged

SECOND = 16_000


def transcript(rows, turns):
    """Of (word, start, end, speaker) and (start, end, speaker), in seconds."""
    texts, start, end, speaker = zip(*rows, strict=True)
    first, last, who = (np.array(column) for column in zip(*turns, strict=True))
    words = Words(
        TextColumn.of(texts),
        (np.array(start) * SECOND).astype(int),
        (np.array(end) * SECOND).astype(int),
        np.zeros(len(rows), np.int32),
        confidence=np.arange(len(rows), dtype=np.float32) / 10,
    )
    spoken = Turns(first * SECOND, last * SECOND, who.astype(np.int32))
    return Transcript.of(words, spoken, np.array(speaker, np.int32))


FIRST = transcript(
    [("Where", 0, 1, 0), ("were", 1, 2, 0), ("you?", 2, 3, 0), ("Oh.", 5, 6, 1)],
    [(0, 4, 0), (5, 10, 1)],
)
SECOND_CHANNEL = transcript(
    [("Me?", 1, 2, 0), ("Out", 3, 4, -1), ("again.", 6, 7, 0)], [(1, 2, 0), (6, 7, 0)]
)


def test_sentences_stay_together_in_order_of_time():
    both = merged([FIRST, SECOND_CHANNEL], (1, 3))
    assert " ".join(both.text) == "Where were you? Me? Out Oh. again."
    assert both.confidence.round(1).tolist() == np.float32([0, 0.1, 0.2, 0, 0.1, 0.3, 0.2]).tolist()


def test_speakers_are_named_by_their_channel():
    both = merged([FIRST, SECOND_CHANNEL], (1, 3))
    assert both.names == ("Channel 1 Speaker 1", "Channel 1 Speaker 2", "Channel 3")
    assert both.speaker.tolist() == [0, 0, 0, 2, 2, 1, 2]  # a word in no turn is the channel's
    assert both.turn_speaker.tolist() == [0, 2, 1, 2]
    assert (both.turn_start // SECOND).tolist() == [0, 1, 5, 6]


def test_who_speaks_on_a_channel_for_a_moment_only_is_its_speaker():
    brief = transcript(
        [("Hm?", 0, 1, 0), ("I", 2, 3, 1), ("do.", 3, 4, 1), ("Yes.", 20, 21, 2)],
        [(0, 1, 0), (2, 9, 1), (12, 18, 2), (20, 21, 2)],
    )
    both = merged([brief, SECOND_CHANNEL], (1, 2))
    assert both.names == ("Channel 1 Speaker 1", "Channel 1 Speaker 2", "Channel 2")
    assert [both.speaker[list(both.text).index(w)] for w in ("Hm?", "do.", "Yes.")] == [0, 0, 1]


def test_pieces_of_the_channels_are_not_confused():
    assert merged([FIRST, SECOND_CHANNEL], (1, 2)).utterance.tolist() == [0, 0, 0, 1, 1, 0, 1]
