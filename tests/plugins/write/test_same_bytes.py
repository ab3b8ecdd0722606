"""The techniques of `write` give the same bytes for any text and times."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests._support.transcripts import transcript_of
from tests._support.written import written
from vsat_core.artifacts import TextColumn, Transcript
from vsat_plugins.write import files_batched, files_vectorized
from vsat_plugins.write.document import rounded_ms
from vsat_plugins.write.files_batched import Batched
from vsat_plugins.write.files_numba import Numba
from vsat_plugins.write.files_vectorized import Vectorized

FAST = (Vectorized, Numba, Batched)

ODD = st.text("ab.!?…,;:\"'”’)]<>&\\\n\x00\x7f\t é€𐐀_1-$%+#@°−日本。、」ไทยשלם", max_size=12)
CODES = ("", "en", "ja", "th", "he")


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(ODD, st.integers(0, 70_000), st.integers(0, 12_000), st.integers(-1, 1)),
        max_size=30,
    ),
    st.sampled_from([0, 575_000_000]),
    st.sampled_from([1, 9_999]),
)
def test_any_text_and_times_give_the_same_bytes(said, late, people):
    """Texts with every sign that a format treats in its own way, times of a ten-hour recording,
    words that overlap.
    """
    start = late + np.cumsum([a for _, a, _, _ in said]).astype(np.int64)
    end = start + np.array([n for _, _, n, _ in said], np.int64)
    who = np.array([w if w < 0 else w * people for _, _, _, w in said], np.int32)
    spoken = np.flatnonzero((who >= 0) & (end > start))
    turns = (start[spoken], end[spoken], who[spoken])
    texts = TextColumn.of(t for t, _, _, _ in said)
    unclear = (
        start[::3],
        end[::3] + 1,
        who[::3],
        TextColumn.of(texts[i] for i in range(0, len(said), 3)),
    )
    reasons = TextColumn.of("why" for _ in unclear[0])
    transcript = Transcript(
        texts,
        start,
        end,
        who,
        np.zeros(len(said), np.int32),
        *turns,
        *unclear,
        reasons,
        np.where(start % 3, start % 1_000 / 999, np.nan).astype(np.float32),
        TextColumn.of(CODES[n % len(CODES)] for n in (end // 3).tolist()),
    )
    first = written(transcript, seconds=1)
    for kind in FAST:
        assert written(transcript, kind=kind, seconds=1) == first


def test_times_that_no_recording_has_give_the_same_bytes():
    times = np.array([-5, 40, 30]), np.array([10, 20, 50])
    nobody, none = np.full(3, -1, np.int32), np.zeros(0, np.int64)
    transcript = Transcript(
        TextColumn.of("abc"), *times, nobody, nobody, none, none, none.astype(np.int32)
    )
    first = written(transcript)
    assert [written(transcript, kind=kind) for kind in FAST] == [first] * len(FAST)


@pytest.mark.parametrize("kind", [Vectorized, Batched])
def test_blocks_give_the_bytes_of_one_piece(kind, monkeypatch):
    """Blocks of a few places: rows begin in one and end in another."""
    transcript = transcript_of(*[(i % 2, f"word {i} of a talk.") for i in range(40)])
    first = written(transcript)
    monkeypatch.setattr(files_vectorized, "BLOCK", 7)
    monkeypatch.setattr(files_batched, "BLOCK", {"cpu": 7})
    assert written(transcript, kind=kind) == first


def test_seconds_are_rounded_as_python_rounds_them():
    rng = np.random.default_rng(5)
    samples = np.concatenate(
        [
            np.arange(20_000),
            rng.integers(0, 600_000_000, 5_000),
            rng.integers(0, 1 << 40, 5_000),
            rng.integers(0, 40_000_000, 20_000) * 16 + 8,
        ]
    )
    assert rounded_ms(samples).tolist() == [
        round(round(n / 16_000, 3) * 1000) for n in samples.tolist()
    ]
