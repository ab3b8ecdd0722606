"""`vsat score`: how accurate a result is, and under which rules."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.printable import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsat_core.scoring.materials import Pairing
    from vsat_core.scoring.protocol import Protocol
    from vsat_core.scoring.report import ScoreReport

COLLARS_S = (0.0, 0.25)  # shown when none is asked for


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "reference", type=Path, metavar="REF", help="file, or folder of files, with the truth"
    )
    parser.add_argument(
        "result",
        type=Path,
        metavar="HYP",
        help="file or folder to score; in folders files match by name without the ending",
    )
    parser.add_argument(
        "--uem", type=Path, metavar="FILE", help="score turns only in the regions of this UEM file"
    )
    protocol_options(parser)
    parser.add_argument(
        "--format",
        help="rttm, ctm, stm, seglst, srt, vtt, json or txt (default: by each file's ending)",
    )
    parser.add_argument(
        "--language",
        default="",
        metavar="CODE",
        help="language of the texts, ISO 639-1 (default: what a transcript of vsat run says)",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="also write every count to this file"
    )


def protocol_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `protocols`."""
    parser.add_argument(
        "--collar",
        type=_seconds,
        metavar="SECONDS",
        help="leave out this much on each side of a reference boundary (default: both 0 and 0.25)",
    )
    parser.add_argument(
        "--skip-overlap", action="store_true", help="leave out where several speakers overlap"
    )
    parser.add_argument(
        "--word-collar",
        type=_seconds,
        default=5.0,
        metavar="SECONDS",
        help="how far apart a word may be for tcpWER (default %(default)g)",
    )
    parser.add_argument(
        "--normaliser",
        default="standard/1",
        help="text rules: standard/1, letters/1 or none (default %(default)s)",
    )


def protocols(args: argparse.Namespace, region: str) -> tuple[Protocol, ...]:
    """One protocol for each collar. Raises InputError."""
    from vsat_core.scoring.normalise import NORMALISERS
    from vsat_core.scoring.protocol import Protocol

    check_name("normaliser", args.normaliser, NORMALISERS)
    collars = COLLARS_S if args.collar is None else (args.collar,)
    return tuple(
        Protocol(c, args.skip_overlap, region, args.word_collar, args.normaliser) for c in collars
    )


def check_name(what: str, name: str, known: Iterable[str]) -> None:
    """Raise InputError for a name that does not exist."""
    from vsat_core.errors import InputError, nearest

    if name not in known:
        hint = nearest(name, known)
        raise InputError(f"there is no {what} {name!r}{hint}; there are {', '.join(known)}")


def main(args: argparse.Namespace) -> int:
    """Score every recording and print protocol and tables; 2 if a recording is on one side only."""
    from vsat_core.engine.atomic_files import write_json
    from vsat_core.errors import InputError
    from vsat_core.formats.contents import FORMATS
    from vsat_core.scoring.materials import pair
    from vsat_core.scoring.protocol import EXTENT
    from vsat_core.scoring.report import ScoreReport

    region = EXTENT if args.uem is None else f"the regions of {args.uem}"
    report = ScoreReport(protocols(args, region))
    if args.format is not None:
        check_name("format", args.format, FORMATS)
    for path in (args.reference, args.result):
        if not path.exists():
            raise InputError(f"{path}: does not exist; give a file or a folder to score")
    pairing = pair(args.reference, args.result, args.format)
    for problem in pairing.problems:
        say(f"vsat: {problem}", file=sys.stderr)
    _score(args, pairing, report)
    _print(report, pairing)
    if args.json:
        write_json(args.json, report.as_json())
    return 2 if pairing.problems else 0


def _seconds(text: str) -> float:
    """A number of seconds from 0, for argparse."""
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"needs seconds of 0 or more, got {text}")
    return value


def _score(args: argparse.Namespace, pairing: Pairing, report: ScoreReport) -> None:
    """Add the scores of every pair under every protocol. Raises InputError if a pair has nothing in
    common, or if there is none.
    """
    import attrs

    from vsat_core.errors import InputError
    from vsat_core.formats.uem import read_uem
    from vsat_core.scoring.evaluate import score_turns, score_words
    from vsat_core.scoring.intervals import MIN_RECORDINGS
    from vsat_core.scoring.materials import regions_of

    uem = None if args.uem is None else read_uem(args.uem)
    with_blocks = len(pairing.pairs) < MIN_RECORDINGS
    for recording in pairing.pairs:
        regions = None if uem is None else regions_of(uem, recording, args.uem)
        sides = recording.reference, recording.result
        if args.language:
            sides = attrs.evolve(sides[0], language=args.language), sides[1]
        turns = [
            score_turns(*sides, protocol, regions, with_blocks) for protocol in report.protocols
        ]
        words = score_words(*sides, report.protocols[0], with_blocks)
        if not any(turns) and words is None:
            raise InputError(
                f"{recording.name}: reference and result have nothing in common to score; turns "
                "need RTTM or a transcript of vsat run on both sides, words need text on both sides"
            )
        report.add(recording.name, turns, words)
    if not pairing.pairs:
        raise InputError(f"{args.result}: no recording has both a reference and a result")


def _print(report: ScoreReport, pairing: Pairing) -> None:
    """Protocol, tables, notes."""
    from vsat_core.cli.terminal import table, terminal

    console = terminal()
    for section in report.sections():
        for line in section.protocol:
            console.print(line, soft_wrap=True)
        console.print(table(section.columns, section.rows, right=range(1, len(section.columns))))
        for line in section.intervals:
            console.print(line, soft_wrap=True)
        console.print()
    for note in pairing.notes:
        console.print(f"note: {note}", soft_wrap=True)
