"""`vsat library`: the recordings of a library, and its care."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.options import library_option
from vsat_core.printable import say

if TYPE_CHECKING:
    from vsat_core.library.library import Library
    from vsat_core.library.recordings import Recording

ACTIONS = {
    "list": "all recordings: when, how long, words, edits",
    "show": "RECORDING: speakers, notes, edits and conflicts; with --words the words and their ids",
    "rebuild": "[DIR]: build the library again from journal and transcripts",
    "check": "whether everything is in order, and which corrections do not fit",
    "forget": "RECORDING: take it out of library, journal and cache for good",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join(f"{name:8s} {help}" for name, help in ACTIONS.items())
    parser.add_argument("action", choices=tuple(ACTIONS), metavar="ACTION", help="see below")
    parser.add_argument(
        "what", nargs="?", metavar="RECORDING", help="by name; for rebuild a folder of transcripts"
    )
    library_option(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder of results whose library is meant (default: as in vsat run)",
    )
    parser.add_argument("--words", action="store_true", help="show: the words and their ids")
    parser.add_argument(
        "--from", dest="begin", type=float, metavar="S", help="show: words from here"
    )
    parser.add_argument("--to", dest="end", type=float, metavar="S", help="show: words up to here")
    parser.add_argument("--yes", action="store_true", help="forget: do not ask")


def main(args: argparse.Namespace) -> int:
    """Do one action."""
    from vsat_core.errors import InputError

    if args.action in ("show", "forget") and not args.what:
        raise InputError(
            f"library {args.action}: expected a recording; vsat library list shows all"
        )
    if args.action == "rebuild":
        return _rebuild(args)
    from vsat_core.library.library import using

    return using(library_path(args), lambda library: _do(args, library), _only_reads(args), _note)


def _do(args: argparse.Namespace, library: Library) -> int:
    if args.action == "list":
        return _list(library)
    if args.action == "check":
        return _check(library)
    one = library.recording(args.what)
    return _forget(args, library, one) if args.action == "forget" else _show(args, library, one)


def library_path(args: argparse.Namespace) -> Path:
    """The library that the options mean."""
    from vsat_core.config.user_config import user_config
    from vsat_core.library.location import library_at, library_for

    config = user_config()
    named = args.library or (None if args.out else config.library_file)
    return library_at(named) if named else library_for(args.out or config.folder)


def _only_reads(args: argparse.Namespace) -> bool:
    import os

    path = library_path(args)
    return not path.exists() or not os.access(path.parent, os.W_OK)


def _note(line: str) -> None:
    say(f"vsat: {line}", file=sys.stderr)


def _list(library: Library) -> int:
    from vsat_core.printable import clock

    for one in library.recordings():
        edits = sum(edit.state == "done" for edit in library.edits(one.id))
        say(
            f"{one.recorded[:16].replace('T', ' '):16s}  {clock(one.seconds):>8s}  "
            f"{one.words:7,} words  {edits:5,} edits  {one.language or '-':3s}  "
            f"{one.file or one.source + ' (no transcript)'}"
        )
    return 0


def _show(args: argparse.Namespace, library: Library, one: Recording) -> int:
    """The facts of a recording, or its words."""
    from vsat_core.printable import clock

    speakers = library.speakers(one.id)
    if args.words:
        begin, end = args.begin or 0.0, args.end if args.end is not None else one.seconds + 3600
        for word in library.words_between(one.id, begin, end):
            times = f"{word.start_ms / 1000:.3f}\t{word.end_ms / 1000:.3f}"
            say(f"{word.id}\t{times}\t{speakers.name(word.speaker)}\t{word.text}")
        return 0
    track = f", track {one.track}" if one.track else ""
    length = f"{clock(one.seconds)}, {one.words:,} words"
    say(f"{one.file or '(no transcript)'}: {one.source}{track}, {length}")
    say(f"recorded {one.recorded or 'at an unknown time'} (from the {one.recorded_from})")
    say(f"speakers: {', '.join(speakers.names())}")
    for remark in library.notes(one.id):
        say(f"{remark.kind} at {clock(remark.at_ms / 1000)}: {remark.text}")
    for edit in library.edits(one.id):
        say(described(edit))
    return 0


def described(edit: object) -> str:
    """One line of the log."""
    from vsat_core.library.reading import Edit

    assert isinstance(edit, Edit)
    fields = {k: v for k, v in edit.operation.items() if k not in ("op", "words", "word")}
    said = f" {' '.join(edit.words)!r}" if edit.words else ""
    what = "".join(f" {key}={value}" for key, value in fields.items())
    state = "" if edit.state == "done" else f" ({edit.state})"
    conflict = f"  CONFLICT: {edit.conflict}" if edit.conflict else ""
    return f"{edit.number}  {edit.time}  {edit.operation['op']}{said}{what}{state}{conflict}"


def _check(library: Library) -> int:
    from vsat_core.library.checking import check

    found = check(library)
    for line in found.problems:
        _note(f"{line}; vsat library rebuild mends it")
    for line in found.notes:
        say(line)
    if not found.problems:
        say(f"{library.path}: in order, {len(library.recordings()):,} recordings")
    return 2 if found.problems else 0


def _rebuild(args: argparse.Namespace) -> int:
    """Build it again, then take in what lies in its folder."""
    from vsat_core.errors import InputError
    from vsat_core.library.arrivals import sync
    from vsat_core.library.library import Library, rebuild
    from vsat_core.library.location import library_for

    folder = Path(args.what) if args.what else None
    if folder is not None and not folder.is_dir():
        raise InputError(f"{folder}: expected a folder of transcripts")
    path = library_path(args) if args.library or folder is None else library_for(folder)
    count = _Counter()
    rebuild(path, count.show)
    with Library.open(path, note=_note) as library:
        sync(library, [folder] if folder else [], count.show, _note)
        n = len(library.recordings())
        words = sum(one.words for one in library.recordings())
    count.end()
    say(f"{path}: {n:,} recordings, {words:,} words")
    return 0


class _Counter:
    """How far it is, on a terminal only."""

    def __init__(self) -> None:
        self._shows = sys.stderr.isatty()

    def show(self, done: int, n: int) -> None:
        if self._shows:
            print(f"\r{done:,} of {n:,} recordings", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._shows:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _forget(args: argparse.Namespace, library: Library, one: Recording) -> int:
    from vsat_core.engine.cache import Cache
    from vsat_core.errors import InputError
    from vsat_core.library.forgetting import forget

    edits = len(library.edits(one.id))
    question = f"forget {one.file or one.source} with {edits:,} edits, for good?"
    if not args.yes:
        if not sys.stdin.isatty():
            raise InputError(f"{question} --yes says so")
        if input(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
            return 1
    done = forget(library, one)
    results = Cache().forget({one.digest}) if one.digest else []
    say(f"forgot {one.source or one.file}: {done.edits:,} edits, {len(results):,} stored results")
    if done.set_aside:
        say(f"removed {len(done.set_aside)} files of damaged libraries, which held it as well")
    if not one.digest:
        say("its sound is not known: vsat cache --forget RECORDING removes its stored results")
    if done.left:
        say(f"its files are still there, and are not searched: {done.left.with_suffix('')}.*")
    return 0
