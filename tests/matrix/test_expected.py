"""What is promised of a recommended combination, on made-up end-to-end runs."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from vsat_core.config.prepare import prepare
from vsat_core.matrix.exploring.store import CommandCell
from vsat_core.matrix.validation.cold_start import run_command
from vsat_core.matrix.validation.report import expected
from vsat_core.matrix.validation.runs import EndToEndRun
from vsat_core.measure.cells import Limits

NONE = CommandCell()


def promised(*calls: float, command: CommandCell = NONE) -> dict:
    """Of 2 s composed, where the only end-to-end run was 10 % off, with these calls."""
    run = EndToEndRun("random 1", "a.wav", 1.1, 1.0, 100, 100, True, (calls,))
    validation = SimpleNamespace(runs=[run], commands={"all": command})
    composer = SimpleNamespace(recordings=[SimpleNamespace(path=Path("talk.wav"))])
    return expected(validation, SimpleNamespace(name="all", composer=composer), 2.0)


def test_as_far_off_as_end_to_end_runs_were():
    found = promised(1.0, 1.01, 1.0)
    assert (found["low"], found["high"]) == pytest.approx((2 / 1.1, 2.2))
    assert found["why"] == "the one end-to-end run here was within 10 % of what was composed"


def test_no_surer_than_calls_repeat():
    """Composing may have been lucky where the machine swings by half."""
    found = promised(1.0, 1.5)
    assert (found["low"], found["high"]) == pytest.approx((2 / 1.5, 3.0))
    assert found["why"].endswith(
        "but calls of one and the same differed by up to 50 % (nine of ten)"
    )


def test_the_command_by_itself_within_the_same_share_of_its_runs():
    found = promised(1.0, 1.0, command=CommandCell((5.0, 6.0)))["command"]
    assert (found["low"], found["high"]) == pytest.approx((5 / 1.1, 6.6))
    assert found["text"].endswith("expect 4.5 to 6.6 s (it took 5.0 to 6.0 s in 2 runs)")
    assert promised(1.0, 1.0)["command"] == {}


def test_a_command_that_fails_says_why(tiny):
    """Its last line, and the time-out."""
    profile = prepare(str(tiny.profile))
    failed = run_command(profile, Path("missing.wav"), Limits(rounds=1))
    assert failed.seconds == () and "missing.wav" in failed.failure
    late = run_command(profile, tiny.recording, Limits(rounds=1, timeout_s=0.01))
    assert late.failure == "no end within 0.01 s; raise --timeout"
    said = promised(1.0, 1.0, command=failed)["command"]["text"]
    assert said.startswith("vsat run of talk.wav by itself failed: ")
