"""What the recorders of tools/benchmarks take from where: rows of one run are told from rows kept
of an older one.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests._support.paths import ROOT
from vsat_core.measure.statistics import compare


@pytest.fixture
def runs(monkeypatch):
    """The module of the recorders."""
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "benchmarks"))
    import stage_runs

    return stage_runs


def rows(**seconds: list[float]) -> dict[str, dict]:
    """Rows of one run, each with its ratio to the baseline."""
    found = {
        name: {"seconds": [[t] for t in times], "times_faster": {}}
        for name, times in seconds.items()
    }
    for name, row in found.items():
        if name != "baseline":
            row["times_faster"]["baseline"] = [
                1 / compare(found["baseline"]["seconds"], row["seconds"]).ratio,
                0,
                None,
            ]
    return found


def test_rows_of_one_run_are_side_by_side(runs):
    found = rows(baseline=[4.0, 4.4], numba=[1.0, 1.2], batched=[2.0, 2.1])
    assert not runs.apart(found, "baseline", "numba") and not runs.apart(found, "batched", "numba")


def test_a_row_measured_anew_is_apart_from_one_that_stayed(runs):
    found = rows(baseline=[4.0, 4.4], numba=[1.0, 1.2], batched=[2.0, 2.1])
    found["numba"]["seconds"] = [[0.5], [0.6]]
    assert runs.apart(found, "baseline", "numba") and runs.apart(found, "batched", "numba")
    assert not runs.apart(found, "baseline", "batched")


def test_an_older_run_with_both_is_preferred(runs):
    old, new = (rows(baseline=[4.0, 4.4], numba=[1.0, 1.2]) for _ in range(2))
    new["numba"]["seconds"] = [[0.5], [0.6]]
    every = [runs.Run({"work": r}, {}, commit, "") for r, commit in ((new, "new"), (old, "old"))]
    run, found, apart = runs.find(every, "work", "baseline", "numba")
    assert (run.commit, apart) == ("old", False) and found is not new
    run, _, apart = runs.find(every[:1], "work", "baseline", "numba")
    assert (run.commit, apart) == ("new", True)
    assert runs.find(every, "work", "baseline", "none") is None


def test_stretches_of_a_recording(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "benchmarks"))
    import many_files
    import soundfile

    sound = np.arange(10_000, dtype=np.int16)
    soundfile.write(tmp_path / "talk.wav", sound, 1000)
    out = tmp_path / "out"
    out.mkdir()
    assert many_files.cut(tmp_path / "talk.wav", out, 3, 4.0) == 12.0
    firsts = [soundfile.read(out / f"part{i}.flac", dtype="int16")[0] for i in (1, 2, 3)]
    assert [f[0] for f in firsts] == [0, 3000, 6000] and {len(f) for f in firsts} == {4000}
