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
            "normalised words, read through by each search",
            agreement=EXACT,
            target="vsat_plugins.index.scan:Baseline",
        ),
        Card(
            "scan.vectorized",
            "the same, each spelling normalised once",
            target="vsat_plugins.index.scan:Vectorized",
        ),
        Card(
            "scan.numba",
            "the same from the words' bytes, compiled",
            target="vsat_plugins.index.compiled:Scan",
        ),
        Card(
            "inverted.baseline",
            "a list of places for each word",
            agreement=EXACT,
            target="vsat_plugins.index.inverted:Baseline",
        ),
        Card(
            "inverted.vectorized",
            "the same by sorting the words' bytes",
            target="vsat_plugins.index.inverted:Vectorized",
        ),
        Card(
            "inverted.numba",
            "the same from the words' bytes, compiled",
            target="vsat_plugins.index.compiled:Inverted",
        ),
        Card(
            "inverted.batched",
            "the same by sorting bytes, eight at a time; torch",
            tuning=Device,
            target="vsat_plugins.index.batched:Batched",
        ),
        Card(
            "fts5.native",
            "SQLite's full-text index, a row for each line",
            agreement=EXACT,
            target="vsat_plugins.index.fts5:Native",
        ),
    ]
