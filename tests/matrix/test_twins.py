"""What is rounding-sensitive is composed from its own answer to each input, not from that of a
class.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from tests._support.command import vsat
from tests._support.stages import STAGES
from tests._support.tiny_recording import Tiny
from vsat_core.artifacts import Embeddings
from vsat_core.matrix.exploring.equivalence import equal_but_for_rounding


def embeddings(vectors: np.ndarray) -> Embeddings:
    times = np.arange(len(vectors))
    return Embeddings(vectors.astype(np.float32), times, times + 1, times)


@pytest.mark.parametrize(
    ("of_largest", "expected"),
    [(0.0, True), (1e-5, True), (5e-4, True), (2e-3, False), (0.1, False), (np.nan, False)],
)
def test_equal_but_for_rounding(of_largest, expected):
    vectors = np.random.default_rng(1).normal(size=(5, 8))
    moved = vectors.copy()
    moved[2, 3] += of_largest * np.abs(vectors).max()
    assert equal_but_for_rounding(embeddings(moved), embeddings(vectors)) is expected
    assert not equal_but_for_rounding(embeddings(vectors[:4]), embeddings(vectors))
    assert equal_but_for_rounding(embeddings(vectors[:0]), embeddings(vectors[:0]))


def test_every_combination_gives_what_was_composed(tmp_path, monkeypatch):
    """Frames of `near` differ by rounding; `few.bits` finds one speaker in those of one of its two
    techniques. All are run twice.
    """
    tiny = Tiny.of(tmp_path / "tiny", "rounding.py")
    monkeypatch.chdir(tmp_path)
    more = {"features": "near", "embed": "few"}
    for stage, method in more.items():
        text = tiny.profile.read_text()
        tiny.profile.write_text(
            text.replace(f'{stage}]\nuse = "tiny.plain"', f'{stage}]\nuse = "{method}.baseline"')
        )
    stages = " ".join(f"--stage {s}={more.get(s, 'tiny')}.*" for s in STAGES if s != "cluster")
    stages += " --stage cluster=tiny.plain"
    options = "--out mx --full --rounds 2 --processes 1 --budget 1"
    assert vsat(f"matrix {tiny.recording} --profile {tiny.profile} {options} {stages}") == 0
    found = json.loads(Path("mx/matrix.json").read_text())
    runs = [r for r in found["validation"] if r["name"].startswith("full")]
    assert len(runs) == found["counts"]["combinations"] == found["full"]["combinations"] == 4
    assert all(r["same_answer"] and len(r["calls"]) == 2 for r in runs)
    assert found["full"]["both"] + found["full"]["ties"] + found["full"]["apart"]
    assert found["counts"]["chains"] == 2
    assert any("few.bits is rounding-sensitive" in n for n in found["notes"])
    assert not any("few.baseline is" in n or "DISAGREES" in n for n in found["notes"])
