"""Results of a recording go to the user's folder without replacing what somebody else wrote or
changed.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from vsat_core.contract import scratch
from vsat_core.engine import result_records as records
from vsat_core.engine.atomic_files import staged, writing_to
from vsat_core.engine.result_records import Origin, Record, ResultEntry, digest_of
from vsat_core.library.location import FOLDER

UNRECORDED = (
    "results are there that VSAT has no record of (from an older version or another program): they "
    "are kept, and the "
    "new ones are beside them as NAME.new.ENDING; --overwrite replaces them"
)


@attrs.frozen
class Delivery:
    """Where the results went, and what the user should know of it."""

    files: list[Path]
    notes: list[str]


def deliver(
    folder: Path,
    names: Sequence[str],
    out: Path,
    stem: str,
    origin: Origin,
    overwrite: bool = False,
) -> Delivery:
    """Publish the files `names` of `folder`, the results of the recording called `stem`, and record
    them.

    A file that VSAT wrote and nobody changed is replaced. Any other file is kept and the new one
    goes beside it, unless `overwrite` is set. Raises OutputError and leaves nothing behind.
    """
    notes: list[str] = []
    with writing_to(out), contextlib.ExitStack() as held:
        out.mkdir(parents=True, exist_ok=True)
        place = None
        with _recording(
            notes
        ):  # there, what a killed run leaves is out of sight and removed by the next one
            place = held.enter_context(scratch.folder(records.make_folder(out)))
        parts = held.enter_context(staged(folder, names, out, place))
        with _recording(notes):
            held.enter_context(records.locked(out))
        record = records.read(out, stem)
        digests = {name: digest_of(parts[name]) for name in names}
        targets = {n: n if overwrite else _free_name(out, n, record, digests[n]) for n in names}
        notes += _notes(out, targets, record, origin)
        with _recording(notes):  # before the files get their names: see result_records
            records.append(
                out, stem, ResultEntry({targets[name]: digests[name] for name in names}, origin)
            )
        files = [parts[name].replace(out / targets[name]) for name in names]
    return Delivery(files, list(dict.fromkeys(notes)))


@contextlib.contextmanager
def _recording(notes: list[str]) -> Iterator[None]:
    """A record that cannot be kept is a note and no failure."""
    try:
        yield
    except OSError:
        notes.append(
            f"no record of these results can be kept in {FOLDER} of the output folder: the "
            "next run "
            "will not replace them; check permissions and space"
        )


def beside(name: str, number: int = 1) -> str:
    """The name of a new result whose own name is taken.

    >>> beside("talk.txt"), beside("talk.txt", 2)
    ('talk.new.txt', 'talk.new2.txt')
    """
    stem, ending = os.path.splitext(name)
    return f"{stem}.new{number if number > 1 else ''}{ending}"


def _free_name(out: Path, name: str, record: Record, digest: str) -> str:
    """The name itself or the first one beside it under which nothing is lost: see
    `_replaceable`.
    """
    names = itertools.chain([name], (beside(name, n) for n in itertools.count(1)))
    return next(n for n in names if _replaceable(out / n, record, digest))


def _replaceable(path: Path, record: Record, digest: str) -> bool:
    """Whether there is no file, or one that VSAT wrote and nobody changed, or one of the same
    content.

    VSAT writes no links.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return True
    with contextlib.suppress(OSError):
        return stat.S_ISREG(mode) and (
            (found := digest_of(path)) == digest or record.wrote(path.name, found)
        )
    return False  # it cannot even be read


def _notes(out: Path, targets: Mapping[str, str], record: Record, origin: Origin) -> list[str]:
    """What is not as the user may think: files kept, results of another recording replaced, files
    left from before.
    """
    latest = record.latest()
    kept = [name for name, target in targets.items() if name != target]
    changed = [name for name in kept if name in latest]
    other = [
        n for n in targets if n not in kept and n in latest and latest[n].sha256 != origin.sha256
    ]
    older = [
        n
        for n, o in latest.items()
        if n not in {*targets, *targets.values()} and _differs(o, origin)
    ]
    older = [name for name in older if os.path.lexists(out / name)]
    notes = []
    if changed:
        news = ", ".join(targets[name] for name in changed)
        notes.append(
            f"changed by hand and kept: {', '.join(changed)}; new: {news} (--overwrite replaces)"
        )
    if len(changed) < len(kept):
        notes.append(UNRECORDED)
    if other and os.path.lexists(out / other[0]):
        notes.append(f"replaced the results of other content of this name: {', '.join(other)}")
    if older:
        notes.append(f"older than these results, from another run: {', '.join(sorted(older))}")
    return notes


def _differs(one: Origin, other: Origin) -> bool:
    """Whether they would give other results."""
    return (one.sha256, one.profile, one.vsat) != (other.sha256, other.profile, other.vsat)
