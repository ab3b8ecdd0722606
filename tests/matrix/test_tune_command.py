"""`vsat tune`: which recordings and variants it takes, and what it says."""

import copy
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests._support.pages import SAMPLE
from vsat_core.cli import main


def test_tune_spreads_over_the_folder(tmp_path):
    from vsat_core.cli.tune_command import _chosen, _excerpts

    for name in ("r0", "r1", "r2", "r3", "more/r0"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        soundfile.write(tmp_path / f"{name}.wav", np.zeros(80_000), 8000)
    assert [p.name for p in _chosen(tmp_path, 2)] == ["r0.wav", "r1.wav"]
    cut = _excerpts([tmp_path / "r0.wav", tmp_path / "more" / "r0.wav"], 2.0, tmp_path / "out")
    assert len(set(cut)) == 2 and all(soundfile.info(p).duration == 2.0 for p in cut)


def test_tune_of_no_folder(capsys):
    assert main(["tune", "nowhere"]) == 2
    assert "is not a folder" in capsys.readouterr().err


@pytest.mark.models
def test_tune_measures_what_is_of_use(tmp_path, monkeypatch, capsys):
    """Fast techniques of methods that profiles use, on the recordings found; and what it then
    says.
    """
    from vsat_core.cli import matrix_command

    seen = {}

    def carry_out(ready, command):
        seen["ready"] = ready
        found = copy.deepcopy(SAMPLE)
        found["subsets"][0]["verdict"] = {
            "kind": "change",
            "profile": "recommended-quiet",
            "sentence": "Change default: it is slow.",
            "exchanges": [],
        }
        return found, [Path("tuning/matrix.html")]

    monkeypatch.setattr(matrix_command, "carry_out", carry_out)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recordings").mkdir()
    soundfile.write(tmp_path / "recordings" / "talk.wav", np.zeros(8000), 8000)
    assert main(["tune", "recordings"]) == 0
    names = {
        stage: {o.name for o in options}
        for stage, options in seen["ready"].selection.options.items()
    }
    assert "ahc.baseline" not in names["cluster"] and "ahc.numba" in names["cluster"]
    assert "sphinx.parallel" in names["align"] and names["transcribe"] == {
        f"moonshine.{technique}" for technique in ("vectorized", "batched", "numba")
    }
    assert names["features"] == {"fbank80.vectorized", "fbank80.numba", "fbank80.batched"}
    assert names["index"] == {"inverted.vectorized"}
    assert names["embed"] == {
        f"campplus.{technique}" for technique in ("vectorized", "numba", "batched", "onnx")
    }
    assert seen["ready"].baseline is None  # too slow to run against for someone who waits
    assert "use it: vsat run --profile recommended-quiet RECORDING" in capsys.readouterr().out
