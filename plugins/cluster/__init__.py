"""Cluster: which voice prints are one person, how many there are, and so who spoke when."""

import attrs

from vsat_core.plugin import EXACT, Card, NoParams, Package, SpeakerCount, Threads, hookimpl, param


@attrs.frozen
class ClusterParams(SpeakerCount):
    """What every method does before and after it groups voice prints."""

    min_print_s: float = param(
        0.9,
        "voice prints of shorter sound found no speakers, they only join one, in seconds",
        low=0,
        high=10,
    )
    min_talk_s: float = param(
        1.0,
        "a speaker found by the method who talks less becomes the most similar other one, in "
        "seconds",
        low=0,
        high=60,
    )
    doubtful_talk_s: float = param(
        3.5,
        "a speaker found by the method who talks less may be a part of another one's voice, in "
        "seconds",
        low=0,
        high=60,
    )
    doubtful_alike: float = param(
        0.62,
        "and is if this alike to that voice on average, as a share of how alike its own oddest "
        "prints are to it",
        low=0,
        high=2,
    )
    join_s: float = param(
        0.0, "one speaker's turns this close become one, in seconds", low=0, high=10
    )


@attrs.frozen
class Device(Threads):
    """Tuning of variants that compute with torch."""

    device: str = param(
        "cpu", "where to compute; threads count on the CPU only", choices=("cpu", "cuda")
    )


@attrs.frozen
class AhcParams(ClusterParams):
    """Agglomerative clustering."""

    threshold: float = param(
        0.5,
        "groups are one speaker if on average this alike (cosine), as a share of how alike one "
        "voice's prints are",
        low=0,
        high=2,
    )
    apart: float = param(
        0.1,
        "similarity taken from prints within 7 seconds that the detector gave to different voices",
        low=0,
        high=1,
    )
    most_prints: int = param(
        3000,
        "speakers are found from so many voice prints at most, spread over the recording; the "
        "others join them",
        low=100,
        high=100_000,
    )


@attrs.frozen
class GreedyParams(ClusterParams):
    """One pass through the recording."""

    threshold: float = param(
        0.6,
        "a print joins a speaker if this alike (cosine), as a share of how alike one voice's "
        "prints are",
        low=0,
        high=2,
    )
    most_prints: int = param(
        3000,
        "speakers are found from so many voice prints at most, spread over the recording; the "
        "others join them",
        low=100,
        high=100_000,
    )


@attrs.frozen
class VbxParams(AhcParams):
    """Bayesian HMM clustering; what agglomerative clustering finds is its first guess."""

    threshold: float = param(
        0.5,
        "first guess: groups are one speaker if on average this alike, as a share of how alike "
        "one voice's are",
        low=0,
        high=2,
    )
    fa: float = param(
        0.3,
        "weight of the evidence: below 1, because prints near each other say the same",
        low=0.001,
        high=10,
    )
    fb: float = param(4.0, "what a speaker costs: more finds fewer of them", low=0.001, high=1000)
    loop: float = param(
        0.9, "probability that nobody else begins to talk before the next print", low=0, high=0.999
    )
    strangers: float = param(
        0.1, "cosine similarity of two people's prints on average", low=0, high=0.9
    )


@attrs.frozen
class SpectralParams(ClusterParams):
    """Spectral clustering with an automatic number of neighbours (NME-SC)."""

    threshold: float = param(
        0.5,
        "groups are one speaker if on average this alike (cosine), as a share of how alike one "
        "voice's prints are",
        low=0,
        high=2,
    )
    most_speakers: int = param(
        20, "looks for no more speakers than this unless told to", low=1, high=100
    )
    neighbour_share: float = param(
        0.25,
        "largest share of the recording's voice prints that one is compared with",
        low=0.01,
        high=1,
    )


CARDS = (
    Card(
        "ahc.baseline",
        "agglomerative clustering, average linkage of cosine similarity; plain loops",
        params=AhcParams,
        tuning=NoParams,
        agreement=EXACT,
        target="vsat_plugins.cluster.ahc:Baseline",
    ),
    Card(
        "ahc.vectorized",
        "agglomerative clustering, average linkage of cosine similarity; SciPy",
        params=AhcParams,
        tuning=NoParams,
        target="vsat_plugins.cluster.ahc_linkage:Vectorized",
    ),
    Card(
        "ahc.numba",
        "agglomerative clustering, average linkage of cosine similarity; float32 BLAS and "
        "nearest-neighbour chains",
        params=AhcParams,
        tuning=NoParams,
        target="vsat_plugins.cluster.ahc_numba:Numba",
    ),
    Card(
        "ahc.batched",
        "agglomerative clustering, average linkage of cosine similarity; rounds of merges by torch",
        params=AhcParams,
        tuning=Device,
        target="vsat_plugins.cluster.ahc_batched:Batched",
    ),
    Card(
        "ahc.native",
        "agglomerative clustering, average linkage of cosine similarity; fastcluster",
        params=AhcParams,
        tuning=NoParams,
        needs=(Package("fastcluster", "fastcluster"),),
        target="vsat_plugins.cluster.ahc_linkage:Native",
    ),
    Card(
        "greedy.baseline",
        "each voice print joins the most similar speaker so far or begins a new one; plain loops "
        "over all prints",
        params=GreedyParams,
        tuning=NoParams,
        agreement=EXACT,
        target="vsat_plugins.cluster.greedy:Baseline",
    ),
    Card(
        "greedy.vectorized",
        "each voice print joins the most similar speaker so far or begins a new one; NumPy on "
        "running sums",
        params=GreedyParams,
        tuning=NoParams,
        target="vsat_plugins.cluster.greedy:Vectorized",
    ),
    Card(
        "greedy.numba",
        "each voice print joins the most similar speaker so far or begins a new one; one compiled "
        "pass",
        params=GreedyParams,
        tuning=NoParams,
        target="vsat_plugins.cluster.greedy_numba:Numba",
    ),
    Card(
        "greedy.batched",
        "each voice print joins the most similar speaker so far or begins a new one; blocks of "
        "prints by torch",
        params=GreedyParams,
        tuning=Device,
        target="vsat_plugins.cluster.greedy_batched:Batched",
    ),
    Card(
        "vbx.baseline",
        "Bayesian hidden Markov model with a state for each speaker (VBx), without a PLDA; plain "
        "loops",
        params=VbxParams,
        agreement=EXACT,
        target="vsat_plugins.cluster.vbx:Baseline",
    ),
    Card(
        "vbx.vectorized",
        "Bayesian hidden Markov model with a state for each speaker (VBx), without a PLDA; NumPy",
        params=VbxParams,
        target="vsat_plugins.cluster.vbx:Vectorized",
    ),
    Card(
        "spectral.baseline",
        "spectral clustering, the largest eigengap says how many speakers there are; plain loops",
        params=SpectralParams,
        tuning=NoParams,
        agreement=EXACT,
        target="vsat_plugins.cluster.spectral:Baseline",
    ),
    Card(
        "spectral.vectorized",
        "spectral clustering, the largest eigengap says how many speakers there are; NumPy",
        params=SpectralParams,
        tuning=NoParams,
        target="vsat_plugins.cluster.spectral:Vectorized",
    ),
)


@hookimpl
def vsat_cluster() -> list[Card]:
    """The clusterings this project ships."""
    return list(CARDS)
