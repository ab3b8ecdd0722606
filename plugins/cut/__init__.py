"""Cut: pieces of speech of a length that suits the recogniser."""

import attrs

from vsat_core.plugin import EXACT, Batches, Card, NoParams, hookimpl, param


@attrs.frozen
class CutParams:
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


METHODS = {
    "pauses": "joins speech across short pauses, splits what is too long where it is quietest",
    "voices": "as pauses, but different voices stay separate; for detectors that number voices",
}
TECHNIQUES = (
    ("baseline", "plain loops", NoParams),
    ("vectorized", "quietest moments by running sums; NumPy", NoParams),
    ("numba", "quietest moments by a compiled loop", NoParams),
    ("batched", "quietest moments of several pieces together; torch", Batches),
)
CARDS = [
    Card(
        f"{method}.{technique}",
        f"{what}; {how}",
        params=CutParams,
        tuning=tuning,
        agreement=EXACT if technique == "baseline" else None,
    )
    for method, what in METHODS.items()
    for technique, how, tuning in TECHNIQUES
]


@hookimpl
def vsat_cut() -> list[Card]:
    """Cuts at pauses, and at changes of voice."""
    return CARDS
