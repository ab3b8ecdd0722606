"""What a library keeps when everything goes wrong: writers killed at random moments, two at once, a
full disk, a folder that can only be read, zeroed and truncated tables.

python -m tools.benchmarks.library_safety FOLDER --kills 50
python -m tools.benchmarks.library_safety FOLDER --kills 0           a library that can only be read
python -m tools.benchmarks.library_safety FOLDER --small-disk MOUNT   a disk of a few MB, such as a
                                                                      tmpfs mounted with size=12m

Prints one line a case, and exits with 1 if an edit that was reported as saved is lost.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests._support.library_documents import added, document, dump, random_lines, store
from vsat_core.errors import OutputError
from vsat_core.library.library import Library
from vsat_core.library.rebuilding import rebuild

WRITER = """
import sys
from vsat_core.library.library import Library
with Library.open(sys.argv[1]) as library:
    one = library.recording("talk").id
    print("ready", flush=True)
    for k in range(100_000):
        library.apply(one, {"op": "note", "at": 1, "text": f"{sys.argv[2]}-{k}"})
        print(f"{sys.argv[2]}-{k}", flush=True)
"""


def make(folder: Path) -> None:
    """A library with one transcript of some 6,000 words."""
    shutil.rmtree(folder, ignore_errors=True)
    with Library.open(folder) as library:
        added(library, store(folder, document(*random_lines(1, 400))))


def start(folder: Path, name: str) -> subprocess.Popen[str]:
    """A writer that prints each note when it is saved."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), name], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout and writer.stdout.readline() == "ready\n"
    return writer


def killed(writers: Sequence[subprocess.Popen[str]]) -> set[str]:
    """What writers had reported when they were killed."""
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
    return {text for writer in writers if writer.stdout for text in writer.stdout.read().split()}


def kept(folder: Path) -> set[str]:
    """The notes that are there, in sound tables."""
    with Library.open(folder, note=print) as library:
        assert library.base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {note.text for note in library.notes(library.recording("talk").id)}


def kills(folder: Path, n: int) -> bool:
    """Two writers at once, killed at random moments."""
    draw, reported = random.Random(26), set[str]()
    for number in range(n):
        writers = [start(folder, f"{who}{number}") for who in "ab"]
        time.sleep(draw.uniform(0, 0.15))
        reported |= killed(writers)
        if lost := reported - kept(folder):
            print(f"kill {number}: LOST {sorted(lost)[:5]}")
            return False
    print(f"{n} kills of two writers: {len(reported)} edits reported, none lost")
    return True


def damages(folder: Path) -> bool:
    """Zeroed and truncated tables, at several lengths."""
    with Library.open(folder) as library:
        path, before = library.path, dump(library.base)
    for share in (0.0, 0.01, 0.3, 0.7, 0.99):
        for zeroed in (False, True):
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.truncate(round(size * share))
                if zeroed:
                    file.truncate(size)
            rebuild(path) if zeroed and share else None
            with Library.open(folder) as library:
                if dump(library.base) != before:
                    print(f"{'zeroed' if zeroed else 'truncated'} at {share:.0%}: LOST")
                    return False
    print(f"10 damaged files: all {len(before['edit'])} edits and every table as before")
    return True


def full_disk(place: Path) -> bool:
    """Edits until a small disk is full, then with room again."""
    folder = place / "library"
    make(folder)
    saved, refused = [], 0
    filler = place / "filler"
    with Library.open(folder) as library:
        one = library.recording("talk").id
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(4096)) == 4096:
                pass
        for k in range(300):
            try:
                library.apply(one, {"op": "note", "at": 1, "text": f"n{k}"})
                saved.append(f"n{k}")
            except OutputError:
                refused += 1
        filler.unlink()
        library.apply(one, {"op": "note", "at": 1, "text": "after"})
    lost = {*saved, "after"} - kept(folder)
    print(f"full disk: {len(saved)} edits saved, {refused} refused, {len(lost)} lost")
    return not lost and refused > 0


def read_only(folder: Path) -> bool:
    """Search in a library of a folder that is mounted so that it can only be read."""
    command = [sys.executable, "-m", "vsat_core", "search", "budget", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    n = len(done.stdout.splitlines())
    print(f"read-only folder: search ends with {done.returncode}, {n} matches {done.stderr[:200]}")
    try:
        with Library.open(folder, readonly=True) as library:
            library.apply(library.recording("talk").id, {"op": "delete", "words": [3]})
    except OutputError as error:
        print(f"read-only folder: edit: {error}")
        return done.returncode == 0
    return False


def main() -> int:
    """All cases."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--small-disk", type=Path)
    args = parser.parse_args()
    good = []
    if args.kills:
        make(args.folder)
        good += [kills(args.folder, args.kills), damages(args.folder)]
    else:
        good.append(read_only(args.folder))
    if args.small_disk:
        good.append(full_disk(args.small_disk))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
