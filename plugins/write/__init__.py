"""Write: the transcript as files for people, players, scoring tools and programs."""

import attrs

from vsat_core.plugin import EXACT, Card, Device, Formats, hookimpl


@attrs.frozen
class FilesParams(Formats):
    """Which files to write, one for each format."""


@hookimpl
def vsat_write() -> list[Card]:
    """The same bytes, row by row or at once."""
    return [
        Card(
            "files.baseline",
            "row by row; holds few rows in memory",
            FilesParams,
            agreement=EXACT,
        ),
        Card(
            "files.vectorized",
            "rows as places among bytes, gathered by NumPy",
            FilesParams,
        ),
        Card(
            "files.numba",
            "rows as places among bytes, put together by a compiled loop",
            FilesParams,
        ),
        Card(
            "files.batched",
            "rows as places among bytes, gathered by torch",
            FilesParams,
            Device,
        ),
    ]
