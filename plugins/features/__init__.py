"""features: frames of the speech. Two front ends, each as its network was trained with."""

from vsat_core.plugin import Agreement, Card, Threads, ThreadsOrDevice, close, hookimpl


def _cards(front_end: str, what: str, agreement: Agreement) -> list[Card]:
    """The techniques of one front end. Agreement: float32 differs from float64 by up to 1e-4 (a
    natural logarithm) on speech and 7e-4 in bins 90 dB under a full-scale tone.
    """
    return [
        Card(
            f"{front_end}.baseline",
            f"{what}; one window at a time, float64",
            gives=front_end,
            agreement=agreement,
        ),
        Card(f"{front_end}.vectorized", f"{what}; NumPy, blocks of windows", gives=front_end),
        Card(
            f"{front_end}.numba",
            f"{what}; compiled, eight windows at a time",
            tuning=Threads,
            gives=front_end,
        ),
        Card(
            f"{front_end}.batched",
            f"{what}; torch, blocks of windows",
            tuning=ThreadsOrDevice,
            gives=front_end,
        ),
    ]


@hookimpl
def vsat_features() -> list[Card]:
    """The front ends that come with VSAT."""
    return [
        *_cards("fbank80", "80-bin log mel filter bank as in Kaldi, for CAM++", close(1e-5, 2e-3)),
        *_cards("mel40", "40-bin mel power spectrogram, for d-vectors", close(1e-4, 1e-5)),
    ]
