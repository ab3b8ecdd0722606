"""Which windows a span owns, and that every front end keeps to it whatever the speech looks
like.
"""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from hypothesis import given, strategies as st

from tests._support.front_ends import CARDS, made
from vsat_core.artifacts import Audio, Speech
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import Cancelled
from vsat_core.plugin import NoParams
from vsat_plugins.features import spans

STAGES = list(CARDS)


def speech_of(pairs: list[tuple[int, int]], n_samples: int) -> Speech:
    """Speech without voices."""
    bounds = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    return Speech(bounds[:, 0], bounds[:, 1], np.full(len(bounds), -1, np.int32), n_samples)


def noise(n_samples: int) -> Audio:
    """White noise at -20 dBFS."""
    return Audio((0.1 * np.random.default_rng(3).standard_normal(n_samples)).astype(np.float32))


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 1500)), max_size=6))
def test_rows_are_the_windows_that_fit(pieces: list[tuple[int, int]]) -> None:
    speech = speech_of([(start, start + length) for start, length in pieces], 4500)
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
def test_audio_shorter_than_a_window_gives_no_frames(stage, n_samples, workspace) -> None:
    speech = speech_of([(0, n_samples)] if n_samples else [], n_samples)
    features = made(stage)(noise(n_samples), speech, run=workspace)
    assert len(features.frames) == 0
    assert features.offsets.tolist() == [0] * (len(speech.start) + 1)


@pytest.mark.parametrize("stage", STAGES)
def test_short_spans_keep_their_entry(stage, workspace) -> None:
    speech = speech_of([(100, 300), (1000, 1400), (2000, 2100), (3000, 4000)], 8000)
    features = made(stage)(noise(8000), speech, run=workspace)
    assert features.start.tolist() == [100, 1000, 2000, 3000]
    assert features.offsets.tolist() == [0, 0, 1, 1, 5]
    assert (features.hop, features.window) == (160, 400)


@pytest.mark.parametrize("stage", STAGES)
def test_a_frame_depends_on_its_window_alone(stage, workspace) -> None:
    audio = noise(16_000)
    whole = made(stage)(audio, speech_of([(0, 16_000)], 16_000), run=workspace)
    parts = made(stage)(audio, speech_of([(1600, 4000), (8000, 12_000)], 16_000), run=workspace)
    np.testing.assert_allclose(parts.rows(1600, 4000), whole.rows(1600, 4000), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        parts.rows(8000, 12_000), whole.rows(8000, 12_000), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("stage", STAGES)
def test_overlapping_segments_are_framed_once(stage, workspace) -> None:
    audio = noise(8000)
    one = made(stage)(audio, speech_of([(0, 6000)], 8000), run=workspace)
    two = made(stage)(audio, speech_of([(0, 4000), (3000, 6000)], 8000), run=workspace)
    assert one == two


@pytest.mark.parametrize("stage", STAGES)
def test_same_answer_twice_input_unchanged_and_blocks_do_not_show(
    stage, workspace, monkeypatch
) -> None:
    audio, speech = noise(16_000), speech_of([(500, 9000), (9500, 16_000)], 16_000)
    before = audio.digest()
    variant = made(stage)
    first = variant(audio, speech, run=workspace)
    assert variant(audio, speech, run=workspace) == first
    assert audio.digest() == before
    monkeypatch.setattr(spans, "BLOCK_ROWS", 7)
    small = variant(audio, speech, run=workspace)
    np.testing.assert_allclose(small.frames, first.frames, rtol=1e-4, atol=1e-5)
    assert attrs.evolve(small, frames=first.frames) == first


def test_progress_reaches_the_end_of_the_speech() -> None:
    seen: list[int] = []
    with Workspace(on_progress=seen.append) as run:
        made("mel40.numba")(noise(16_000), speech_of([(0, 16_000)], 16_000), run=run)
    assert seen[-1] == 97 * 160 + 400


@pytest.mark.parametrize("stage", [name for name in STAGES if CARDS[name].tuning is not NoParams])
def test_threads_change_nothing_and_frames_may_live_on_disk(stage, monkeypatch) -> None:
    audio, speech = noise(40_001), speech_of([(500, 19_000), (19_500, 40_001)], 40_001)
    monkeypatch.setattr(spans, "BLOCK_ROWS", 40)
    with Workspace(memory_limit=1000) as run:
        one, three = (made(stage, threads=n)(audio, speech, run=run) for n in (1, 3))
        assert one == three
        assert list(run.folder.glob("*.npy"))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stopped_run_stops(stage) -> None:
    with Workspace() as run, pytest.raises(Cancelled):
        run.cancelled.set()
        made(stage)(noise(16_000), speech_of([(0, 16_000)], 16_000), run=run)
