"""What goes into the columns of a picture, against the plainest computation; and never more of it
for a longer recording.
"""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from vsat_core.artifacts import (
    SAMPLE_RATE,
    Audio,
    Embeddings,
    Features,
    Speech,
    TextColumn,
    Texts,
    Transcript,
    Turns,
    Utterances,
    Waveform,
    WordIndex,
    Words,
)
from vsat_core.inspecting.columns import (
    COLUMNS,
    MOST_EMBEDDINGS,
    coverage,
    envelope,
    frame_columns,
    means,
    similarities,
    spectrogram,
)
from vsat_core.inspecting.panels import MOST_LANES, Lanes, Square, panels

RNG = np.random.default_rng(3)


def segments(n: int, total: int) -> tuple[np.ndarray, np.ndarray]:
    """`n` sorted segments within `total` samples."""
    start = np.sort(RNG.integers(0, total - 1, n))
    return start, np.minimum(start + RNG.integers(1, total // 4, n), total)


@pytest.mark.parametrize("n", [1, 7, 100, 5_000])
def test_an_envelope_is_that_of_each_column(n, monkeypatch):
    monkeypatch.setattr("vsat_core.inspecting.columns.BLOCK", 512)
    samples = RNG.standard_normal(n).astype(np.float32)
    low, high, rms = envelope(samples, 50)
    parts = np.split(samples, [(k * n) // len(low) for k in range(1, len(low))])
    assert len(low) == min(n, 50)
    np.testing.assert_array_equal(low, [p.min() for p in parts])
    np.testing.assert_array_equal(high, [p.max() for p in parts])
    np.testing.assert_allclose(rms, [np.sqrt((p**2).mean()) for p in parts], rtol=1e-5)


@given(st.lists(st.tuples(st.integers(0, 59), st.integers(1, 30)), max_size=6), st.integers(1, 13))
def test_coverage_is_the_share_of_covered_samples(pairs, n):
    total, fine = 60, 6006  # 360,360 steps: a whole number of them for each number of columns
    start = np.array([a for a, _ in pairs], np.int64)
    end = np.minimum(start + np.array([b for _, b in pairs], np.int64), total)
    inside = np.zeros(total * fine, bool)
    for a, b in zip(start, end, strict=True):
        inside[a * fine : b * fine] = True
    wanted = inside.reshape(n, -1).mean(1)
    np.testing.assert_allclose(coverage(start, end, total, n), wanted, atol=1e-5)


def test_means_leave_gaps_where_nothing_is():
    place, value = np.array([0, 10, 11, 95, 99, 50]), np.array([1.0, 2, 4, 5, 7, np.nan])
    found = means(place, value, 100, 10)
    np.testing.assert_array_equal(found[[0, 1, 9]], [1, 3, 6])
    assert np.isnan(found[2:9]).all()


def test_frames_are_averaged_where_they_lie(monkeypatch):
    monkeypatch.setattr("vsat_core.inspecting.columns.BLOCK_ROWS", 3)
    frames = RNG.standard_normal((11, 4)).astype(np.float32)
    features = Features(frames, np.array([0, 100]), np.array([0, 4, 11]), 10, 10)
    places = [0, 10, 20, 30, 100, 110, 120, 130, 140, 150, 160]
    found = frame_columns(features, 200, 8)  # a column is 25 samples
    for column in range(8):
        own = [frames[i] for i, place in enumerate(places) if place // 25 == column]
        wanted = np.mean(own, axis=0) if own else np.full(4, np.nan)
        np.testing.assert_allclose(found[:, column], wanted, rtol=1e-5)


def test_groups_of_embeddings_have_their_mean_similarity():
    vectors = RNG.standard_normal((10, 5)).astype(np.float32)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    each, size = similarities(vectors)
    assert size == 1
    np.testing.assert_allclose(each, unit @ unit.T, atol=1e-6)
    groups, size = similarities(vectors, 4)
    assert size == 3 and groups.shape == (4, 4)
    np.testing.assert_allclose(groups[0, 1], each[0:3, 3:6].mean(), atol=1e-6)
    np.testing.assert_allclose(groups[3, 3], each[9, 9], atol=1e-6)


def test_a_tone_is_a_line_of_the_spectrogram():
    t = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    found = spectrogram(Audio(np.sin(2 * np.pi * 1000 * t).astype(np.float32)))
    assert found.shape == (257, SAMPLE_RATE // 512)
    assert (found.argmax(0) == 32).all()  # 1000 Hz of 8000 in 256 steps
    np.testing.assert_allclose(found.max(0), 0, atol=0.1)  # dB of full scale


HOURS = 4 * 3600 * SAMPLE_RATE
N = 20_000  # rows of what is long


def words_of(n: int) -> dict:
    start, end = segments(n, HOURS)
    confidence = RNG.random(n).astype(np.float32)
    owner = np.zeros(n, np.int32)
    return {
        "text": TextColumn.of([f"w{k % 500}" for k in range(n)]),
        "start": start,
        "end": end,
        "utterance": owner,
        "confidence": confidence,
    }


def long_artifacts() -> list:
    start, end = segments(N, HOURS)
    who = RNG.integers(0, 60, N).astype(np.int32)
    said = words_of(N)
    transcript = Transcript(**said, speaker=who, turn_start=start, turn_end=end, turn_speaker=who)
    texts = ["one two"] * N
    n_points = 1 << 15
    offsets = np.cumsum([0, n_points // 2, n_points // 4, n_points // 4])
    low = -RNG.random(n_points).astype(np.float32)
    return [
        Audio(RNG.standard_normal(1_000_000).astype(np.float32)),
        Waveform(low, -low, offsets, 64, HOURS),
        Speech(start, end, who, HOURS),
        Features(np.zeros((N, 3), np.float32), start[:1], np.array([0, N]), 160, 400),
        Embeddings(RNG.standard_normal((N, 8)).astype(np.float32), start, end, start),
        Turns(start, end, who),
        Utterances(start, end),
        Texts(TextColumn.of(texts), start[:0], start[:0], confidence=np.ones(2 * N, np.float32)),
        Words(**said),
        transcript,
        WordIndex(said["text"], TextColumn.of([]), start[:0], start[:0]),
    ]


@pytest.mark.parametrize("artifact", long_artifacts(), ids=lambda a: type(a).__name__)
def test_a_picture_of_hours_is_as_large_as_one_of_minutes(artifact):
    """Thousands of rows, dozens of speakers."""
    found = panels(artifact, HOURS)
    assert found
    for panel in found:
        if isinstance(panel, Square):
            assert len(panel.values) == len(panel.seconds) <= MOST_EMBEDDINGS
        elif isinstance(panel, Lanes):
            assert panel.values.shape == (len(panel.names), COLUMNS)
            assert 2 <= len(panel.names) <= MOST_LANES + 4 and len(panel.colour) == len(panel.names)
        else:
            values = panel.low if hasattr(panel, "low") else np.asarray(panel.values)
            assert values.shape[-1] <= COLUMNS and np.size(values)


def test_the_lanes_of_those_who_speak_least_are_one():
    start = np.arange(0, 3_000, 10)
    owner = np.r_[np.arange(30), np.repeat(np.arange(20), 14)[:270]].astype(np.int32)
    (panel,) = panels(Turns(start, start + 10, owner), 3_000)
    assert isinstance(panel, Lanes)
    assert panel.names[-1] == "others" and len(panel.names) == MOST_LANES + 1
    np.testing.assert_allclose(panel.values.sum(0), 1, atol=1e-4)
