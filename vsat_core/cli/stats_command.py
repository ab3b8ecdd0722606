"""`vsat stats`: who speaks how much."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.options import library_option
from vsat_core.printable import say

if TYPE_CHECKING:
    from vsat_core.stats.measures import RecordingStats, SpeakerStats

COLUMNS = (
    "recording",
    "speaker",
    "talking",
    "share",
    "turns",
    "interruptions",
    "longest turn",
    "questions",
    "words",
    "words/min",
)
RIGHT = range(2, len(COLUMNS))


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="json files of vsat run, or folders of them",
    )
    parser.add_argument(
        "--format",
        choices=("table", "csv", "json"),
        default="table",
        help="how to print (default table); csv and json have times in seconds",
    )
    library_option(parser)


def main(args: argparse.Namespace) -> int:
    """Print the figures of every transcript; one that cannot be read is reported."""
    from vsat_core.config.user_config import user_config
    from vsat_core.errors import VsatError
    from vsat_core.export.stored import read_stored
    from vsat_core.inputs.transcripts import find_transcripts
    from vsat_core.stats.measures import stats_of

    library = args.library or user_config().library_file
    found = find_transcripts(args.paths)
    problems, rows = list(found.problems), []
    for file in found.files:
        try:
            rows.append(stats_of(read_stored(file.path, library)))
        except VsatError as error:
            problems.append(str(error))
    for line in problems:
        say(f"vsat: {line}", file=sys.stderr)
    if rows or not problems:
        _print(rows, args.format)
    return 2 if problems else 0


def _print(rows: Sequence[RecordingStats], kind: str) -> None:
    if kind == "table":
        _table(rows)
        return
    import attrs

    if kind == "json":
        import json

        print(json.dumps([attrs.asdict(row) for row in rows], indent=1, ensure_ascii=False))
        return
    from vsat_core.formats.cells import csv_text

    print(csv_text(_csv(rows)), end="")


def _csv(rows: Sequence[RecordingStats]) -> Iterator[list[str]]:
    """A row for each speaker, what is of the recording in each of its rows."""
    import attrs

    from vsat_core.stats.measures import RecordingStats, SpeakerStats

    own = [f.name for f in attrs.fields(RecordingStats) if f.name != "speakers"]
    of_speaker = [f.name for f in attrs.fields(SpeakerStats)]
    yield [*own, *of_speaker]
    for row in rows:
        facts = [str(getattr(row, name)) for name in own]
        for speaker in row.speakers:
            values = (getattr(speaker, name) for name in of_speaker)
            yield [*facts, *("" if v is None else str(v) for v in values)]


def _table(rows: Sequence[RecordingStats]) -> None:
    from vsat_core.cli.terminal import table, terminal
    from vsat_core.printable import clock, one_line

    console = terminal()
    cells = [
        [one_line(Path(row.file).stem) if i == 0 else "", *_cells(speaker)]
        for row in rows
        for i, speaker in enumerate(row.speakers)
    ]
    console.print(table(COLUMNS, cells, right=RIGHT))
    for row in rows:
        silence = f"silence {clock(row.silence_s)} of {clock(row.seconds)}"
        name = one_line(Path(row.file).stem)
        console.print(f"{name}: {silence} ({row.silence_share:.0%})", soft_wrap=True)


def _cells(speaker: SpeakerStats) -> list[str]:
    from vsat_core.printable import clock, one_line

    speed = speaker.words_per_minute
    return [
        one_line(speaker.speaker),
        clock(speaker.talking_s),
        f"{speaker.share:.0%}",
        str(speaker.turns),
        str(speaker.interruptions),
        f"{clock(speaker.longest_s)} at {clock(speaker.longest_at_s)}",
        str(speaker.questions),
        str(speaker.words),
        "" if speed is None else f"{speed:.0f}",
    ]
