"""Cut: every stretch of speech whole."""

from vsat_core.plugin import EXACT, Card, hookimpl


@hookimpl
def vsat_cut() -> list[Card]:
    """The one variant this package offers."""
    return [
        Card(
            "stranger.baseline",
            "no cut inside speech",
            agreement=EXACT,
            target="vsat_stranger.whole:Baseline",
        )
    ]
