"""Windows for embeddings: what they cover, and that they leave overlapped speech out."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from tests._support.spans import speech_of
from tests._support.variants import REGISTRY, called, names, ready
from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech
from vsat_plugins.embed import WindowParams
from vsat_plugins.embed.windows import windows_of


def params(*samples: int) -> WindowParams:
    """Lengths of windows, hops and joined stretches."""
    return WindowParams(*(n / SAMPLE_RATE for n in samples))


def bounds(speech: Speech, window: int, hop: int, join: int) -> list[list[tuple[int, int, int]]]:
    """Every window as (start, end, segment) of its pieces."""
    return [
        [(p.start, p.end, p.segment) for p in w]
        for w in windows_of(speech, params(window, hop, join))
    ]


def test_overlapped_speech_is_left_out():
    found = bounds(speech_of([(0, 100, 0), (60, 160, 1)]), 200, 100, 0)
    assert found == [[(0, 60, 0)], [(100, 160, 1)]]


def test_an_answer_inside_a_sentence_overlaps_and_a_gap_does_not():
    found = bounds(speech_of([(0, 100, 0), (110, 120, 1), (130, 200, 0)]), 200, 100, 0)
    assert found == [[(0, 100, 0)], [(110, 120, 1)], [(130, 200, 2)]]


def test_short_pieces_of_one_voice_are_joined():
    spans = [(0, 10, 0), (20, 30, 1), (40, 55, 0), (60, 65, 0), (70, 90, -1)]
    found = bounds(speech_of(spans), 100, 50, 20)
    assert found == [[(0, 10, 0), (40, 55, 2), (60, 65, 3)], [(20, 30, 1)], [(70, 90, 4)]]


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30), st.integers(-1, 2)), max_size=8)


@given(spans, st.integers(1, 12), st.integers(1, 12), st.integers(0, 10))
def test_every_exclusive_sample_is_in_a_window_and_no_other(spans, window, hop, join):
    speech = speech_of([(a, a + n, v) for a, n, v in spans])
    covered = np.zeros(100, bool)
    for pieces in bounds(speech, window, min(hop, window), join):
        for start, end, segment in pieces:
            assert speech.start[segment] <= start < end <= speech.end[segment]
            covered[start:end] = True
    depth = np.zeros(100, int)
    for a, b in zip(speech.start.tolist(), speech.end.tolist(), strict=True):
        depth[a:b] += 1
    assert covered.tolist() == (depth == 1).tolist()


@pytest.mark.parametrize("n", [0, 1])
def test_no_speech_and_one_sample(n):
    assert bounds(speech_of([(0, 1, 0)] * n), 100, 50, 10) == [[(0, 1, 0)]] * n


@pytest.mark.parametrize("name", names("embed"))
@pytest.mark.parametrize("spans", [[], [(0, 1, 0)], [(0, 399, 0)], [(100, 200, 0), (300, 499, -1)]])
def test_too_little_sound_gives_no_embedding(name, spans):
    speech = speech_of(spans, 1000)
    front_end = REGISTRY().find("embed", name).card.accepts["features"][0]
    audio = Audio(np.zeros(1000, np.float32))
    features = called(ready("features", f"{front_end}.baseline"), audio, speech)
    found = called(ready("embed", name), features, speech)
    assert len(found.vectors) == len(found.start) == 0
