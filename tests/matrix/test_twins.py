"""What makes much of rounding is composed from its own answer to each input, not from that of a
class.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests._support.paths import LOOSE
from tests._support.stages import STAGES
from vsat_core.artifacts import Embeddings
from vsat_core.cli import main
from vsat_core.matrix.exploring.equivalence import equal_but_for_rounding

ROUNDING = LOOSE / "rounding.py"


def prints(vectors: np.ndarray) -> Embeddings:
    times = np.arange(len(vectors))
    return Embeddings(vectors.astype(np.float32), times, times + 1, times)


@pytest.mark.parametrize(
    ("of_largest", "expected"),
    [(0.0, True), (1e-5, True), (5e-4, True), (2e-3, False), (0.1, False), (np.nan, False)],
)
def test_equal_but_for_rounding(of_largest: float, expected: bool) -> None:
    vectors = np.random.default_rng(1).normal(size=(5, 8))
    moved = vectors.copy()
    moved[2, 3] += of_largest * np.abs(vectors).max()
    assert equal_but_for_rounding(prints(moved), prints(vectors)) is expected
    assert not equal_but_for_rounding(prints(vectors[:4]), prints(vectors))
    assert equal_but_for_rounding(prints(vectors[:0]), prints(vectors[:0]))


def test_every_combination_gives_what_was_composed(
    tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames of `near` differ by rounding; `few.bits` hears one speaker in those of one of its two
    techniques.
    """
    shutil.copy(ROUNDING, tiny.folder)
    tiny.profile.write_text(
        tiny.profile.read_text().replace('["tiny.py"]', '["tiny.py", "rounding.py"]')
    )
    monkeypatch.chdir(tmp_path)
    chosen = {s: "tiny.plain" for s in STAGES} | {
        "features": "tiny.plain,near.*",
        "embed": "tiny.plain,few.*",
    }
    stages = [argument for s, names in chosen.items() for argument in ("--stage", f"{s}={names}")]
    command = [
        "matrix",
        str(tiny.recording),
        "--profile",
        str(tiny.profile),
        "--out",
        "mx",
        "--full",
        "--rounds",
        "2",
        "--processes",
        "1",
        "--budget",
        "1",
        *stages,
    ]
    assert main(command) == 0
    found = json.loads(Path("mx/matrix.json").read_text())
    wholes = [w for w in found["validation"] if w["name"].startswith("full")]
    assert len(wholes) == found["counts"]["combinations"] == 9
    assert all(w["same_answer"] for w in wholes)
    assert found["counts"]["chains"] == 2
    assert any("few.bits makes much of rounding in its input" in n for n in found["notes"])
    assert not any("few.baseline makes" in n or "DISAGREES" in n for n in found["notes"])
    assert main([*command, "--resume"]) == 0
    again = json.loads(Path("mx/matrix.json").read_text())
    assert again["parts"][0]["rows"] == found["parts"][0]["rows"]
