"""Features: frames of the spoken spans. Two front ends, each as the network behind it was trained to see it."""
from vsat_core.plugin import Card, close, hookimpl

_FBANK80 = "80-bin log mel filter bank as Kaldi computes it, for CAM++"
_MEL40 = "40-bin mel power spectrogram, for d-vectors"

# Float32 against float64, measured: fbank80 differs by up to 1e-4 (a natural logarithm) on speech and 7e-4 in bins
# 90 dB under a full-scale tone; mel40 (power, up to 5 on speech) by 5e-7 on speech.


@hookimpl
def vsat_features() -> list[Card]:
    """The front ends this project ships."""
    return [
        Card(
            "fbank80.baseline", "vsat_plugins.features.fbank80:Baseline", f"{_FBANK80}; one window at a time, float64",
            gives="fbank80", agreement=close(rtol=1e-5, atol=2e-3),
        ),
        Card(
            "fbank80.vectorized", "vsat_plugins.features.fbank80:Vectorized", f"{_FBANK80}; blocks of windows, float32",
            gives="fbank80",
        ),
        Card(
            "mel40.baseline", "vsat_plugins.features.mel40:Baseline", f"{_MEL40}; one window at a time, float64",
            gives="mel40", agreement=close(rtol=1e-4, atol=1e-5),
        ),
        Card(
            "mel40.vectorized", "vsat_plugins.features.mel40:Vectorized", f"{_MEL40}; blocks of windows, float32",
            gives="mel40",
        ),
    ]
