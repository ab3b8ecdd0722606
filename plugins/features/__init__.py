"""Features: frames of the spoken spans. Two front ends, each as the network behind it was trained
to see it.
"""

import attrs

from vsat_core.plugin import Card, Threads, close, hookimpl, param

_FBANK80 = "80-bin log mel filter bank as Kaldi computes it, for CAM++"
_MEL40 = "40-bin mel power spectrogram, for d-vectors"
_AT = "vsat_plugins.features"

# Float32 against float64, measured: fbank80 differs by up to 1e-4 (a natural logarithm) on speech
# and 7e-4 in bins 90 dB under a full-scale tone; mel40 (power, up to 5 on speech) by 5e-7 on
# speech.


@attrs.frozen
class Device(Threads):
    """Where a batched front end computes."""

    device: str = param(
        "cpu", "where to compute; threads count on the CPU only", choices=("cpu", "cuda")
    )


@hookimpl
def vsat_features() -> list[Card]:
    """The front ends this project ships."""
    return [
        Card(
            "fbank80.baseline",
            f"{_FBANK80}; one window at a time, float64",
            gives="fbank80",
            agreement=close(rtol=1e-5, atol=2e-3),
            target=f"{_AT}.fbank80:Baseline",
        ),
        Card(
            "fbank80.vectorized",
            f"{_FBANK80}; blocks of windows",
            gives="fbank80",
            target=f"{_AT}.fbank80:Vectorized",
        ),
        Card(
            "fbank80.numba",
            f"{_FBANK80}; eight windows side by side, compiled",
            tuning=Threads,
            gives="fbank80",
            target=f"{_AT}.compiled:Fbank80",
        ),
        Card(
            "fbank80.batched",
            f"{_FBANK80}; blocks of windows by torch",
            tuning=Device,
            gives="fbank80",
            target=f"{_AT}.batched:Fbank80",
        ),
        Card(
            "mel40.baseline",
            f"{_MEL40}; one window at a time, float64",
            gives="mel40",
            agreement=close(rtol=1e-4, atol=1e-5),
            target=f"{_AT}.mel40:Baseline",
        ),
        Card(
            "mel40.vectorized",
            f"{_MEL40}; blocks of windows",
            gives="mel40",
            target=f"{_AT}.mel40:Vectorized",
        ),
        Card(
            "mel40.numba",
            f"{_MEL40}; eight windows side by side, compiled",
            tuning=Threads,
            gives="mel40",
            target=f"{_AT}.compiled:Mel40",
        ),
        Card(
            "mel40.batched",
            f"{_MEL40}; blocks of windows by torch",
            tuning=Device,
            gives="mel40",
            target=f"{_AT}.batched:Mel40",
        ),
    ]
