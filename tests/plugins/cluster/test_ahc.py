"""Agglomerative clustering: five techniques give the same turns, also where prints tie; trees
against SciPy's.
"""

from __future__ import annotations

import attrs
import numpy as np
import pytest
import scipy.cluster.hierarchy
from scipy.spatial.distance import pdist
from test_clustering import renumbered, talk

from vsat_core.artifacts import SAMPLE_RATE, Embeddings, Speech, Turns
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import Cancelled
from vsat_core.plugin import NoParams
from vsat_plugins.cluster import (
    AhcParams,
    Device,
    ahc,
    ahc_batched,
    ahc_chain,
    ahc_linkage,
    ahc_numba,
)
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units

FAST = [
    pytest.param(ahc_linkage.Vectorized, id="vectorized"),
    pytest.param(ahc_linkage.Native, id="native"),
    pytest.param(ahc_numba.Numba, id="numba"),
    pytest.param(ahc_batched.Batched, id="batched"),
]
DEMANDS = (
    {},
    {"num_speakers": 4},
    {"min_speakers": 6, "apart": 0.7},
    {"max_speakers": 3, "threshold": 1.2},
)


def made(technique: type[ahc.Ahc], **values: float) -> ahc.Ahc:
    """A technique, ready; skips where its package is missing."""
    if technique is ahc_linkage.Native:
        pytest.importorskip("fastcluster")
    stage = technique(
        AhcParams(**values), Device(threads=1) if technique is ahc_batched.Batched else NoParams()
    )
    stage.prepare()
    return stage


def run(stage: ahc.Ahc, embeddings: Embeddings, speech: Speech) -> Turns:
    """One call."""
    with Workspace() as workspace:
        return stage(embeddings, speech, run=workspace)


def tree(stage: ahc.Ahc, units: Units) -> ahc.Tree:
    """All merges."""
    own = attrs.evolve(units, vectors=units.vectors.copy())
    with Workspace() as workspace:
        return stage.tree(own, workspace)


def odd_prints(kind: str, seed: int) -> tuple[Embeddings, Speech]:
    """Prints of five people, most of them of known voices, changed so that many similarities are
    equal.
    """
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 90))
    embeddings, speech = talk(
        rng.integers(0, 5, n).tolist(), seed, 0.3, voice=rng.integers(-1, 4, n).tolist()
    )
    vectors = {
        "any": embeddings.vectors,
        "corners": rng.integers(0, 2, (n, 3)),
        "signs": np.sign(embeddings.vectors[:, :3]),
        "thrice": np.repeat(embeddings.vectors, 3, axis=0)[:n],
        "opposite": np.where(rng.random((n, 1)) < 0.5, -1, 1) * embeddings.vectors,
        "silent": np.zeros((n, 4)),
    }[kind]
    return attrs.evolve(embeddings, vectors=np.ascontiguousarray(vectors, np.float32)), speech


@pytest.mark.parametrize("technique", FAST)
@pytest.mark.parametrize("kind", ["any", "corners", "signs", "thrice", "opposite", "silent"])
def test_techniques_agree_even_where_prints_tie(technique: type[ahc.Ahc], kind: str) -> None:
    for seed, demand in enumerate(DEMANDS):
        prints = odd_prints(kind, seed)
        assert run(made(technique, **demand), *prints) == run(
            made(ahc.Baseline, **demand), *prints
        ), demand


