"""Clusterings: against SciPy and known groups, the number of speakers a user demands, and odd
inputs.
"""

from __future__ import annotations

import attrs
import numpy as np
import pytest
import scipy.cluster.hierarchy

from vsat_core.artifacts import SAMPLE_RATE, Embeddings, Speech, Turns
from vsat_core.contract.workspace import Workspace
from vsat_core.plugin import NoParams
from vsat_plugins.cluster import (
    AhcParams,
    GreedyParams,
    SpectralParams,
    VbxParams,
    ahc,
    ahc_linkage,
    greedy,
    speakers,
    spectral,
    vbx,
)
from vsat_plugins.cluster.units import ALIKE, Units

VARIANTS = [
    pytest.param(ahc.Baseline, AhcParams, id="ahc.baseline"),
    pytest.param(ahc_linkage.Vectorized, AhcParams, id="ahc.vectorized"),
    pytest.param(greedy.Baseline, GreedyParams, id="greedy.baseline"),
    pytest.param(spectral.Baseline, SpectralParams, id="spectral.baseline"),
    pytest.param(spectral.Vectorized, SpectralParams, id="spectral.vectorized"),
    pytest.param(vbx.Vectorized, VbxParams, id="vbx.vectorized"),
]


def talk(
    who: list[int], seed: int = 0, spread: float = 0.05, voice: list[int] | None = None
) -> tuple[Embeddings, Speech]:
    """Two-second segments, one print each, half a second apart; each speaker's prints lie around a
    direction.
    """
    rng = np.random.default_rng(seed)
    means = np.linalg.qr(rng.standard_normal((32, 32)))[0]
    vectors = np.array([means[k] for k in who]).reshape(-1, 32) + spread * rng.standard_normal(
        (len(who), 32)
    )
    start = np.arange(len(who), dtype=np.int64) * 5 * SAMPLE_RATE // 2
    end = start + 2 * SAMPLE_RATE
    voices = np.array([-1] * len(who) if voice is None else voice, np.int32)
    speech = Speech(start, end, voices, int(end[-1]) if len(who) else 0)
    return Embeddings(vectors.astype(np.float32), start, end, np.arange(len(who))), speech


def run_on(variant: type, params: object, embeddings: Embeddings, speech: Speech) -> Turns:
    """One call."""
    with Workspace() as run:
        return variant(params, NoParams())(embeddings, speech, run=run)


def renumbered(who: list[int]) -> list[int]:
    """Speakers numbered by first appearance."""
    names: dict[int, int] = {}
    return [names.setdefault(k, len(names)) for k in who]


@pytest.mark.parametrize(("variant", "params"), VARIANTS)
@pytest.mark.parametrize("n_speakers", [1, 2, 3, 7])
def test_finds_clear_speakers(variant: type, params: type, n_speakers: int) -> None:
    who = (
        np.random.default_rng(n_speakers).permutation(np.repeat(np.arange(n_speakers), 12)).tolist()
    )
    turns = run_on(variant, params(), *talk(who))
    assert turns.speaker.tolist() == renumbered(who)


@pytest.mark.parametrize(("variant", "params"), VARIANTS)
@pytest.mark.parametrize("demand", [1, 2, 3, 5, 9, 20])
def test_exact_number_of_speakers(variant: type, params: type, demand: int) -> None:
    embeddings, speech = talk([0, 1, 2, 1, 0, 2, 2, 1, 0] * 3, spread=0.3)
    assert run_on(variant, params(num_speakers=demand), embeddings, speech).n_speakers == demand


@pytest.mark.parametrize(("variant", "params"), VARIANTS)
def test_limits(variant: type, params: type) -> None:
    embeddings, speech = talk([0, 1, 2, 3] * 6)
    assert run_on(variant, params(max_speakers=2), embeddings, speech).n_speakers == 2
    assert run_on(variant, params(min_speakers=6), embeddings, speech).n_speakers == 6
    assert (
        run_on(variant, params(min_speakers=2, max_speakers=9), embeddings, speech).n_speakers == 4
    )


@pytest.mark.parametrize(("variant", "params"), VARIANTS)
def test_no_more_speakers_than_prints(variant: type, params: type) -> None:
    notes: list[str] = []
    for demand in (
        {"num_speakers": 5},
        {"min_speakers": 5},
        {"num_speakers": 3},
        {"max_speakers": 5},
        {},
    ):
        with Workspace(on_warning=notes.append) as run:
            turns = variant(params(**demand), NoParams())(*talk([0, 1, 0]), run=run)
        assert turns.n_speakers == 3 or "max_speakers" in demand or not demand
    assert (
        notes
        == ["found 3 of the 5 speakers asked for: there is not enough speech to tell more apart"]
        * 2
    )


