"""UEM: which parts of a recording are evaluated."""

from pathlib import Path

from vsat_core.formats.lines import data_lines
from vsat_core.formats.records import Region


def read_uem(path: Path) -> list[Region]:
    """The regions of a file, in its order. Raises InputError for a line that does not fit."""
    regions = []
    for line in data_lines(path):
        recording, _, start, end = line.columns((4,), "UEM", "recording channel start end")
        regions.append(Region(recording, *line.start_and_end(start, end)))
    return regions
