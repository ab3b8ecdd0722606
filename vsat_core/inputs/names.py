"""Names of results that the output file system takes, found out before any work."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

RESERVED_BYTES = 18  # of the longest ending: ".audacity.new2.txt"
PROBED_AT_ONCE = 30  # characters of at most 4 bytes each
SHORTEST_LIMIT = 64  # bytes of a name; any file system takes that
PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-+()[]{}!#$%&',;=@^`~"
)


@attrs.define
class OutputNames:
    """What the file system of an output folder does with names. `probe` finds it out by making a
    few empty files.
    """

    folder: Path
    limit: int = 255  # bytes
    ignores_case: bool = False
    ignores_form: bool = False  # composed and decomposed Unicode are the same name
    _accepted: dict[str, bool] = attrs.field(factory=dict)

    @classmethod
    def probe(cls, folder: Path) -> OutputNames:
        """The rules of an existing folder. Raises nothing: what cannot be found out is taken for
        usual.
        """
        rules = cls(folder)
        for place in (folder, Path(tempfile.gettempdir())):  # results are made in the second
            with contextlib.suppress(OSError, ValueError):
                rules.limit = max(
                    SHORTEST_LIMIT, min(rules.limit, os.pathconf(place, "PC_NAME_MAX"))
                )
        rules.ignores_case = rules._same("vsat-CASE", "vsat-case")
        rules.ignores_form = rules._same("vsat-\u00e9", "vsat-e\u0301")
        return rules

    def fold(self, name: str) -> str:
        """The same text for names that are one name here."""
        if self.ignores_form:
            name = unicodedata.normalize("NFC", name)
        return name.casefold() if self.ignores_case else name

    def fitting(self, name: str, reserved: int = 0) -> str:
        """The name if it is accepted here with `reserved` more bytes, else a changed one.

        The changed name is the beginning of `name`, with "_" for refused characters, "~" and a
        digest of `name`.
        """
        allowed = "".join(c if self._accepts(c) else "_" for c in name)
        room = self.limit - reserved
        if allowed == name and len(os.fsencode(name)) <= room:
            return name
        return tagged(allowed, name, room)

    def learn(self, names: Iterable[str]) -> None:
        """Try the unusual characters of all these names, many in one file name."""
        new = sorted({c for name in names for c in name} - PLAIN - self._accepted.keys())
        for some in (new[i : i + PROBED_AT_ONCE] for i in range(0, len(new), PROBED_AT_ONCE)):
            together = self._can_make(some)
            self._accepted |= {c: together or self._can_make([c]) for c in some}

    def _accepts(self, character: str) -> bool:
        if character not in PLAIN and character not in self._accepted:
            self.learn(character)
        return character in PLAIN or self._accepted[character]

    def _can_make(self, characters: Iterable[str]) -> bool:
        path = self.folder / f".vsat-{os.getpid()}-{''.join(characters)}-try"
        try:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            path.unlink()
        except (OSError, ValueError):
            return False
        return True

    def _same(self, one: str, other: str) -> bool:
        """Whether a file made under one name is found under the other."""
        try:
            with tempfile.TemporaryDirectory(prefix=".vsat-", dir=self.folder) as folder:
                Path(folder, one).touch()
                return Path(folder, other).exists()
        except (OSError, ValueError):  # the second where the locale has no such letters
            return False


def tagged(name: str, identity: str, room: int) -> str:
    """The beginning of `name` and a digest of `identity`, at most `room` bytes together.

    >>> tagged("a very long name", "a very long name", 20)
    'a very long~4e54041b'
    """
    tag = f"~{hashlib.sha256(os.fsencode(identity)).hexdigest()[:8]}"
    while len(os.fsencode(name)) > room - len(tag):
        name = name[:-1]
    return name.rstrip(" .") + tag


def distinct(
    rows: Sequence[tuple[Path, Path]], rules: OutputNames, called: Mapping[Path, str]
) -> dict[Path, str]:
    """A name for the results of each recording, given as (path, output folder).

    It is the one in `called`, else the file's own without the ending. Those that would share a name
    keep their ending; those that still do get a digest of their path.
    """

    def form(path: Path, attempt: int) -> str:
        name = called.get(path) or (path.name if attempt == 1 else path.stem)
        fit = rules.fitting(name, RESERVED_BYTES)
        return (
            fit
            if attempt < 2
            else tagged(fit, os.path.realpath(path), rules.limit - RESERVED_BYTES)
        )

    rules.learn([*called.values(), *(path.name for path, _ in rows)])
    names = {path: form(path, 0) for path, _ in rows}
    for attempt in (1, 2):
        keys = {path: (rules.fold(str(out)), rules.fold(names[path])) for path, out in rows}
        taken = Counter(keys.values())
        names |= {path: form(path, attempt) for path, key in keys.items() if taken[key] > 1}
    return names