@pytest.mark.parametrize(("variant", "params"), VARIANTS)
@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_prints(variant: type, params: type, n: int) -> None:
    turns = run_on(variant, params(), *talk([0] * n))
    assert turns.n_speakers == min(n, 1)
    assert len(turns.start) == n


@pytest.mark.parametrize(("variant", "params"), VARIANTS)
def test_speech_without_prints_is_one_speaker(variant: type, params: type) -> None:
    nothing = Embeddings(np.zeros((0, 4), np.float32), *(np.zeros(0, np.int64) for _ in range(3)))
    speech = Speech(np.array([0, 900]), np.array([400, 1000]), np.array([0, 1], np.int32), 1000)
    turns = run_on(variant, params(), nothing, speech)
    assert (turns.start.tolist(), turns.end.tolist(), turns.speaker.tolist()) == (
        [0, 900],
        [400, 1000],
        [0, 0],
    )


@pytest.mark.parametrize(("variant", "params"), VARIANTS)
def test_prints_of_silence(variant: type, params: type) -> None:
    """Vectors of zeros have no direction; one speaker or several, but an answer, and as many as
    demanded.
    """
    embeddings, speech = talk([0] * 6)
    silent = attrs.evolve(embeddings, vectors=np.zeros((6, 32), np.float32))
    assert run_on(variant, params(), silent, speech).n_speakers >= 1
    assert run_on(variant, params(num_speakers=2), silent, speech).n_speakers == 2


@pytest.mark.parametrize(("variant", "params"), VARIANTS)
def test_same_answer_twice_and_inputs_untouched(variant: type, params: type) -> None:
    embeddings, speech = talk([0, 1, 2] * 8, spread=0.3)
    before = embeddings.digest(), speech.digest()
    first = run_on(variant, params(), embeddings, speech)
    assert run_on(variant, params(), embeddings, speech) == first
    assert (embeddings.digest(), speech.digest()) == before


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "limit", [{}, {"num_speakers": 4}, {"min_speakers": 6}, {"max_speakers": 3}]
)
def test_ahc_techniques_agree(seed: int, limit: dict[str, int]) -> None:
    rng = np.random.default_rng(seed)
    who = rng.integers(0, 5, 60).tolist()
    embeddings, speech = talk(who, seed, 0.25, voice=rng.integers(-1, 6, 60).tolist())
    plain = run_on(ahc.Baseline, AhcParams(**limit), embeddings, speech)
    assert run_on(ahc_linkage.Vectorized, AhcParams(**limit), embeddings, speech) == plain


def test_ahc_baseline_is_average_linkage() -> None:
    """Against SciPy's own linkage of cosine distances, cut at the same height."""
    embeddings, speech = talk(np.random.default_rng(1).integers(0, 6, 50).tolist(), spread=0.3)
    units = Units.of(embeddings, speech)
    with Workspace() as run:
        found = ahc.Baseline(AhcParams(threshold=0.6), NoParams()).group(units, 1, len(units), run)
    tree = scipy.cluster.hierarchy.linkage(
        embeddings.vectors.astype(np.float64), "average", metric="cosine"
    )
    expected = scipy.cluster.hierarchy.fcluster(
        tree, 1 - 0.6 * units.alikeness(), "distance"
    ).tolist()
    assert found.tolist() == renumbered(expected)


def test_voices_heard_together_are_kept_apart() -> None:
    """Prints at a similarity that would make them one speaker stay two when the detector heard two
    voices.
    """
    rng = np.random.default_rng(3)
    common, a, b = np.linalg.qr(rng.standard_normal((32, 3)))[0].T
    pair = [0.6 * common + 0.8 * a, 0.6 * common + 0.8 * b]  # cosine 0.36
    vectors = np.array([pair[i % 2] for i in range(6)]) + 0.02 * rng.standard_normal((6, 32))
    embeddings, speech = talk([0, 1] * 3)
    embeddings = attrs.evolve(embeddings, vectors=vectors.astype(np.float32))
    voiced = attrs.evolve(speech, voice=np.array([0, 1] * 3, np.int32))
    params = AhcParams(threshold=0.45, apart=0.2)
    assert run_on(ahc_linkage.Vectorized, params, embeddings, speech).n_speakers == 1
    assert run_on(ahc_linkage.Vectorized, params, embeddings, voiced).n_speakers == 2


def test_who_says_little_is_absorbed_unless_demanded() -> None:
    embeddings, speech = talk([0] * 6 + [1] + [0] * 5)
    assert (
        run_on(ahc_linkage.Vectorized, AhcParams(min_talk_s=3.0), embeddings, speech).n_speakers
        == 1
    )
    assert (
        run_on(
            ahc_linkage.Vectorized, AhcParams(min_talk_s=3.0, min_speakers=2), embeddings, speech
        ).n_speakers
        == 2
    )


