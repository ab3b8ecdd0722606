"""Index: what a search looks in."""

import attrs

from vsat_core.plugin import EXACT, Card, hookimpl, param


@attrs.frozen
class Device:
    """Where torch computes."""

    device: str = param("cpu", "processor or graphics card", choices=("cpu", "cuda"))


@hookimpl
def vsat_index() -> list[Card]:
    """Normalised words to read through, the places of each distinct word, or SQLite's full-text
    index.
    """
    return [
        Card(
            "scan.baseline",
            "vsat_plugins.index.scan:Baseline",
            "normalised words, read through by each search",
            agreement=EXACT,
        ),
        Card(
            "scan.vectorized",
            "vsat_plugins.index.scan:Vectorized",
            "the same, each spelling normalised once",
        ),
        Card(
            "scan.numba",
            "vsat_plugins.index.compiled:Scan",
            "the same from the words' bytes, compiled",
        ),
        Card(
            "inverted.baseline",
            "vsat_plugins.index.inverted:Baseline",
            "a list of places for each word",
            agreement=EXACT,
        ),
        Card(
            "inverted.vectorized",
            "vsat_plugins.index.inverted:Vectorized",
            "the same by sorting the words' bytes",
        ),
        Card(
            "inverted.numba",
            "vsat_plugins.index.compiled:Inverted",
            "the same from the words' bytes, compiled",
        ),
        Card(
            "inverted.batched",
            "vsat_plugins.index.batched:Batched",
            "the same by sorting bytes, eight at a time; torch",
            tuning=Device,
        ),
        Card(
            "fts5.native",
            "vsat_plugins.index.fts5:Native",
            "SQLite's full-text index, a row for each line",
            agreement=EXACT,
        ),
    ]
