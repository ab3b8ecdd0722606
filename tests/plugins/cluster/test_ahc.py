"""Agglomerative clustering: trees against SciPy's, ties, and the penalty of different voices."""

import attrs
import numpy as np
import pytest
import scipy.cluster.hierarchy
from scipy.spatial.distance import pdist

from tests._support.speaker_scenes import renumbered, scene_of, with_vectors
from tests._support.variants import called, fast, names, ready
from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.contract.workspace import Workspace
from vsat_plugins.cluster import ahc, ahc_chain, ahc_distances, ahc_numba
from vsat_plugins.cluster.cannot_link import cannot_link
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units

FAST, ALL = fast("cluster", "ahc"), names("cluster", "ahc")


def tree(name: str, units: Units) -> ahc.Tree:
    own = attrs.evolve(units, vectors=units.vectors.copy())
    with Workspace() as workspace:
        merges: ahc.Tree = ready("cluster", name).tree(own, workspace)
    return merges


def test_baseline_is_average_linkage():
    """Against SciPy's own linkage of cosine distances, cut at the same height."""
    embeddings, speech = scene_of(np.random.default_rng(1).integers(0, 6, 50).tolist(), spread=0.3)
    units, least = Units.of(embeddings, speech), 0.4
    with Workspace() as run:
        found = ready("cluster", "ahc.baseline").group(units, least, 1, len(units), run)
    linkage = scipy.cluster.hierarchy.linkage(units.vectors, "average", metric="cosine")
    expected = scipy.cluster.hierarchy.fcluster(linkage, 1 - least, "distance").tolist()
    assert found.tolist() == renumbered(expected)


@pytest.mark.parametrize("name", FAST)
def test_heights_are_those_of_average_linkage(name):
    """Against SciPy's linkage of its own cosine distances; 130 embeddings fill more than two tiles
    of 64.
    """
    units = Units.of(*scene_of(np.random.default_rng(2).integers(0, 6, 130).tolist(), spread=0.3))
    expected = scipy.cluster.hierarchy.linkage(pdist(units.vectors, "cosine"), "average")[:, 2]
    assert np.allclose(np.sort(1 - tree(name, units).similarity), expected, rtol=0, atol=1e-12)


def test_the_sieve_keeps_what_float32_cannot_tell_apart():
    """Differences of 1e-9 in similarity decide what is joined first; float32 alone takes any."""
    rng = np.random.default_rng(4)
    base = np.linalg.qr(rng.standard_normal((40, 40)))[0]
    angles = 1.2 + 1e-9 * rng.permutation(39)
    others = np.cos(angles)[:, None] * base[0] + np.sin(angles)[:, None] * base[1:]
    vectors = np.vstack([base[:1], others])
    units = attrs.evolve(Units.of(*scene_of([0] * 40)), vectors=vectors.copy())
    found = ahc_numba.merged(units, 0.0, lambda i: None)
    first = np.argmax(found.similarity)
    assert {int(found.gone[first]), int(found.stays[first])} == {0, 1 + int(angles.argmin())}
    table = 2 - (vectors @ vectors.T)[np.triu_indices(40, 1)]
    exact = ahc_distances.tree_of(scipy.cluster.hierarchy.linkage(table, "average"))
    for n_groups in range(1, 41):
        by_scipy = exact.labels(9, n_groups, n_groups)
        assert renumbered(by_scipy.tolist()) == found.labels(9, n_groups, n_groups).tolist()


def test_similarities_fill_the_whole_table():
    """Mirrored squares and penalised pairs: what `Units.similarity` gives, at sizes that fit no
    block.
    """
    rng = np.random.default_rng(6)
    n = ahc_numba.BLOCK + 37
    voice = rng.integers(-1, 4, n).tolist()
    units = Units.of(*scene_of(rng.integers(0, 5, n).tolist(), voice=voice))
    table = ahc_numba.similarities(units, 0.3)
    expected = units.similarity(0.3)
    np.fill_diagonal(expected, -np.inf)
    np.testing.assert_allclose(table, expected, rtol=0, atol=1e-6)
    with Workspace() as workspace:
        distances = ahc_distances.distances(units, 0.3, workspace)
    pairs = expected[np.triu_indices(n, 1)]
    np.testing.assert_allclose(ahc_distances.SHIFT - distances, pairs, rtol=0, atol=1e-12)
    penalised = np.argwhere(units.similarity(0.0) - units.similarity(0.5) > 0.4)
    assert np.array_equal(penalised, np.column_stack(cannot_link(units)))


def test_more_embeddings_than_a_round_of_merges():
    """The compiled loop stops now and then: the same tree in several calls as in one."""
    speakers = np.random.default_rng(7).integers(0, 9, ahc_numba.MERGES + 90).tolist()
    units = untied(Units.of(*scene_of(speakers, spread=0.3)))
    own = attrs.evolve(units, vectors=units.vectors.copy())
    chain = ahc_chain.chain_of(ahc_numba.similarities(own, 0.0), own)
    ahc_chain.advance(chain, 0.0, 1e-4, len(units) - 1)
    assert np.array_equal(chain.height, tree("ahc.numba", units).similarity)
    batched = tree("ahc.batched", units).similarity
    vectorized = tree("ahc.vectorized", units).similarity
    for other in (batched, vectorized):
        np.testing.assert_allclose(np.sort(chain.height), np.sort(other), atol=1e-12)


@pytest.mark.parametrize("name", ALL)
def test_the_penalty_counts_pairs_of_near_embeddings_of_different_voices(name):
    """Worked by hand: two voices of cosine 0.36, windows 2.5 s apart, so each embedding has two
    others within 7 s.
    """
    common, a, b = np.linalg.qr(np.random.default_rng(3).standard_normal((32, 3)))[0].T
    embeddings, speech = scene_of([0, 1] * 3, voice=[0, 1] * 3)
    vectors = np.array([0.6 * common + 0.8 * (b if i % 2 else a) for i in range(6)])
    embeddings = with_vectors(embeddings, vectors)
    assert embeddings.start[1] - embeddings.start[0] == 2.5 * SAMPLE_RATE
    # of the 9 pairs, 5 are next to each other; those 7.5 s away do not count
    similarity = (0.36 - 0.2 * 5 / 9) / Units.of(embeddings, speech).within_similarity()
    for fraction, n_speakers in ((0.99, 1), (1.01, 2)):
        params = {"cannot_link_penalty": 0.2, "threshold": fraction * similarity}
        turns = called(ready("cluster", name, **params), embeddings, speech)
        assert turns.n_speakers == n_speakers
