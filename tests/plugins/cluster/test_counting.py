"""Which groups of embeddings are one speaker, which are speakers at all, and what is in doubt."""

import attrs
import numpy as np
import pytest

from tests._support.speaker_scenes import scene_of, with_vectors
from tests._support.variants import called, names, ready
from vsat_core.artifacts import Embeddings, Speech, Turns
from vsat_plugins.cluster import ClusterParams, evidence
from vsat_plugins.cluster.counting import speakers_of
from vsat_plugins.cluster.evidence import DISTANCE, EXTRA, HALF_S, SLOPE, Groups, merges_of
from vsat_plugins.cluster.units import Units

FAST = [n for n in names("cluster") if n.endswith("vectorized")]


def voices(n: int, own: float, between: float, noise: float) -> np.ndarray:
    """n embeddings of each of two speakers: of length 1, with cosines `own` within a speaker and
    `between` across, both times 1 - `noise`.
    """
    axes = np.eye(4 + 4 * n)
    common, first, second = np.sqrt(between) * axes[0], *(np.sqrt(own - between) * axes[1:3])
    means = np.repeat([common + first, common + second], n, axis=0) * np.sqrt(1 - noise)
    rest = np.sqrt(1 - own * (1 - noise))
    return means + rest * axes[4 : 4 + 2 * n]


def units_of(vectors: np.ndarray, snr_db: np.ndarray | None = None) -> Units:
    embeddings, speech = scene_of([0] * len(vectors))
    embeddings = with_vectors(embeddings, vectors)
    if snr_db is not None:
        embeddings = attrs.evolve(embeddings, snr_db=snr_db.astype(np.float32))
    return Units.of(embeddings, speech)


def even(seconds: float) -> float:
    """The similarity at which two groups are one speaker or two with the same probability."""
    return 1 - DISTANCE - EXTRA * HALF_S / (seconds + HALF_S)


@pytest.mark.parametrize("noise", [0.0, 0.3, 0.6])
def test_noise_does_not_change_the_similarity_of_two_speakers(noise, monkeypatch):
    monkeypatch.setattr(evidence, "PRIOR_PAIRS", 0.0)
    units = units_of(voices(10, 0.6, 0.3, noise))
    odds = Groups(units, np.repeat([0, 1], 10), 0.6).odds(np.arange(2))
    assert odds[0, 1] == pytest.approx(SLOPE * (0.5 - even(20.0)), abs=1e-5)


@pytest.mark.parametrize(("longer_s", "more"), [(30, 0.0), (60, 2.5 * np.log(2)), (3000, 4.0)])
def test_a_short_group_is_more_likely_one_of_somebody_who_speaks_for_long(longer_s, more):
    """Of the same embeddings; only what they are said to last differs."""
    units = units_of(voices(10, 0.6, 0.3, 0.0))
    labels = np.repeat([0, 1], 10)
    short = np.where(labels == 0, 0.5, longer_s / 10)
    odds, even_odds = (
        Groups(attrs.evolve(units, speech_s=seconds), labels, 0.6).odds(np.arange(2))[0, 1]
        for seconds in (short, np.full(20, 0.5))
    )
    assert odds - even_odds == pytest.approx(more, abs=1e-9)


def test_two_who_both_speak_for_long_are_told_apart_as_before():
    units = units_of(voices(10, 0.6, 0.3, 0.0))
    labels = np.repeat([0, 1], 10)
    odds = [
        Groups(attrs.evolve(units, speech_s=np.full(20, seconds)), labels, 0.6).odds(np.arange(2))
        for seconds in (100.0, 1000.0)
    ]
    assert odds[1][0, 1] < odds[0][0, 1]  # longer groups need more similarity, as always


def test_embeddings_that_share_sound_do_not_tell_how_similar_a_speaker_is(monkeypatch):
    """Every second embedding is a copy of the one before, of the same sound."""
    monkeypatch.setattr(evidence, "PRIOR_PAIRS", 0.0)
    units = units_of(np.repeat(voices(10, 0.6, 0.3, 0.0), 2, axis=0))
    center = np.repeat(units.center[::2], 2)
    groups = Groups(attrs.evolve(units, center=center), np.repeat([0, 1], 20), 0.6)
    assert groups.within == pytest.approx([0.6, 0.6], abs=1e-6)


def test_merges_are_those_of_sums_computed_anew():
    rng = np.random.default_rng(3)
    units = units_of(rng.standard_normal((40, 6)) + 2 * np.eye(6)[0])
    labels = np.r_[np.arange(12), rng.integers(0, 12, 28)]
    merges = merges_of(units, labels, 0.6, -np.inf)
    assert len(merges.odds) == 11
    for step in range(11):
        groups = merges.after(step)[labels]
        number = np.unique(groups, return_inverse=True)[1]
        odds = Groups(units, number, 0.6).odds(np.arange(12 - step))
        np.fill_diagonal(odds, -np.inf)
        assert merges.odds[step] == pytest.approx(odds.max(), abs=1e-9)
        pair = np.unique(groups)[list(np.unravel_index(odds.argmax(), odds.shape))]
        assert sorted(pair.tolist()) == sorted((merges.gone[step], merges.stays[step]))


