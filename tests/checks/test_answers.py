"""Where two answers differ, and by how much they may."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Audio, Environment, Features, Files, TextColumn, Texts
from vsat_core.checks.answers import Answer, beyond, differences
from vsat_core.contract.cards import EXACT, close


def sound(*values: float, snr_db: float = 40.0) -> Answer:
    return Answer(Audio(np.float32(values), Environment("quiet", -20.0, -60.0, snr_db, 8000.0)))


def frames(values: list[float], start: int = 0) -> Answer:
    return Answer(
        Features(
            np.float32(values).reshape(-1, 1), np.array([start]), np.array([0, len(values)]), 1, 1
        )
    )


def texts(*said: str) -> Answer:
    return Answer(Texts(TextColumn.of(said), np.zeros(0, int), np.zeros(0, int)))


def test_tolerances_are_for_floats_only():
    near = close(rtol=0.01, atol=0.1)
    assert differences(sound(1.0, 100.0), sound(1.05, 101.0), near) == []
    assert differences(sound(1.0, 100.0), sound(1.0, 102.0), near) == [
        "samples[1] is 100.0 instead of 102.0 (rtol 0.01 atol 0.1; 1 of 2 differ)"
    ]
    assert differences(sound(1.0), sound(1.5), EXACT) == [
        "samples[0] is 1.0 instead of 1.5 (exact)"
    ]
    assert differences(frames([1.0]), frames([1.0], start=1), near) == [
        "start[0] is 0 instead of 1 (exact)"
    ]


def test_the_first_place_is_named_not_the_worst():
    found = differences(sound(1.0, 2.0, 3.0, 4.0), sound(1.0, 2.5, 9.0, 4.0), EXACT)
    assert found == ["samples[1] is 2.0 instead of 2.5 (exact; 2 of 4 differ)"]


def test_facts_beside_the_arrays():
    near = close(rtol=0.01, atol=0.1)
    assert differences(sound(snr_db=40.0), sound(snr_db=40.3), near) == []
    assert differences(sound(snr_db=40.0), sound(snr_db=50.0), near) == [
        "environment.snr_db is 40.0 instead of 50.0 (rtol 0.01 atol 0.1)"
    ]
    assert differences(sound(snr_db=40.0), sound(snr_db=40.1), EXACT) == [
        "environment.snr_db is 40.0 instead of 40.1 (exact)"
    ]


def test_what_is_no_number_agrees_with_nothing():
    nan = float("nan")
    assert differences(frames([nan]), frames([1.0]), close()) != []
    assert differences(frames([nan]), frames([nan]), close()) != []
    infinite = np.array([np.inf])
    assert beyond(infinite, -infinite, close(rtol=1.0)).all()


def test_texts_and_names_agree_or_do_not():
    assert differences(texts("a", "b"), texts("a", "b"), close()) == []
    assert differences(texts("a", "b"), texts("a", "c"), close()) == [
        "text.buffer[1] is 98 instead of 99 (exact; 1 of 2 differ)"
    ]
    assert differences(
        Answer(Files(["x"]), {"x": "1"}), Answer(Files(["y"]), {"y": "1"}), EXACT
    ) == [
        "file x",
        "file y",
        "names is ('x',) instead of ('y',) (exact)",
    ]
