"""Index: what a search looks in."""

from vsat_core.plugin import EXACT, Card, Device, hookimpl


@hookimpl
def vsat_index() -> list[Card]:
    """Normalised words to read through, the places of each distinct word, or SQLite's full-text
    index.
    """
    return [
        Card("scan.baseline", "normalised words, read through by each search", agreement=EXACT),
        Card("scan.vectorized", "the same, each spelling normalised once"),
        Card("scan.numba", "the same, spellings found by a compiled hash table"),
        Card("inverted.baseline", "a list of places for each word", agreement=EXACT),
        Card("inverted.vectorized", "the same, each spelling normalised once; a stable sort"),
        Card("inverted.numba", "the same by a compiled hash table and counting sort"),
        Card("inverted.batched", "the same by sorting with torch", tuning=Device),
        Card("fts5.native", "SQLite's full-text index, a row for each line", agreement=EXACT),
    ]
