"""draw: the waveform as a min/max pyramid, to show any stretch of any recording at once."""

import attrs

from vsat_core.plugin import EXACT, Card, Threads, ThreadsOrDevice, hookimpl, param


@attrs.frozen
class PeaksParams:
    """Resolution of the pyramid."""

    hop: int = param(
        256, "samples (at 16 kHz) that one point of the finest level covers", low=1, high=1_000_000
    )


@hookimpl
def vsat_draw() -> list[Card]:
    """Lowest and highest sample of every stretch."""
    return [
        Card("peaks.baseline", "one point after the other", PeaksParams, agreement=EXACT),
        Card("peaks.vectorized", "NumPy, blocks of points", PeaksParams),
        Card("peaks.numba", "compiled, one pass over the sound", PeaksParams, Threads),
        Card("peaks.batched", "torch, blocks of points", PeaksParams, ThreadsOrDevice),
    ]