@pytest.mark.parametrize("name", FAST)
@pytest.mark.parametrize(("between", "n_speakers"), [(0.05, 2), (0.3, 2), (0.58, 1)])
@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_two_speakers_in_noise_and_over_a_narrow_channel(name, between, n_speakers, noise):
    """One where both cosines are nearly the same."""
    embeddings, speech = scene_of([0] * 24)
    scene = with_vectors(embeddings, voices(12, 0.6, between, noise)), speech
    turns: Turns = called(ready("cluster", name), *scene)
    assert turns.n_speakers == n_speakers


def with_noise(snr_db: float) -> tuple[Embeddings, Speech]:
    """Speaker 0 with pauses in which something sounds the same again and again."""
    embeddings, speech = scene_of([0, 0, 1] * 4)
    own = np.array([20.0, 20.0, snr_db] * 4, np.float32)
    return attrs.evolve(embeddings, snr_db=own), speech


@pytest.mark.parametrize("name", FAST)
def test_noise_founds_no_speaker(name):
    counts = [called(ready("cluster", name), *with_noise(db)).n_speakers for db in (2.0, 20.0)]
    assert counts == [1, 2]
    assert called(ready("cluster", name, num_speakers=2), *with_noise(2.0)).n_speakers == 2


def test_in_loud_noise_speech_still_founds_speakers():
    embeddings, speech = scene_of([0, 1] * 6)
    loud = attrs.evolve(embeddings, snr_db=np.full(12, 3.0, np.float32)), speech
    assert called(ready("cluster", "ahc.vectorized"), *loud).n_speakers == 2


def doubtful(similarity: float) -> Units:
    return units_of(voices(10, 0.6, 0.6 * similarity, 0.0))


def test_a_doubt_is_named():
    """Where the log odds of 10 embeddings each are a little below and above 0."""
    labels = np.repeat([0, 1], 10)
    numbers = []
    for similarity in (even(20) - 0.2, even(20) - 0.03, even(20) + 0.03):
        units = doubtful(similarity)
        found = speakers_of(units, labels, ClusterParams(), 0.6, 1, 20)
        numbers.append((int(found.labels.max()) + 1, found.perhaps))
    assert numbers == [(2, ()), (2, (1,)), (1, (2,))]


def test_a_demanded_number_is_not_in_doubt():
    found = speakers_of(
        doubtful(even(20) - 0.03), np.repeat([0, 1], 10), ClusterParams(num_speakers=2), 0.6, 2, 2
    )
    assert found.perhaps == ()


def test_more_speakers_are_found_on_demand_by_letting_short_ones_in():
    """Before a long one is torn apart."""
    embeddings, speech = scene_of([0] * 10 + [1] + [2] * 10)
    units = Units.of(embeddings, speech)
    labels = np.r_[np.repeat([0, 1], 5), 2, np.full(10, 3)]
    params = ClusterParams(min_speaker_s=9.0)
    free = speakers_of(units, labels, params, 0.7, 1, 21)
    three = speakers_of(units, labels, params, 0.7, 3, 3)
    four = speakers_of(units, labels, params, 0.7, 4, 4)
    assert free.labels.tolist() == [0] * 10 + [-1] + [1] * 10
    assert three.labels.tolist() == [0] * 10 + [1] + [2] * 10
    assert four.labels.tolist() == [0] * 5 + [1] * 5 + [2] + [3] * 10


@pytest.mark.parametrize(
    ("snr_db", "similarity", "n_speakers"), [(30.0, 0.05, 2), (8.0, 0.05, 1), (30.0, 0.45, 1)]
)
def test_a_short_answer_is_a_speaker_if_it_is_clear_and_surely_nobody_elses(
    snr_db, similarity, n_speakers
):
    """One embedding of 1.2 s among twelve of another speaker."""
    axes = np.eye(32)
    own = np.sqrt(0.6) * axes[0] + np.sqrt(0.4) * axes[2:14]
    other = similarity * np.sqrt(0.6) * axes[0]
    vectors = np.vstack([own, other + np.sqrt(1 - other @ other) * axes[1]])
    units = units_of(vectors, np.r_[np.full(12, 20.0), snr_db])
    units = attrs.evolve(units, speech_s=np.r_[np.full(12, 2.0), 1.2])
    found = speakers_of(units, np.r_[np.zeros(12, int), 1], ClusterParams(), 0.6, 1, 13)
    assert int(found.labels.max()) + 1 == n_speakers
