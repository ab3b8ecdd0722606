"""Which windows a span owns, and that every front end keeps to it whatever the speech looks
like.
"""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from tests._support.spans import unknown
from tests._support.variants import made, names, tuned
from vsat_core.artifacts import Audio
from vsat_core.contract.workspace import Workspace
from vsat_plugins.features import frontend, spans

STAGES = [*names("features", "fbank80"), *names("features", "mel40")]


def noise(n_samples):
    """White noise at -20 dBFS."""
    return Audio((0.1 * np.random.default_rng(3).standard_normal(n_samples)).astype(np.float32))


def features(stage, audio, pairs, run, **tuning):
    return made("features", stage, **tuning)(audio, unknown(pairs, len(audio.samples)), run=run)


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 1500)), max_size=6))
def test_rows_are_the_windows_that_fit(pieces):
    speech = unknown([(start, start + length) for start, length in pieces], 4500)
    start, end = speech.union()
    offsets = spans.offsets_of(start, end, 400, 160)
    bounds = zip(start.tolist(), end.tolist(), strict=True)
    expected = [[first for first in range(a, b, 160) if first + 400 <= b] for a, b in bounds]
    assert np.diff(offsets).tolist() == [len(firsts) for firsts in expected]
    rows = np.arange(int(offsets[-1]))
    assert spans.first_samples(start, offsets, rows, 160).tolist() == [
        f for firsts in expected for f in firsts
    ]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("n_samples", [0, 1, 100, 399])
def test_audio_shorter_than_a_window_gives_no_frames(stage, n_samples, workspace):
    spans = [(0, n_samples)] if n_samples else []
    none = features(stage, noise(n_samples), spans, workspace)
    assert len(none.frames) == 0
    assert none.offsets.tolist() == [0] * (len(spans) + 1)


@pytest.mark.parametrize("stage", STAGES)
def test_short_spans_keep_their_entry(stage, workspace):
    spans = [(100, 300), (1000, 1400), (2000, 2100), (3000, 4000)]
    given = features(stage, noise(8000), spans, workspace)
    assert given.start.tolist() == [100, 1000, 2000, 3000]
    assert given.offsets.tolist() == [0, 0, 1, 1, 5]
    assert (given.hop, given.window) == (160, 400)


@pytest.mark.parametrize("stage", STAGES)
def test_a_frame_depends_on_its_window_alone(stage, workspace):
    audio, spans = noise(16_000), [(1600, 4000), (8000, 12_000)]
    full = features(stage, audio, [(0, 16_000)], workspace)
    parts = features(stage, audio, spans, workspace)
    for span in spans:
        np.testing.assert_allclose(parts.rows(*span), full.rows(*span), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("stage", STAGES)
def test_overlapping_segments_are_framed_once(stage, workspace):
    audio = noise(8000)
    one = features(stage, audio, [(0, 6000)], workspace)
    assert features(stage, audio, [(0, 4000), (3000, 6000)], workspace) == one


@pytest.mark.parametrize("stage", STAGES)
def test_blocks_do_not_show(stage, workspace, monkeypatch):
    audio, pairs = noise(16_000), [(500, 9000), (9500, 16_000)]
    large = features(stage, audio, pairs, workspace)
    monkeypatch.setattr(frontend, "BLOCK_ROWS", 7)
    small = features(stage, audio, pairs, workspace)
    np.testing.assert_allclose(small.frames, large.frames, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("stage", [*tuned("features", "fbank80"), *tuned("features", "mel40")])
def test_threads_change_nothing_and_frames_may_live_on_disk(stage, monkeypatch):
    audio, pairs = noise(40_001), [(500, 19_000), (19_500, 40_001)]
    monkeypatch.setattr(frontend, "BLOCK_ROWS", 40)
    with Workspace(memory_limit=1000) as run:
        one, three = (features(stage, audio, pairs, run, threads=n) for n in (1, 3))
        assert one == three
        assert list(run.folder.glob("*.npy"))
