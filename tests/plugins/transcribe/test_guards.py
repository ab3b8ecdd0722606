"""transcribe: what keeps words out of places where nobody speaks."""
from __future__ import annotations

import numpy as np
import pytest

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.transcribe.guards import believed, is_silent, token_limit, without_loops


def kept(text: str) -> str:
    return " ".join(without_loops(text.split()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("no no no no", "no no no no"),
        ("no " * 8, ""),
        ("I say: " + "no, " * 8, "I say: no,"),
        ("We go. " + "it is a thing " * 4 + "indeed", "We go. it is a thing"),
        ("one two three one two three one two three", "one two three one two three one two three"),
    ],
)
def test_loops(text: str, expected: str) -> None:
    assert kept(text) == expected


@pytest.mark.parametrize(
    ("text", "seconds", "expected"),
    [
        ("You", 1, ""),
        ("Thank you for watching!", 3, ""),
        ("♪♪♪♪♪♪", 3, ""),
        ("Thank you for coming.", 3, "Thank you for coming."),
        ("Yes.", 1, "Yes."),
        ("Yes.", 10, ""),
        ("", 1, ""),
    ],
)
def test_what_is_believed(text: str, seconds: int, expected: str) -> None:
    assert believed(text, seconds * SAMPLE_RATE, 0.6) == expected


def test_silence_is_judged_by_the_loudest_moment() -> None:
    sound = np.zeros(SAMPLE_RATE, np.float32)
    assert is_silent(sound, -60)
    sound[8_000:9_000] = 0.01  # -40 dBFS
    assert not is_silent(sound, -60)
    assert is_silent(sound, -30)


@pytest.mark.parametrize("n", [0, 1, 100])
def test_no_full_frame_is_silent(n: int) -> None:
    assert is_silent(np.ones(n, np.float32), -60)


def test_token_limit_rounds_up() -> None:
    assert [token_limit(n, 6.5) for n in (1, 16_000, 32_000)] == [1, 7, 13]
