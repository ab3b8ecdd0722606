"""`vsat bench`: every operation of a profile has its figures, and what fails has its reason."""

import json

from tests._support.command import vsat
from tests._support.stages import STAGES
from vsat_core.measure.bench import OPERATIONS


def test_every_operation_is_measured(tiny, capsys):
    """Times, memory and real-time factor for thirteen stages and three operations; the JSON says on
    what machine.
    """
    output = tiny.folder / "metrics" / "result.json"
    bench = f"bench {tiny.recording} --profile {tiny.profile} --rounds 2 --processes 1"
    assert vsat(f"{bench} --output {output}") == 0
    recorded = json.loads(output.read_text())
    assert set(recorded["results"]) == {*STAGES, *OPERATIONS}
    for files in recorded["results"].values():
        row = files["talk.wav"]
        assert row["n"] == len(*row["seconds"]) == 2 and row["elapsed_seconds"] > 0
        assert row["elapsed_low"] <= row["elapsed_seconds"] <= row["elapsed_high"]
        assert row["memory_peak_mb"] >= row["memory_before_mb"] > 0
        assert row["real_time_factor"] > 0
    assert recorded["_meta"]["machine"]["key"] and "tiny.plain" in recorded["_meta"]["profile_toml"]
    assert "talk.wav" in capsys.readouterr().out


def test_bad_arguments(tiny, capsys):
    """A missing recording and zero rounds: one line each, exit code 2."""
    for arguments, words in (
        ("missing.wav", "no such file"),
        (f"{tiny.recording} --rounds 0", "--rounds"),
    ):
        assert vsat(f"bench {arguments} --profile {tiny.profile}") == 2
        assert words in capsys.readouterr().err
