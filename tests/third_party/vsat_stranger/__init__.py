"""Cut: every stretch of speech whole."""

from vsat_core.plugin import EXACT, Card, hookimpl


@hookimpl
def vsat_cut() -> list[Card]:
    """The one variant this package offers."""
    return [
        Card(
            "stranger.baseline",
            "vsat_stranger.whole:Baseline",
            "no cut inside speech",
            agreement=EXACT,
        )
    ]
