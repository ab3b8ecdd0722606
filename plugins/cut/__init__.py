"""Cut speech into pieces that a recogniser likes."""

from __future__ import annotations

import attrs

from vsat_core.plugin import EXACT, Card, hookimpl, param


@attrs.frozen
class Pauses:
    """How long pieces may be and which pauses end them. Seconds."""

    target_s: float = param(
        20.0, "neighbours are joined while the piece stays within this length", low=0.5, high=60
    )
    max_s: float = param(
        25.0, "a piece longer than this is split at its quietest moment", low=2, high=60
    )
    max_pause_s: float = param(1.0, "a pause longer than this always ends a piece", low=0, high=10)
    pad_s: float = param(0.2, "sound kept before and after what was detected", low=0, high=2)
    min_s: float = param(
        0.5, "when a long piece is split, no part is shorter than this", low=0.1, high=1
    )


@attrs.frozen
class Batches:
    """Where torch computes, and how much at a time."""

    device: str = param("cpu", "processor or graphics card", choices=("cpu", "cuda"))
    batch: int = param(8, "long pieces cut together", low=1, high=256)


@hookimpl
def vsat_cut() -> list[Card]:
    """Cuts at pauses, and at changes of voice."""
    return [
        Card(
            name="pauses.baseline",
            target="vsat_plugins.cut.pauses:Baseline",
            summary="joins speech across short pauses, splits what is too long where it is "
            "quietest",
            params=Pauses,
            agreement=EXACT,
        ),
        Card(
            name="pauses.vectorized",
            target="vsat_plugins.cut.pauses_vectorized:Vectorized",
            summary="the same, quietest moments by running sums; NumPy",
            params=Pauses,
        ),
        Card(
            name="pauses.numba",
            target="vsat_plugins.cut.pauses_numba:Numba",
            summary="the same, quietest moments by a compiled loop",
            params=Pauses,
        ),
        Card(
            name="pauses.batched",
            target="vsat_plugins.cut.pauses_batched:Batched",
            summary="the same, quietest moments of several pieces together; torch",
            params=Pauses,
            tuning=Batches,
        ),
        Card(
            name="voices.baseline",
            target="vsat_plugins.cut.voices:Baseline",
            summary="as pauses, but different voices stay apart; for detectors that tell voices "
            "apart",
            params=Pauses,
            agreement=EXACT,
        ),
        Card(
            name="voices.vectorized",
            target="vsat_plugins.cut.voices:Vectorized",
            summary="the same, quietest moments by running sums; NumPy",
            params=Pauses,
        ),
        Card(
            name="voices.numba",
            target="vsat_plugins.cut.voices_numba:Numba",
            summary="the same, quietest moments by a compiled loop",
            params=Pauses,
        ),
    ]
