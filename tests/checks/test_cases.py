"""The generated inputs are what they say, fit each other, and depend on nothing but the seed."""

import numpy as np
import pytest

from tests._support.stages import STAGES
from vsat_core.artifacts import Embeddings, Features, Source
from vsat_core.checks.cases import cases_for
from vsat_core.checks.files import file_cases
from vsat_core.checks.sanity import nonsense
from vsat_core.checks.scenes import scenes

REAL = {
    Features: Features(np.float32([[1, 2], [3, 4]]), np.array([0]), np.array([0, 2]), 160, 400),
    Embeddings: Embeddings(np.ones((1, 5), np.float32), *(np.array([n]) for n in (0, 9, 0))),
}
AFTER_DECODE = [s for s in STAGES if s != "decode"]


def real(stage: str) -> list[object]:
    """Something of the type of each input; only frames and embeddings are looked into."""
    kinds = [Source if t == "source" else STAGES[t].gives for t in STAGES[stage].takes]
    return [REAL[k] if k in REAL else object.__new__(k) for k in kinds]


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases")

    def of(stage: str) -> dict[str, dict]:
        found = cases_for(STAGES[stage], 0, folder, real(stage))
        return {c.name: dict(zip(STAGES[stage].takes, c.inputs, strict=True)) for c in found}

    return {stage: of(stage) for stage in AFTER_DECODE}


def test_every_stage_gets_every_kind(cases):
    for stage in AFTER_DECODE:
        assert {s.name for s in scenes(0)} <= cases[stage].keys()
        assert ("ten hours" in cases[stage]) == (stage not in ("enhance", "draw", "detect"))


@pytest.mark.parametrize("stage", [s for s in AFTER_DECODE if s not in ("enhance", "write")])
def test_what_is_generated_could_be_real(cases, stage):
    """Every generated artifact passes the checks that a variant's answer must pass."""
    for name, inputs in cases[stage].items():
        known = {**cases["cluster"].get(name, {}), **inputs}
        for source, artifact in inputs.items():
            if source != "source" and set(STAGES[source].takes) <= known.keys():
                made_of = [known[t] for t in STAGES[source].takes]
                assert nonsense(artifact, made_of) == [], (name, source)


def test_the_same_seed_gives_the_same_inputs(cases, tmp_path):
    def digests(seed: int) -> list[list[str]]:
        return [
            [i.digest() for i in c.inputs]
            for c in cases_for(STAGES["cluster"], seed, tmp_path, real("cluster"))
        ]

    assert digests(0) == [
        [i.digest() for i in inputs.values()] for inputs in cases["cluster"].values()
    ]
    assert digests(0) != digests(1)


def test_files_for_decoders(tmp_path):
    found = {c.name: c.inputs[0].path for c in file_cases(0, tmp_path)}
    assert len(found) == len(set(found.values())) > 10
    assert found["nothing"].stat().st_size == 0
    assert found["one sample"].stat().st_size == 44 + 2
    assert all(p.name.removesuffix(".wav") == name for name, p in found.items())
