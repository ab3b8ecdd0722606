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
            "row by row; holds one row in memory",
            FilesParams,
            agreement=EXACT,
            target="vsat_plugins.write.files:Baseline",
        ),
        Card(
            "files.buffered",
            "reads the words once for all formats and writes each file at once",
            FilesParams,
            target="vsat_plugins.write.files:Buffered",
        ),
        Card(
            "files.numba",
            "makes the bytes of each file from those of the transcript, compiled",
            FilesParams,
            target="vsat_plugins.write.compiled:Numba",
        ),
    ]
