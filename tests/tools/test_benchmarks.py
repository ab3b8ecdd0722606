"""What the recorders of tools/benchmarks take from where."""

from __future__ import annotations

import numpy as np
import soundfile

from tools.benchmarks.many_files import cut
from tools.benchmarks.stage_runs import Run, apart, find
from vsat_core.measure.statistics import compare


def rows(**seconds: list[float]) -> dict[str, dict]:
    """Rows of one run, each with its ratio to the baseline."""
    made = {
        name: {"seconds": [[t] for t in times], "times_faster": {}}
        for name, times in seconds.items()
    }
    for name, row in made.items():
        if name != "baseline":
            found = compare(made["baseline"]["seconds"], row["seconds"])
            row["times_faster"]["baseline"] = [1 / found.ratio, 0, None]
    return made


def test_rows_of_one_run_are_told_from_rows_kept_of_an_older_one():
    found = rows(baseline=[4.0, 4.4], numba=[1.0, 1.2], batched=[2.0, 2.1])
    assert not apart(found, "baseline", "numba") and not apart(found, "batched", "numba")
    found["numba"]["seconds"] = [[0.5], [0.6]]
    assert apart(found, "baseline", "numba") and apart(found, "batched", "numba")
    assert not apart(found, "baseline", "batched")


def test_an_older_run_with_both_is_preferred():
    old, new = (rows(baseline=[4.0, 4.4], numba=[1.0, 1.2]) for _ in range(2))
    new["numba"]["seconds"] = [[0.5], [0.6]]
    every = [Run({"work": r}, {}, commit, "") for r, commit in ((new, "new"), (old, "old"))]
    for runs, commit, is_apart in ((every, "old", False), (every[:1], "new", True)):
        run, _, was_apart = find(runs, "work", "baseline", "numba")
        assert (run.commit, was_apart) == (commit, is_apart)
    assert find(every, "work", "baseline", "none") is None


def test_stretches_of_a_recording(tmp_path):
    soundfile.write(tmp_path / "talk.wav", np.arange(10_000, dtype=np.int16), 1000)
    out = tmp_path / "out"
    out.mkdir()
    assert cut(tmp_path / "talk.wav", out, 3, 4.0) == 12.0
    firsts = [soundfile.read(out / f"part{i}.flac", dtype="int16")[0] for i in (1, 2, 3)]
    assert [f[0] for f in firsts] == [0, 3000, 6000] and {len(f) for f in firsts} == {4000}
