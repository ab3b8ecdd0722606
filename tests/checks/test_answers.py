"""Where two answers differ, and by how much they may."""

import attrs
import numpy as np
import pytest

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


def files(name: str) -> Answer:
    return Answer(Files([name]), {name: "1"})


NEAR, NAN = close(rtol=0.01, atol=0.1), float("nan")
CASES = [
    (sound(1.0, 100.0), sound(1.05, 101.0), NEAR, ""),
    (
        sound(1.0, 100.0),
        sound(1.0, 102.0),
        NEAR,
        "samples[1] is 100.0 instead of 102.0 (rtol 0.01 atol 0.1; 1 of 2 differ)",
    ),
    (sound(1.0), sound(1.5), EXACT, "samples[0] is 1.0 instead of 1.5 (exact)"),
    (frames([1.0]), frames([1.0], start=1), NEAR, "start[0] is 0 instead of 1 (exact)"),
    (  # the first place is named, not the worst
        sound(1.0, 2.0, 3.0, 4.0),
        sound(1.0, 2.5, 9.0, 4.0),
        EXACT,
        "samples[1] is 2.0 instead of 2.5 (exact; 2 of 4 differ)",
    ),
    (sound(snr_db=40.0), sound(snr_db=40.3), NEAR, ""),
    (
        sound(snr_db=40.0),
        sound(snr_db=50.0),
        NEAR,
        "environment.snr_db is 40.0 instead of 50.0 (rtol 0.01 atol 0.1)",
    ),
    (
        sound(snr_db=40.0),
        sound(snr_db=40.1),
        EXACT,
        "environment.snr_db is 40.0 instead of 40.1 (exact)",
    ),
    (frames([NAN]), frames([1.0]), close(), "frames[0, 0] is nan instead of 1.0 (rtol"),
    (frames([NAN]), frames([NAN]), close(), "frames[0, 0] is nan instead of nan (rtol"),
    (texts("a", "b"), texts("a", "b"), close(), ""),
    (
        texts("a", "b"),
        texts("a", "c"),
        close(),
        "text.buffer[1] is 98 instead of 99 (exact; 1 of 2 differ)",
    ),
    (files("x"), files("y"), EXACT, "file x, file y, names is ('x',) instead of ('y',) (exact)"),
]


@pytest.mark.parametrize(("answer", "wanted", "agreement", "lines"), CASES)
def test_differences(answer, wanted, agreement, lines):
    """Tolerances are for floats only; what is no number agrees with nothing."""
    found = ", ".join(differences(answer, wanted, agreement))
    assert found.startswith(lines) and bool(found) == bool(lines)


def test_an_unknown_confidence_agrees_with_itself_alone():
    unknown, known = (
        Answer(attrs.evolve(texts("a").artifact, confidence=np.float32([value])))
        for value in (NAN, 0.5)
    )
    assert not differences(unknown, unknown, EXACT) and not differences(unknown, unknown, close())
    assert differences(unknown, known, close(atol=1.0)) and differences(known, unknown, EXACT)


def test_infinities_of_other_signs_differ():
    infinite = np.array([np.inf])
    assert beyond(infinite, -infinite, close(rtol=1.0)).all()
