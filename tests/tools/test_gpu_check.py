"""The check of graphics cards: what it says without one, and its comparison, here of the processor
with itself.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

import attrs
import pytest
import torch

from tests._support.paths import ROOT
from tests._support.spans import speech_of
from tests._support.variants import REGISTRY
from tools import gpu_check
from tools.benchmarks.stages.hour import hour
from vsat_core.checks.answers import Answer
from vsat_core.errors import ModelMissing

SENTENCE = REGISTRY().variants["attribute"]["sentence.batched"]


@pytest.fixture
def bench(tmp_path):
    """An hour of made-up words and turns."""
    return gpu_check.Bench(REGISTRY(), hour(), {"features": "fbank80"}, tmp_path, None)


def test_without_a_card_one_line_says_why(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "argv", ["gpu_check", "--output", str(tmp_path / "gpu.json")])
    assert gpu_check.main() == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"nothing measured: PyTorch {torch.__version__} ")
    assert not (tmp_path / "gpu.json").exists()


def test_without_an_environment_the_script_says_so():
    done = subprocess.run(
        ["sh", ROOT / "tools" / "gpu_check.sh"],
        env={**os.environ, "PYTHON": "/nowhere/python"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("nothing measured: there is no /nowhere/python")


def test_a_variant_agrees_with_itself(bench):
    row = bench.row(SENTENCE, "cpu")
    assert row["differences"] == [] and row["agreement"] == "exact"
    assert [len(row["seconds"][where]) > 0 for where in ("cpu", "device")] == [True, True]
    name, said, *_ = gpu_check.line("attribute sentence.batched", row)
    assert (name, said) == ("attribute sentence.batched", "agree (exact)")
    assert not gpu_check.bad(row)


def test_another_answer_is_found(bench):
    wanted = bench.artifacts["attribute"]
    other = attrs.evolve(wanted, speaker=(wanted.speaker + 1) % 8)
    problems = bench.problems(SENTENCE, Answer(other), Answer(wanted), bench.inputs(SENTENCE))
    assert len(problems) == 1 and problems[0].startswith("speaker[0] is ")
    assert gpu_check.bad({"differences": problems})


def test_features_are_those_that_a_variant_takes(bench, bursts):
    bench.artifacts |= {"enhance": bursts, "detect": speech_of([(0, 96_000, -1)], 96_000)}
    features, _ = bench.inputs(REGISTRY().variants["embed"]["dvector.batched"])
    assert features.frames.shape[1] == 40


@pytest.mark.parametrize(
    ("error", "kind", "bad"),
    [(ModelMissing("no weights"), "missing", False), (RuntimeError("a\nb"), "RuntimeError", True)],
)
def test_a_variant_that_fails_hides_no_other(bench, monkeypatch, error, kind, bad):
    def row(variant):
        if variant is SENTENCE:
            raise error
        return {"differences": []}

    monkeypatch.setattr(gpu_check, "bench", lambda registry: contextlib.nullcontext(bench))
    monkeypatch.setattr(gpu_check.Bench, "row", lambda self, variant: row(variant))
    found = dict(gpu_check.rows(REGISTRY(), "attribute"))
    assert list(found) == ["attribute overlap.batched", "attribute sentence.batched"]
    failure = found["attribute sentence.batched"]["failure"]
    assert failure["kind"] == kind and "\n" not in failure["reason"]
    assert [gpu_check.bad(r) for r in found.values()] == [False, bad]
