"""Write: the transcript as files for people, players, scoring tools and programs."""

import attrs

from vsat_core.plugin import EXACT, Card, Formats, hookimpl


@attrs.frozen
class FilesParams(Formats):
    """Which files to write, one for each format."""


@hookimpl
def vsat_write() -> list[Card]:
    """The same bytes, row by row or at once."""
    return [
        Card(
            "files.baseline",
            "vsat_plugins.write.files:Baseline",
            "row by row; holds one row in memory",
            FilesParams,
            agreement=EXACT,
        ),
        Card(
            "files.buffered",
            "vsat_plugins.write.files:Buffered",
            "reads the words once for all formats and writes each file at once",
            FilesParams,
        ),
        Card(
            "files.numba",
            "vsat_plugins.write.compiled:Numba",
            "makes the bytes of each file from those of the transcript, compiled",
            FilesParams,
        ),
    ]
