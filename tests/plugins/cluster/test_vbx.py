"""VBx: its walk against every path there is, its bound, and what it makes of easy and odd
recordings.
"""

import itertools
import math

import numpy as np
import pytest
import scipy.stats

from tests._support.variants import names, ready
from vsat_plugins.cluster.units import Units
from vsat_plugins.cluster.vbx import Vbx
from vsat_plugins.cluster.vbx_space import whitened

ALL = names("cluster", "vbx")
EVERY = pytest.mark.parametrize("name", ALL)
SETTINGS = {"fa": 0.4, "fb": 3.0, "loop_probability": 0.8}


def meeting(
    seed: int, n: int = 40, k: int = 3, dim: int = 6
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Observations of speakers drawn from the model itself, `phi`, and a first guess at random."""
    rng = np.random.default_rng(seed)
    phi = np.linspace(9, 2, dim)
    means = rng.standard_normal((k, dim)) * np.sqrt(phi)
    speaker = np.repeat(rng.integers(0, k, n // 4), 4)
    return (
        means[speaker] + rng.standard_normal((len(speaker), dim)),
        phi,
        rng.dirichlet(np.ones(k + 2), len(speaker)),
    )


def way(name: str, **params: float) -> Vbx:
    made: Vbx = ready("cluster", name, **params)
    return made


@EVERY
@pytest.mark.parametrize(
    ("seed", "n", "k"), [(0, 1, 1), (1, 1, 3), (2, 5, 2), (3, 6, 3), (4, 7, 1)]
)
def test_walk_is_the_sum_over_all_paths(name, seed, n, k):
    """Evidence, posteriors and expected entries by adding up the probability of each of the k**n
    paths.
    """
    rng = np.random.default_rng(seed)
    log_p, prior, loop = rng.normal(0, 2, (n, k)), rng.dirichlet(np.ones(k)), 0.7
    change = loop * np.eye(k) + (1 - loop) * prior
    total, gamma, entered = 0.0, np.zeros((n, k)), np.zeros(k)
    for path in itertools.product(range(k), repeat=n):
        p = prior[path[0]] * math.prod(change[a, b] for a, b in itertools.pairwise(path))
        p *= math.exp(sum(log_p[t, s] for t, s in enumerate(path)))
        total += p
        for t, s in enumerate(path):
            gamma[t, s] += p
            if t:  # the share of this step that was a change (24), not the loop
                entered[s] += p * (1 - loop) * prior[s] / change[path[t - 1], s]
    found = way(name, loop_probability=loop).walk(log_p, prior)
    assert found.evidence == pytest.approx(math.log(total), abs=1e-6)
    np.testing.assert_allclose(found.gamma, gamma / total, atol=1e-6)
    np.testing.assert_allclose(found.entered, entered / total, atol=1e-6)


@EVERY
def test_an_embedding_known_for_sure_is_an_exact_posterior(name):
    """With fa = fb = 1 one embedding's speaker has the textbook posterior of a Gaussian mean, and
    so its log-likelihood.

    The expected log-likelihood of x under mean V y, y ~ N(m, L^-1), is log N(x; V m, I) - tr(V^2
    L^-1) / 2.
    """
    x, phi = np.array([[1.5, -2.0]]), np.array([4.0, 1.0])
    log_p, penalty = way(name, fa=1.0, fb=1.0).model(x, phi, np.ones((1, 1)))
    spread = 1 / (1 + phi)
    mean = spread * np.sqrt(phi) * x[0]
    expected = scipy.stats.norm.logpdf(x[0], np.sqrt(phi) * mean).sum() - 0.5 * (phi * spread).sum()
    divergence = (
        0.5 * (spread + mean**2 - 1 - np.log(spread)).sum()
    )  # of N(mean, spread) from N(0, I)
    assert log_p[0, 0] == pytest.approx(expected)
    assert penalty == pytest.approx(-divergence)


@EVERY
@pytest.mark.parametrize("seed", range(3))
def test_the_bound_never_falls(name, seed):
    x, phi, guess = meeting(seed)
    bounds = way(name, **SETTINGS).solved(x, phi, guess).bounds
    assert len(bounds) > 2
    assert np.all(np.diff(bounds) > -1e-5)  # TINY leaks that much probability


def test_speakers_that_are_not_needed_fade():
    """Five states for three speakers; the two that are left over keep no embedding and next to no
    prior.
    """
    x, phi, guess = meeting(seed=5, n=120)
    found = way("vbx.vectorized", fa=1.0, fb=1.0, loop_probability=0.8).solved(x, phi, guess)
    kept = np.unique(found.gamma.argmax(1))
    assert len(kept) == 3
    assert np.delete(found.prior, kept).max() < 1e-3


@EVERY
def test_impossible_embeddings_stay_finite(name):
    """Likelihoods that differ by more than a float's range, and a speaker whose prior has gone to
    0.
    """
    log_p = np.array([[0.0, -5000.0], [-5000.0, 0.0], [0.0, -5000.0]])
    found = way(name, loop_probability=0.99).walk(log_p, np.array([1.0, 0.0]))
    np.testing.assert_allclose(found.gamma, [[1, 0], [0, 1], [1, 0]], atol=1e-12)
    assert np.isfinite(found.evidence)


def test_space_has_the_variances_it_says():
    """Embeddings of known similarity: within one voice variance 1 in every direction, between
    voices `phi`.
    """
    rng = np.random.default_rng(0)
    dim, similarity = 64, 0.6
    voices = np.sqrt(similarity / dim) * rng.standard_normal((60, dim))
    speaker = np.repeat(np.arange(60), 12)
    vectors = voices[speaker] + np.sqrt((1 - similarity) / dim) * rng.standard_normal(
        (len(speaker), dim)
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    at = np.arange(len(speaker)) * 32_000.0
    seconds = np.ones(len(speaker))
    number, none = np.arange(len(speaker)), np.full(len(speaker), -1)
    units = Units(vectors, seconds, seconds, at, number, none, (0.5, 0.75))
    x, phi = whitened(units, between_similarity=0.0)
    means = np.array([x[speaker == k].mean(0) for k in range(60)])
    within = ((x - means[speaker]) ** 2).sum() / (len(speaker) - 60) / dim
    assert 0.5 < units.within_similarity() < 0.75
    assert within == pytest.approx((1 - similarity) / (1 - units.within_similarity()), rel=0.05)
    assert (means.var(0) - within / 12).mean() == pytest.approx(
        phi[0] * similarity / units.within_similarity(), rel=0.15
    )


@pytest.mark.speech_data
def test_published_result_on_a_real_meeting(speech_data):
    """Published: DER 7.06 and 5 speakers, from the same embeddings, PLDA and parameters
    (BUTSpeechFIT/VBx); JER 29.99 without a collar.
    """
    pytest.importorskip("h5py")
    from tools.benchmarks import es2005a

    meeting = es2005a.read(speech_data / "vbx_es2005a_embeddings")
    der, jer, n_speakers = es2005a.score(
        meeting, es2005a.turns(meeting, es2005a.published(meeting))
    )
    assert der == pytest.approx(7.06, abs=0.3)
    assert jer == pytest.approx(29.99, abs=0.3)
    assert n_speakers == 5
