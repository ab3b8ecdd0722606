"""draw: the waveform as a min/max pyramid, to show any stretch of any recording at once."""

import attrs

from vsat_core.plugin import EXACT, Card, Threads, hookimpl, param


@attrs.frozen
class PeaksParams:
    """How fine the picture is."""

    hop: int = param(
        256, "samples (at 16 kHz) that one point of the finest level covers", low=1, high=1_000_000
    )


@attrs.frozen
class Device(Threads):
    """Where the batched technique computes."""

    device: str = param(
        "cpu", "where to compute; threads count on the CPU only", choices=("cpu", "cuda")
    )


@hookimpl
def vsat_draw() -> list[Card]:
    """Lowest and highest sample of every stretch."""
    return [
        Card(
            "peaks.baseline",
            "one point after the other",
            PeaksParams,
            agreement=EXACT,
            target="vsat_plugins.draw.peaks:Baseline",
        ),
        Card(
            "peaks.vectorized",
            "reduceat over blocks",
            PeaksParams,
            target="vsat_plugins.draw.peaks:Vectorized",
        ),
        Card(
            "peaks.numba",
            "one pass over the sound, compiled",
            PeaksParams,
            tuning=Threads,
            target="vsat_plugins.draw.peaks_numba:Numba",
        ),
        Card(
            "peaks.batched",
            "blocks of stretches by torch",
            PeaksParams,
            tuning=Device,
            target="vsat_plugins.draw.peaks_batched:Batched",
        ),
    ]
