"""The tree of ahc.native: against SciPy's, at every level of instructions; what it refuses."""

from concurrent.futures import ThreadPoolExecutor

import attrs
import numpy as np
import pytest
import scipy.cluster.hierarchy

from vsat_core.checks import check
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import Cancelled
from vsat_native import _core, ahc_native
from vsat_native.ahc_native import Native
from vsat_plugins.cluster import AhcParams
from vsat_plugins.cluster.ahc_distances import SHIFT, tree_of
from vsat_plugins.cluster.units import NEAR, Units

HOP = 12_000  # samples from one embedding to the next
PENALTY = 0.1

at_every_level = pytest.mark.parametrize("level", _core.levels())


def units_of(vectors: np.ndarray, voice: np.ndarray | None = None) -> Units:
    """Embeddings of length 1 at most, one each 0.75 s."""
    n = len(vectors)
    place, zeros = np.arange(n) * float(HOP), np.zeros(n, np.int64)
    return Units(vectors, place, place, place, zeros, zeros if voice is None else voice, (0.5, 0.7))


def scene(n: int, seed: int = 0, dim: int = 24) -> Units:
    """Six speakers, of voices that the detector knows, knows wrongly or does not know."""
    rng = np.random.default_rng(seed)
    speaker = rng.integers(0, 6, n)
    vectors = rng.standard_normal((6, dim))[speaker] + 0.7 * rng.standard_normal((n, dim))
    voice = np.where(rng.random(n) < 0.2, rng.integers(-1, 3, n), speaker % 3)
    return units_of(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), voice)


def chain_of(units: Units, penalty: float, level: str = "") -> _core.Chain:
    return _core.Chain(units.vectors, units.center, units.voice, penalty, NEAR, level)


def merges(units: Units, penalty: float, level: str = "") -> tuple[np.ndarray, ...]:
    chain = chain_of(units, penalty, level)
    chain.advance(len(units))
    return chain.merges()


def same(a: tuple[np.ndarray, ...], b: tuple[np.ndarray, ...]) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def by_scipy(units: Units, penalty: float) -> np.ndarray:
    """Similarities of all merges, the most similar first."""
    distances = SHIFT - units.similarity(penalty)[np.triu_indices(len(units), 1)]
    return tree_of(scipy.cluster.hierarchy.linkage(distances, "average")).similarity


@at_every_level
@pytest.mark.parametrize("n", [2, 3, 31, 64, 65, 130, 389])
def test_similarities_are_those_of_average_linkage(level, n):
    units = scene(n, seed=n)
    gone, stay, similarity = merges(units, PENALTY, level)
    np.testing.assert_allclose(np.sort(similarity)[::-1], by_scipy(units, PENALTY), atol=1e-12)
    assert sorted([*gone, stay[-1]]) == list(range(n)), "every embedding goes once, but the last"


@at_every_level
def test_every_level_gives_the_same_tree(level):
    """The sieve is of whole numbers: only what follows in float64 may differ in its last bit."""
    units = scene(700, seed=1)
    plain, found = merges(units, PENALTY, "plain"), merges(units, PENALTY, level)
    assert np.array_equal(found[0], plain[0]) and np.array_equal(found[1], plain[1])
    np.testing.assert_allclose(found[2], plain[2], rtol=0, atol=1e-14)


@at_every_level
def test_the_sieve_keeps_what_16_bits_cannot_tell_apart(level):
    """Differences of 1e-9 in similarity decide what is joined first."""
    rng = np.random.default_rng(4)
    base = np.linalg.qr(rng.standard_normal((40, 40)))[0]
    angles = 1.2 + 1e-9 * rng.permutation(39)
    others = np.cos(angles)[:, None] * base[0] + np.sin(angles)[:, None] * base[1:]
    units = units_of(np.vstack([base[:1], others]))
    gone, stay, similarity = merges(units, 0.0, level)
    first = similarity.argmax()
    assert {int(gone[first]), int(stay[first])} == {0, 1 + int(angles.argmin())}
    np.testing.assert_allclose(np.sort(similarity)[::-1], by_scipy(units, 0.0), atol=1e-12)


def growing(n: int) -> np.ndarray:
    """float64 (n, n + 3): the first two are the most similar, and each further one is most similar
    to the group of all before it.
    """
    own = np.linspace(0.05, 0.3, n)  # length of what an embedding has in common with no other
    return np.column_stack([np.diag(own), np.sqrt(1 - own**2), np.zeros((n, 2))])