def test_without_untying_rounding_would_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why `ties` is there: without it SciPy and plain loops merge some prints with equal
    similarities otherwise.
    """
    monkeypatch.setattr(ahc, "untied", lambda units: units)
    both = [made(technique, num_speakers=3) for technique in (ahc.Baseline, ahc_linkage.Vectorized)]
    turns = [[run(stage, *odd_prints("corners", seed)) for stage in both] for seed in range(6)]
    assert any(plain != by_scipy for plain, by_scipy in turns)


@pytest.mark.parametrize("technique", FAST)
def test_heights_are_those_of_average_linkage(technique: type[ahc.Ahc]) -> None:
    """Against SciPy's linkage of its own cosine distances; 130 prints fill more than two tiles of
    64.
    """
    embeddings, speech = talk(np.random.default_rng(2).integers(0, 6, 130).tolist(), spread=0.3)
    units = Units.of(embeddings, speech)
    expected = scipy.cluster.hierarchy.linkage(pdist(units.vectors, "cosine"), "average")[:, 2]
    assert np.allclose(
        np.sort(1 - tree(made(technique), units).likeness), expected, rtol=0, atol=1e-12
    )


def test_the_sieve_keeps_what_float32_cannot_tell_apart() -> None:
    """Differences of 1e-9 in similarity decide who is joined first; float32 alone takes any."""
    rng = np.random.default_rng(4)
    base = np.linalg.qr(rng.standard_normal((40, 40)))[0]
    angles = 1.2 + 1e-9 * rng.permutation(39)
    vectors = np.vstack(
        [base[:1], np.cos(angles)[:, None] * base[0] + np.sin(angles)[:, None] * base[1:]]
    )
    center, voice = np.arange(40.0), np.full(40, -1)
    found = ahc_numba.merged(vectors.copy(), center, voice, 0.0, lambda i: None)
    first = np.argmax(found.likeness)
    assert {int(found.gone[first]), int(found.stays[first])} == {0, 1 + int(angles.argmin())}
    exact = scipy.cluster.hierarchy.linkage(
        2 - (vectors @ vectors.T)[np.triu_indices(40, 1)], "average"
    )
    for n_groups in range(1, 41):
        by_scipy = ahc_linkage.tree_of(exact).labels(9, n_groups, n_groups)
        assert renumbered(by_scipy.tolist()) == found.labels(9, n_groups, n_groups).tolist()


def test_similarities_fill_the_whole_table() -> None:
    """Mirrored squares and pairs kept apart: what `Units.likeness` gives, at sizes that fit no
    block.
    """
    rng = np.random.default_rng(6)
    n = ahc_numba.BLOCK + 37
    embeddings, speech = talk(rng.integers(0, 5, n).tolist(), voice=rng.integers(-1, 4, n).tolist())
    units = Units.of(embeddings, speech)
    table = ahc_numba.similarities(units.vectors.astype(np.float32), units.center, units.voice, 0.3)
    expected = units.likeness(0.3)
    np.fill_diagonal(expected, -np.inf)
    assert np.allclose(table, expected, rtol=0, atol=1e-6)
    with Workspace() as workspace:
        distances = ahc_linkage.distances(units, 0.3, workspace)
    assert np.allclose(
        ahc_linkage.SHIFT - distances, expected[np.triu_indices(n, 1)], rtol=0, atol=1e-12
    )
    left, right = ahc_batched.strangers(units)
    assert np.array_equal(
        np.argwhere(units.likeness(0.0) - units.likeness(0.5) > 0.4), np.column_stack([left, right])
    )


def test_more_prints_than_a_round_of_merges() -> None:
    """The compiled loop comes up for air: the same tree in several calls as in one."""
    embeddings, speech = talk(
        np.random.default_rng(7).integers(0, 9, ahc_numba.MERGES + 90).tolist(), spread=0.3
    )
    units = untied(Units.of(embeddings, speech))
    chain = ahc_chain.chain_of(
        ahc_numba.similarities(units.vectors.astype(np.float32), units.center, units.voice, 0.0),
        units.vectors.copy(),
        units.center,
        units.voice,
    )
    ahc_chain.advance(chain, 0.0, 1e-4, len(units) - 1)
    assert np.array_equal(chain.height, tree(made(ahc_numba.Numba), units).likeness)
    assert np.allclose(
        np.sort(chain.height), np.sort(tree(made(ahc_batched.Batched), units).likeness), atol=1e-12
    )


@pytest.mark.parametrize("technique", [pytest.param(ahc.Baseline, id="baseline"), *FAST])
def test_a_user_may_stop_it(technique: type[ahc.Ahc]) -> None:
    with Workspace() as workspace:
        workspace.cancelled.set()
        with pytest.raises(Cancelled):
            made(technique)(*talk([0, 1] * 9), run=workspace)


@pytest.mark.parametrize("technique", [pytest.param(ahc.Baseline, id="baseline"), *FAST])
def test_apart_counts_pairs_of_near_prints_of_different_voices(technique: type[ahc.Ahc]) -> None:
    """Worked by hand: two voices of cosine 0.36, windows 2.5 s apart, so each print has two others
    within 7 s.
    """
    rng = np.random.default_rng(3)
    common, a, b = np.linalg.qr(rng.standard_normal((32, 3)))[0].T
    vectors = np.array([0.6 * common + 0.8 * (b if i % 2 else a) for i in range(6)], np.float32)
    embeddings, speech = talk([0, 1] * 3, voice=[0, 1] * 3)
    embeddings = attrs.evolve(embeddings, vectors=vectors)
    assert embeddings.start[1] - embeddings.start[0] == 2.5 * SAMPLE_RATE
    alike = (
        0.36 - 0.2 * 5 / 9
    )  # of the 9 pairs, 5 are next to each other; those 7.5 s away do not count
    for part, n_speakers in ((0.99, 1), (1.01, 2)):
        threshold = part * alike / Units.of(embeddings, speech).alikeness()
        assert (
            run(made(technique, apart=0.2, threshold=threshold), embeddings, speech).n_speakers
            == n_speakers
        )
