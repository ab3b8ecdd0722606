"""A library built again from its journal and the transcripts that it names."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from vsat_core.library.catching_up import Progress, building, complete, put_in_place
from vsat_core.library.comparing import differs
from vsat_core.library.connection import identity, set_aside
from vsat_core.library.damage import is_evident
from vsat_core.library.edit_journal import WAIT_S, EditJournal
from vsat_core.library.location import journal_of
from vsat_core.library.ownership import check_owner
from vsat_core.library.salvage import salvaged
from vsat_core.library.schema import LIBRARY


def _silent(*_: object) -> None:
    """For what nobody asked to be told."""


def rebuild(path: Path, progress: Progress = _silent) -> None:
    """Build a library again from its journal and the transcripts that it names; the old file is
    replaced when the new one is ready. Raises OutputError, Busy, Foreign.
    """
    check_owner(path, LIBRARY)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _complete_journal(path), building(path, progress) as built:
        put_in_place(built, path)


def rebuilt_after(
    path: Path,
    error: BaseException,
    seen: tuple[int, int] | None,
    note: Callable[[str], None],
    wait_s: float = WAIT_S,
) -> bool:
    """Whether a library is in order now that was not when an error showed it: because another
    process has replaced the file that was `seen` (see `identity`), or because it is damaged, and is
    set aside and built again. An error that leaves doubt counts only if a library built again says
    something else. Raises OutputError, Busy, Foreign.
    """
    check_owner(path, LIBRARY)
    with _complete_journal(path, wait_s):
        if identity(path) != seen:
            return True
        with building(path) as built:
            if seen and not is_evident(error) and not differs(path, built):
                return False
            aside = set_aside(path) if seen else None
            put_in_place(built, path)
        if aside:
            note(f"{path}: was damaged; it is set aside as {aside.name} and built again")
    return True


@contextlib.contextmanager
def _complete_journal(path: Path, wait_s: float = WAIT_S) -> Iterator[None]:
    """Holds the lock of the journal, which gets what only the tables have."""
    journal = EditJournal(journal_of(path))
    try:
        with journal.locked(wait_s):
            complete(journal, journal.read(), salvaged(path))
            yield
    finally:
        journal.close()
