"""Clusterings: known groups, the number of speakers a user demands, techniques that agree, and odd
inputs.
"""

import numpy as np
import pytest

from tests._support.speaker_scenes import renumbered, scene_of, tied, with_vectors
from tests._support.variants import called, fast, names, ready
from vsat_core.artifacts import Embeddings, Speech, Turns
from vsat_core.contract.workspace import Workspace
from vsat_plugins.cluster.units import Units

ALL = names("cluster")
EVERY = pytest.mark.parametrize(
    "name", [n for n in ALL if n != "vbx.baseline"]
)  # which takes a second for 20 embeddings
DEMANDS = ({}, {"num_speakers": 4}, {"min_speakers": 6}, {"max_speakers": 3})
PENALISED = (*DEMANDS, {"min_speakers": 6, "cannot_link_penalty": 0.7})
MORE = {"ahc": PENALISED, "greedy": (*DEMANDS, {"threshold": 0.0}, {"threshold": 1.3})}


def cluster(name: str, scene: tuple[Embeddings, Speech], **params: float) -> Turns:
    turns: Turns = called(ready("cluster", name, **params), *scene)
    return turns


@EVERY
@pytest.mark.parametrize("n_speakers", [1, 2, 3, 7])
def test_finds_clear_speakers(name, n_speakers):
    each = np.repeat(np.arange(n_speakers), 12)
    expected = np.random.default_rng(n_speakers).permutation(each).tolist()
    assert cluster(name, scene_of(expected)).speaker.tolist() == renumbered(expected)


@EVERY
@pytest.mark.parametrize(
    ("demand", "n"),
    [
        *(({"num_speakers": n}, n) for n in (1, 2, 3, 5, 9, 20)),
        ({"max_speakers": 2}, 2),
        ({"min_speakers": 6}, 6),
        ({"min_speakers": 2, "max_speakers": 9}, 4),
    ],
)
def test_demanded_numbers_of_speakers(name, demand, n):
    assert cluster(name, scene_of([0, 1, 2, 3] * 6, spread=0.1), **demand).n_speakers == n


@EVERY
@pytest.mark.parametrize(
    ("demand", "warns"),
    [
        ({"num_speakers": 5}, True),
        ({"min_speakers": 5}, True),
        ({"num_speakers": 3}, False),
        ({"max_speakers": 5}, False),
        ({}, False),
    ],
)
def test_no_more_speakers_than_embeddings(name, demand, warns):
    notes: list[str] = []
    with Workspace(on_warning=notes.append) as run:
        turns = ready("cluster", name, **demand)(*scene_of([0, 1, 0]), run=run)
    assert turns.n_speakers == 3 or "max_speakers" in demand or not demand
    line = "found 3 of the 5 speakers asked for: there is not enough speech to tell more apart"
    assert notes == [line] * warns


@EVERY
@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_embeddings(name, n):
    turns = cluster(name, scene_of([0] * n))
    assert turns.n_speakers == min(n, 1)
    assert len(turns.start) == n


@EVERY
def test_speech_without_embeddings_is_one_speaker(name):
    nothing = Embeddings(np.zeros((0, 4), np.float32), *(np.zeros(0, np.int64) for _ in range(3)))
    speech = Speech(np.array([0, 900]), np.array([400, 1000]), np.array([0, 1], np.int32), 1000)
    turns = cluster(name, (nothing, speech))
    rows = (turns.start.tolist(), turns.end.tolist(), turns.speaker.tolist())
    assert rows == ([0, 900], [400, 1000], [0, 0])


@EVERY
def test_embeddings_of_silence(name):
    """Vectors of zeros have no direction; one speaker or several, but the number demanded."""
    embeddings, speech = scene_of([0] * 6)
    silent = with_vectors(embeddings, np.zeros((6, 32))), speech
    assert cluster(name, silent).n_speakers >= 1
    assert cluster(name, silent, num_speakers=2).n_speakers == 2


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (name, kind)
        for name in fast("cluster")
        for kind in ("any", "corners", "signs", "thrice", "opposite", "silent")
        if kind == "any" or not name.startswith("vbx")  # whose probabilities tie as well
    ],
)
def test_techniques_agree_even_where_embeddings_tie(name, kind):
    method = name.partition(".")[0]
    for seed, demand in enumerate(MORE.get(method, DEMANDS)):
        scene = tied(kind, seed, 25 if method == "vbx" else 60)
        expected = cluster(f"{method}.baseline", scene, **demand)
        assert cluster(name, scene, **demand) == expected, demand


@pytest.mark.parametrize(("demand", "n"), [({}, 1), ({"min_speakers": 2}, 2)])
def test_a_speaker_with_little_speech_is_merged_unless_demanded(demand, n):
    scene = scene_of([0] * 6 + [1] + [0] * 5)
    assert cluster("ahc.numba", scene, min_speaker_s=9.0, **demand).n_speakers == n


def test_more_embeddings_than_are_grouped():
    """The rest join the nearest speaker."""
    expected = np.random.default_rng(5).integers(0, 4, 500).tolist()
    turns = cluster("ahc.numba", scene_of(expected), max_embeddings=100)
    assert turns.speaker.tolist() == renumbered(expected)


def test_within_speaker_similarity_stays_within_its_limits():
    scenes = scene_of(list(range(8))), scene_of([0] * 8, spread=0.01)
    assert tuple(Units.of(*scene).within_similarity() for scene in scenes) == (0.5, 0.75)


@pytest.mark.parametrize("name", names("cluster", "spectral"))
def test_spectral_laplacian_counts_separate_groups(name):
    """The number of eigenvalues of 0 is that of groups without a connection (von Luxburg 2007,
    proposition 2).
    """
    units = Units.of(*scene_of([0] * 9 + [1] * 9 + [2] * 9))
    laplacian = ready("cluster", name).laplacians(units.vectors)
    assert (np.abs(np.linalg.eigvalsh(laplacian(5))) < 1e-9).sum() == 3


@pytest.mark.parametrize("name", names("cluster", "spectral"))
@pytest.mark.parametrize("seed", range(4))
def test_k_means_does_not_ask_how_eigenvectors_are_turned(name, seed):
    """Three groups of one size in the space of eigenvalues that are equal: any other basis of it,
    and so any signs, give the same labels, though all groups are equally far but for rounding.
    """
    rng = np.random.default_rng(seed)
    points = np.repeat(np.eye(3), 4, axis=0)[rng.permutation(12)] / 2
    turned = points @ np.linalg.qr(rng.standard_normal((3, 3)))[0]
    expected = renumbered(points.argmax(1).tolist())
    k_means = ready("cluster", name).k_means
    for space in (points, points * [1, -1, 1], -points, turned):
        assert k_means(space, 3).tolist() == expected


def test_an_embedder_tells_the_range_of_its_similarities():
    """Embeddings that are all nearly alike are told apart when their method says so."""
    vectors = np.float32([[1, 0, 0], [1, 0.05, 0], [1, 0, 0.3], [1, 0.05, 0.3]])
    start = np.arange(4, dtype=np.int64) * 32_000
    speech = Speech(start, start + 24_000, np.full(4, -1, np.int32), 128_000)
    rows = (start, start + 24_000, np.arange(4))
    wide = Units.of(Embeddings(vectors, *rows), speech)
    narrow = Units.of(Embeddings(vectors, *rows, within_similarity=(0.99, 1.0)), speech)
    assert wide.within_similarity() == 0.75 and narrow.within_similarity() > 0.99
