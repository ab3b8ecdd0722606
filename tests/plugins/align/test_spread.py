"""align: `spread` puts words where there is voice, all techniques put them at the same samples."""

import itertools

import attrs
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests._support.spans import utterances_of
from tests._support.variants import called, names, ready
from vsat_core.artifacts import SAMPLE_RATE, Audio, TextColumn, Texts, Words
from vsat_plugins.align import SpreadParams
from vsat_plugins.align.spread import longest_bridge, weight_of

NAMES = names("align", "spread")
ALL = pytest.mark.parametrize("name", NAMES)


def place(
    name: str, audio: Audio, spans: list[tuple[int, int]], texts: Texts, **params: float
) -> Words:
    stage = ready("align", name, {"threads": 2, "batch": 3}, **params)
    return called(stage, audio, utterances_of(spans), texts)


@ALL
def test_no_word_lies_in_the_pause(name, bursts):
    found = place(name, bursts, [(8_000, 90_000)], Texts.untimed(["one two three four five six"]))
    spans = list(zip(found.start / SAMPLE_RATE, found.end / SAMPLE_RATE, strict=True))
    assert all(0.99 <= a < b <= 2.01 or 3.49 <= a < b <= 5.01 for a, b in spans)


@ALL
def test_even_sound_is_shared_by_length(name):
    sound = Audio(np.full(SAMPLE_RATE, 0.5, np.float32))
    found = place(name, sound, [(0, 16_000)], Texts.untimed(["abc a, abcdefg"]))
    share = np.array([weight_of(w) for w in ("abc", "a,", "abcdefg")]).cumsum() / 14
    assert found.end.tolist() == [int(16_000 * s) for s in share]
    assert found.start.tolist() == [0, *found.end[:-1]]


@ALL
@pytest.mark.parametrize("n", [1, 100, 161, 4_000])
def test_every_word_has_a_place_in_silence_and_in_hardly_any_sound(name, n):
    found = place(
        name, Audio(np.zeros(n, np.float32)), [(0, n)], Texts.untimed(["a bb ccc - dddd"])
    )
    assert len(found) == 5
    assert np.all(found.end > found.start)
    assert np.all(np.diff(found.start) >= 0)
    assert found.end[-1] <= n


@ALL
def test_times_of_the_recogniser_are_passed_on(name, bursts):
    texts = Texts(TextColumn.of(["a b", "", "c"]), np.array([1, 5, 90]), np.array([4, 9, 95]))
    found = place(name, bursts, [(0, 10), (20, 40), (80, 100)], texts)
    assert (found.start.tolist(), found.end.tolist()) == ([1, 5, 90], [4, 9, 95])
    assert (list(found.text), found.utterance.tolist()) == (["a", "b", "c"], [0, 0, 2])


@ALL
@pytest.mark.parametrize("timed", [False, True])
def test_confidence_and_language_are_passed_on(name, timed, bursts):
    times = np.array([1, 5, 90] if timed else [], np.int64)
    texts = Texts(TextColumn.of(["a b", "", "c"]), times, times + 3)
    spans = [(0, 10), (20, 40), (80, 100)]
    unknown = place(name, bursts, spans, texts)
    assert np.isnan(unknown.confidence).all() and list(unknown.language) == ["", "", ""]
    confidence, language = np.float32([0.25, np.nan, 1]), TextColumn.of(["ja", "", "de"])
    texts = attrs.evolve(texts, confidence=confidence, language=language)
    known = place(name, bursts, spans, texts)
    np.testing.assert_array_equal(known.confidence, confidence)
    assert list(known.language) == ["ja", "ja", "de"]


@ALL
@pytest.mark.parametrize("timed", [False, True])
def test_unclear_parts_lie_where_they_were_removed(name, timed):
    """Utterances: words removed at the end, at the beginning, all of them; none recognised;
    silence.
    """
    samples = np.tile(np.sin(np.arange(8_000, dtype=np.float32)), 5)
    samples[32_000:] = 0
    times = (
        np.array([(100, 4_000), (4_000, 7_000), (13_000, 15_000)])
        if timed
        else np.zeros((0, 2), int)
    )
    texts = Texts(
        TextColumn.of(["one two", "three", "", "", ""]),
        times[:, 0],
        times[:, 1],
        np.array([0, 1, 2], np.int32),
        np.array([2, 0, 0], np.int32),
        TextColumn.of(["la la", "you", "thanks"]),
        TextColumn.of("abc"),
    )
    found = place(name, Audio(samples), [(k, k + 8_000) for k in range(0, 40_000, 8_000)], texts)
    assert len(found) == 3 and list(found.unclear_text) == ["la la", "you", "thanks", ""]
    assert list(found.unclear_reason) == ["a", "b", "c", "no words recognised"]
    start, end = found.unclear_start.tolist(), found.unclear_end.tolist()
    assert (start, end[2:]) == ([min(found.end[1], 7_999), 8_000, 16_000, 24_000], [24_000, 32_000])
    assert (end[0], end[1]) == (8_000, max(found.start[2], 8_001))


LOUDNESS = st.lists(st.sampled_from([0.0, 1e-4, 0.003, 0.02, 0.5]), min_size=1, max_size=60)


@given(levels=LOUDNESS, seed=st.integers(0, 5), count=st.integers(0, 8), cut=st.integers(0, 159))
@settings(max_examples=60)
def test_techniques_are_exact(levels, seed, count, cut):
    rng = np.random.default_rng(seed)
    sound = (rng.standard_normal(160 * len(levels)) * np.repeat(levels, 160)).astype(np.float32)
    bounds = sorted({0, *rng.integers(1, len(sound), 3).tolist(), len(sound) - cut})
    spans = [(a, b) for a, b in itertools.pairwise(bounds)]
    spoken = (
        " ".join("abcdéfghij"[: 1 + k % 7] for k in range((count + n) % 9))
        for n in range(len(spans))
    )
    texts = Texts.untimed(list(spoken))
    expected, *found = (
        place(name, Audio(sound), spans, texts, min_pause_s=0.03).digest() for name in NAMES
    )
    assert found == [expected] * len(found)


@given(st.floats(0.01, 2))
def test_the_longest_bridge_is_the_longest_gap_that_is_no_pause(min_pause_s):
    frames = longest_bridge(SpreadParams(min_pause_s=min_pause_s))
    assert frames * 160 < min_pause_s * SAMPLE_RATE <= (frames + 1) * 160


def test_full_scale_and_beyond_is_exact():
    rng = np.random.default_rng(2)
    sound = Audio(rng.choice(np.array([-1, -1.5, 0, 0.999, 1, 3e3], np.float32), 5_000))
    texts = Texts.untimed(["one two", "three four"])
    spans = [(0, 2_501), (2_501, 5_000)]
    expected, *found = (place(name, sound, spans, texts).digest() for name in NAMES)
    assert found == [expected] * len(found)
