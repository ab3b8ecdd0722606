"""Index: what a search looks in."""
from vsat_core.plugin import EXACT, Card, hookimpl


@hookimpl
def vsat_index() -> list[Card]:
    """Normalised words to read through, or the places of each distinct word."""
    return [
        Card("scan.baseline", "vsat_plugins.index.scan:Baseline", "normalised words, read through by each search",
             agreement=EXACT),
        Card("inverted.baseline", "vsat_plugins.index.inverted:Baseline", "a list of places for each word",
             agreement=EXACT),
        Card("inverted.vectorized", "vsat_plugins.index.inverted:Vectorized", "the same by sorting the words' bytes"),
    ]
