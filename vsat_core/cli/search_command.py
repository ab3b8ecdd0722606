"""`vsat search`: words in the recordings of a library, or in all transcripts below a folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.options import library_option
from vsat_core.printable import say

if TYPE_CHECKING:
    from vsat_core.library.finding import Filters, Hit
    from vsat_core.library.searching import Place
    from vsat_core.search.folder import SearchHit

LIMIT = 50


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "words",
        nargs="+",
        metavar="WORD",
        help='all must be in one line; "a quoted phrase" is found as it stands, pre* by its '
        'beginning, "NEAR(one two, 5)" with at most 5 words between',
    )
    parser.add_argument(
        "folder",
        type=Path,
        metavar="DIR",
        nargs="?",
        help="where the transcripts are, at any depth; not needed with --library",
    )
    library_option(parser)
    parser.add_argument(
        "--speaker", action="append", default=[], metavar="NAME", help="said by; may be repeated"
    )
    parser.add_argument(
        "--after", default="", metavar="DATE", help="recorded then or later: 2026-05-01, 2026-05"
    )
    parser.add_argument("--before", default="", metavar="DATE", help="recorded before")
    parser.add_argument("--language", default="", metavar="CODE", help="said in, such as en or de")
    parser.add_argument(
        "--confidence", type=float, default=0.0, metavar="P", help="all words at least so certain"
    )
    parser.add_argument(
        "--in", dest="recording", metavar="RECORDING", help="in this recording, by its name"
    )
    parser.add_argument(
        "--limit",
        type=int,
        default=LIMIT,
        metavar="N",
        help="at most so many (default 50); 0: all",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a match")


def main(args: argparse.Namespace) -> int:
    """Print one line a match: file, time, speaker, context. Exit code 0 with a match, 1 without
    one, as grep does.
    """
    from vsat_core.library.searching import place_of

    place = place_of(args.words, args.folder, args.library)
    found = _in_library(args, place) if place.library else _in_folder(args, place)
    if not found:
        where = f"below {place.folder}" if place.folder else f"in {place.library}"
        say(f"nothing found for {' '.join(place.words)} {where}", file=sys.stderr)
    return 0 if found else 1


def _in_folder(args: argparse.Namespace, place: Place) -> int:
    """The number of matches in the transcripts of a folder without a library."""
    from vsat_core.errors import InputError
    from vsat_core.printable import clock
    from vsat_core.search.folder import search_folder

    asked = (args.speaker, args.after, args.before, args.language, args.confidence, args.recording)
    if any(asked):
        raise InputError(
            f"{place.folder}: has no library, which filters need; vsat library rebuild "
            f"{place.folder} makes one"
        )
    assert place.folder
    number = 0
    for found in search_folder(place.words, place.folder, _note):
        number += 1
        if args.json:
            print(_json(found))
        else:
            say(f"{found.file}  {clock(found.seconds)}  {found.speaker}: {found.context}")
    return number


def _json(found: SearchHit) -> str:
    import json

    import attrs

    return json.dumps(attrs.asdict(found) | {"file": str(found.file)}, ensure_ascii=False)


def _in_library(args: argparse.Namespace, place: Place) -> int:
    """The number of matches in a library."""
    from vsat_core.library.searching import Wanted, search_library
    from vsat_core.printable import clock
    from vsat_core.search.query import Query

    wanted = Wanted(Query.of(place.words), _filters(args), args.recording or "", args.limit)
    answer = search_library(place, wanted, _note)
    for hit in answer.hits:
        if args.json:
            print(_hit_json(place, hit))
        else:
            say(f"{answer.path(hit)}  {clock(hit.start_s)}  {hit.speaker}: {hit.context}")
    if answer.more:
        say(f"vsat: the first {args.limit} matches; --limit 0 shows all", file=sys.stderr)
    return len(answer.hits)


def _hit_json(place: Place, hit: Hit) -> str:
    import json

    from vsat_core.library.location import whole_path

    assert place.library
    facts = hit._asdict() | {"file": str(whole_path(place.library, hit.file))}
    return json.dumps(facts, ensure_ascii=False)


def _filters(args: argparse.Namespace) -> Filters:
    from vsat_core.errors import InputError
    from vsat_core.library.finding import Filters
    from vsat_core.library.searching import date

    if not 0 <= args.confidence <= 1:
        raise InputError(f"--confidence: expected 0 to 1, got {args.confidence:g}")
    if args.limit < 0:
        raise InputError(f"--limit: expected 0 or more, got {args.limit}")
    return Filters(
        tuple(args.speaker),
        date("--after", args.after),
        date("--before", args.before),
        args.language,
        args.confidence,
    )


def _note(line: str) -> None:
    say(f"vsat: {line}", file=sys.stderr)