@at_every_level
@pytest.mark.parametrize("n", [470, 900])
@pytest.mark.parametrize("rival", ["of the end", "of the group"])
def test_rounding_of_many_means_is_bounded(level, n, rival):
    """Two embeddings are left when a group has taken all others one by one. Similarity to the first
    of them is more by 60 units of the table from the 151st embedding on: a mean that is rounded
    each time never gets to know. The longer row is computed again on the way.
    """
    members, common, other, another = growing(n), n, n + 1, n + 2
    members[150:, other] = 1.9e-3
    ends = np.zeros((2, n + 3))
    ends[0, other] = ends[1, another] = 1
    if rival == "of the group":  # which has to tell the two apart
        ends[1, common] = 0.7e-3
        vectors = np.vstack([members, ends])
    else:  # the first of them has to, and comes first
        ends[1, other] = 0.7e-3
        vectors = np.vstack([ends, members])
    units = units_of(vectors)
    similarity = merges(units, 0.0, level)[2]
    np.testing.assert_allclose(np.sort(similarity)[::-1], by_scipy(units, 0.0), atol=1e-12)


@pytest.mark.parametrize("kind", ["equal", "zero", "opposite"])
def test_ties_and_silence(kind):
    """Any order of equal merges is right: the similarities are those of one of them."""
    vectors = {
        "equal": np.ones((70, 4)) / 2,
        "zero": np.zeros((70, 4)),
        "opposite": np.where(np.arange(70)[:, None] % 2, -0.5, 0.5) * np.ones((1, 4)),
    }[kind]
    similarity = merges(units_of(vectors), 0.0)[2]
    expected = {"equal": [1] * 69, "zero": [0] * 69, "opposite": [1] * 68 + [-1]}[kind]
    np.testing.assert_allclose(np.sort(similarity)[::-1], expected, atol=1e-12)


def test_some_merges_at_a_time_make_the_same_tree():
    units = scene(200)
    at_once, chain = merges(units, PENALTY), chain_of(units, PENALTY)
    for until in (0, 1, 1, 64, 65, 150, 10_000):
        chain.advance(until)
        part = chain.merges()
        assert len(part[0]) == min(until, 199)
        assert same(part, tuple(whole[: len(part[0])] for whole in at_once))
        assert 0 <= chain.first < 200


def test_threads_may_share_a_chain_and_compute_several():
    units = [scene(300, seed) for seed in range(4)]
    expected = [merges(u, PENALTY) for u in units]
    chain = chain_of(units[0], PENALTY)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda u: merges(u, PENALTY), units))
        list(pool.map(chain.advance, range(1, 300)))
    assert all(same(f, e) for f, e in zip(found, expected, strict=True))
    assert same(chain.merges(), expected[0])


def test_what_is_given_stays_as_it_was():
    units = scene(90)
    before = units.vectors.copy()
    units.vectors.flags.writeable = False
    merges(units, PENALTY)
    assert np.array_equal(units.vectors, before)


def test_a_stopped_run_ends_between_blocks_of_merges(monkeypatch):
    monkeypatch.setattr(ahc_native, "MERGES", 10)
    calls = []

    def stop(samples: int) -> None:
        calls.append(samples)
        if len(calls) == 3:
            raise Cancelled

    with pytest.raises(Cancelled), Workspace(on_progress=stop) as run:
        Native(AhcParams(), None).tree(scene(90), run)
    assert len(calls) == 3 and calls == sorted(calls)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vectors": np.ones((1, 4))}, "at least 2 rows"),
        ({"vectors": np.ones((5, 0))}, "at least 1 number"),
        ({"center": np.zeros(4)}, "center must have"),
        ({"voice": np.zeros(6, np.int64)}, "voice must have"),
        ({"vectors": np.full((5, 4), np.nan)}, "must be finite"),
    ],
)
def test_what_cannot_be_is_refused(change, message):
    units = attrs.evolve(units_of(np.ones((5, 4)) / 2), **change)
    with pytest.raises(ValueError, match=message):
        chain_of(units, 0.0)


def test_a_penalty_or_level_that_there_is_not_is_refused():
    units = units_of(np.ones((5, 4)) / 2)
    with pytest.raises(ValueError, match="penalty must be"):
        chain_of(units, -0.1)
    with pytest.raises(ValueError, match="level must be one of"):
        chain_of(units, 0.0, "best")


def test_the_variant_keeps_its_contract():
    assert check("ahc.native") == []
