"""UEM: which parts of a recording are evaluated."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vsat_core.formats.lines import data_lines, seconds_text, token
from vsat_core.formats.records import Region


def read_uem(path: Path) -> list[Region]:
    """The regions of a file, in its order. Raises InputError for a line that does not fit."""
    regions = []
    for line in data_lines(path):
        recording, _, start, end = line.columns((4,), "UEM", "recording channel start end")
        regions.append(Region(recording, *line.start_and_end(start, end)))
    return regions


def uem_text(regions: Iterable[Region]) -> str:
    """The content of a UEM file with these regions."""
    return "".join(
        f"{token(r.recording)} 1 {seconds_text(r.start_s)} {seconds_text(r.end_s)}\n"
        for r in regions
    )
