"""Cluster: which embeddings belong to one speaker, how many speakers there are, and so who spoke
when.
"""

import attrs

from vsat_core.plugin import (
    EXACT,
    Card,
    NoParams,
    Package,
    SpeakerCount,
    ThreadsOrDevice,
    hookimpl,
    param,
)


@attrs.frozen
class ClusterParams(SpeakerCount):
    """What every method does before and after it groups embeddings."""

    threshold: float = param(
        0.8,
        "embeddings form groups while the average cosine similarity is above this fraction of the "
        "recording's within-speaker similarity; evidence decides which groups are one speaker",
        low=0,
        high=2,
    )
    min_embedding_s: float = param(
        0.75,
        "embeddings of shorter sound found no speakers, they are only assigned to one, in seconds",
        low=0,
        high=10,
        was="min_print_s",
    )
    same_speaker_probability: float = param(
        0.5,
        "groups of embeddings are one speaker if the probability that they are is at least this: "
        "larger values give more speakers",
        low=0,
        high=1,
    )
    min_speaker_s: float = param(
        2.0,
        "speech that a group of embeddings of middling level needs to be a speaker; a clear one "
        "unlike all others needs less, one near another speaker or the noise more, in seconds",
        low=0,
        high=60,
        was="min_talk_s",
    )
    max_embeddings: int = param(
        3000,
        "maximum number of embeddings, spread over the recording, that speakers are found from; "
        "the others are assigned to them",
        low=100,
        high=100_000,
        was="most_prints",
    )
    join_s: float = param(
        0.0, "one speaker's turns this close become one, in seconds", low=0, high=10
    )


@attrs.frozen
class AhcParams(ClusterParams):
    """Agglomerative clustering."""

    cannot_link_penalty: float = param(
        0.1,
        "subtracted from the similarity of embeddings within 7 seconds to which the detector gave "
        "different voices",
        low=0,
        high=1,
        was="apart",
    )


@attrs.frozen
class GreedyParams(ClusterParams):
    """One pass through the recording."""

    threshold: float = param(
        0.9,
        "an embedding joins a speaker if its cosine similarity to it is at least this fraction of "
        "the recording's within-speaker similarity",
        low=0,
        high=2,
    )


@attrs.frozen
class VbxParams(AhcParams):
    """Bayesian HMM clustering, initialised by agglomerative clustering; threshold and penalty are
    those of the initialisation.
    """

    fa: float = param(
        0.3,
        "weight of the evidence; below 1, because neighbouring embeddings are correlated",
        low=0.001,
        high=10,
    )
    fb: float = param(
        2.0, "speaker regularisation: larger values give fewer speakers", low=0.001, high=1000
    )
    loop_probability: float = param(
        0.9,
        "probability that the speaker does not change before the next embedding",
        low=0,
        high=0.999,
        was="loop",
    )
    between_speaker_similarity: float = param(
        0.1,
        "mean cosine similarity of embeddings of different speakers",
        low=0,
        high=0.9,
        was="strangers",
    )


@attrs.frozen
class SpectralParams(ClusterParams):
    """Spectral clustering with an automatic number of neighbours (NME-SC)."""

    max_embeddings: int = param(
        600,
        "maximum number of embeddings, spread over the recording, in one eigenvalue problem; the "
        "others are assigned to the speakers found",
        low=100,
        high=5000,
    )
    most_speakers: int = param(
        20, "maximum number of speakers unless max_speakers is set", low=1, high=100
    )
    neighbour_share: float = param(
        0.25,
        "largest share of the recording's embeddings that are neighbours of one",
        low=0.01,
        high=1,
    )


METHODS = (
    (
        "ahc",
        "agglomerative clustering, average linkage of cosine similarity",
        AhcParams,
        {
            "baseline": "plain loops",
            "vectorized": "rounds of merges by NumPy",
            "numba": "float32 BLAS and nearest-neighbour chains",
            "batched": "rounds of merges by torch",
            "fastcluster": "the library fastcluster",
        },
    ),
    (
        "greedy",
        "each embedding joins the most similar speaker so far or begins a new one",
        GreedyParams,
        {
            "baseline": "plain loops over all embeddings",
            "vectorized": "NumPy on running sums",
            "numba": "one compiled pass",
            "batched": "blocks of embeddings by torch",
        },
    ),
    (
        "vbx",
        "Bayesian hidden Markov model with a state for each speaker (VBx), without a PLDA",
        VbxParams,
        {
            "baseline": "plain loops",
            "vectorized": "NumPy",
            "numba": "a compiled walk through the recording",
            "batched": "products by torch",
        },
    ),
    (
        "spectral",
        "spectral clustering, the largest eigengap gives the number of speakers",
        SpectralParams,
        {
            "baseline": "plain loops",
            "vectorized": "NumPy",
            "numba": "compiled graphs and k-means",
            "batched": "graphs and eigenvectors by torch",
        },
    ),
)
CARDS = [
    Card(
        f"{method}.{technique}",
        f"{what}; {how}",
        params=params,
        tuning=ThreadsOrDevice if technique == "batched" else NoParams,
        needs=(Package("fastcluster", "fastcluster"),) if technique == "fastcluster" else (),
        agreement=EXACT if technique == "baseline" else None,
    )
    for method, what, params, techniques in METHODS
    for technique, how in techniques.items()
]


@hookimpl
def vsat_cluster() -> list[Card]:
    """Agglomerative, greedy, Bayesian and spectral clustering."""
    return CARDS