def test_more_prints_than_are_grouped() -> None:
    """The rest join the nearest speaker."""
    who = np.random.default_rng(5).integers(0, 4, 500).tolist()
    turns = run_on(ahc_linkage.Vectorized, AhcParams(most_prints=100), *talk(who))
    assert turns.speaker.tolist() == renumbered(who)


def test_alikeness_stays_within_its_limits() -> None:
    close = talk([0] * 8, spread=0.01)
    strangers = talk(list(range(8)))
    assert Units.of(*close).alikeness() == ALIKE[1]
    assert Units.of(*strangers).alikeness() == ALIKE[0]


@pytest.mark.parametrize("graphs", [spectral.PlainGraphs, spectral.Graphs])
def test_spectral_laplacian_counts_separate_groups(graphs: type) -> None:
    """As many eigenvalues of 0 as there are groups without a connection (von Luxburg 2007,
    proposition 2).
    """
    embeddings, speech = talk([0] * 9 + [1] * 9 + [2] * 9)
    values = np.linalg.eigvalsh(graphs(Units.of(embeddings, speech).vectors).laplacian(5))
    assert (np.abs(values) < 1e-9).sum() == 3


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "limit", [{}, {"num_speakers": 4}, {"min_speakers": 6}, {"max_speakers": 3}]
)
def test_spectral_techniques_agree(seed: int, limit: dict[str, int]) -> None:
    embeddings, speech = talk(np.random.default_rng(seed).integers(0, 5, 40).tolist(), seed, 0.25)
    plain = run_on(spectral.Baseline, SpectralParams(**limit), embeddings, speech)
    assert run_on(spectral.Vectorized, SpectralParams(**limit), embeddings, speech) == plain


def test_spectral_techniques_agree_on_equal_prints() -> None:
    embeddings, speech = talk([0, 1] * 8, spread=0.0)
    for equal in (embeddings, attrs.evolve(embeddings, vectors=np.zeros((16, 32), np.float32))):
        for limit in ({}, {"num_speakers": 3}):
            plain = run_on(spectral.Baseline, SpectralParams(**limit), equal, speech)
            assert run_on(spectral.Vectorized, SpectralParams(**limit), equal, speech) == plain


def little_talk(cosine: float) -> tuple[Units, np.ndarray]:
    """A voice of 12 prints of cosine 0.6 to each other, and one print more of this cosine to them
    all.
    """
    axes = np.eye(32)
    voice = np.sqrt(0.6) * axes[0] + np.sqrt(0.4) * axes[2:14]
    other = cosine / np.sqrt(0.6) * axes[0]
    vectors = np.vstack([voice, other + np.sqrt(1 - other @ other) * axes[1]])
    embeddings, speech = talk([0] * 13)
    units = Units.of(attrs.evolve(embeddings, vectors=vectors.astype(np.float32)), speech)
    return units, np.array([0] * 12 + [1])


def test_belonging_is_a_share_of_how_alike_a_voice_is_to_itself() -> None:
    units, labels = little_talk(0.3)
    assert speakers.belonging(units.vectors, labels, labels == 1).tolist() == pytest.approx(
        [0.5, -np.inf], abs=1e-6
    )


def test_a_print_that_may_be_a_part_of_a_voice_is_doubted() -> None:
    units, labels = little_talk(0.4)
    assert speakers.doubted(labels, units, 3.0, 0.6, 1).max() == 0
    assert (
        speakers.doubted(labels, units, 3.0, 0.7, 1).tolist() == labels.tolist()
    )  # two thirds are not as alike
    assert (
        speakers.doubted(labels, units, 1.0, 0.6, 1).tolist() == labels.tolist()
    )  # two seconds are enough then
    assert (
        speakers.doubted(labels, units, 3.0, 0.6, 2).tolist() == labels.tolist()
    )  # two speakers are demanded


def test_a_short_answer_of_somebody_else_is_not_doubted() -> None:
    """Even where another print is."""
    units, labels = little_talk(0.1)
    torn = little_talk(0.4)[0].vectors[12]
    more = attrs.evolve(units.take(np.r_[0:13, 12]), vectors=np.vstack([units.vectors, torn]))
    assert speakers.doubted(np.r_[labels, 2], more, 3.0, 0.6, 1).tolist() == [0] * 12 + [1, 0]


def test_nobody_is_doubted_for_a_voice_hardly_heard() -> None:
    embeddings, speech = talk([0] * 4)
    units = Units.of(embeddings, speech)
    assert speakers.doubted(np.array([0, 0, 0, 1]), units, 3.0, 0.0, 1).tolist() == [0, 0, 0, 1]
