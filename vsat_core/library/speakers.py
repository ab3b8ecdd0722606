"""The speakers of a recording: their names, and who was merged into whom."""

# annotations are not postponed: NamedTuple would compile each of them, at every start

import sqlite3
from typing import NamedTuple, Self

from vsat_core.errors import InputError, nearest
from vsat_core.library.damage import Damaged

LONGEST_TURNS = 64  # of a speaker: enough to know the same person in another clustering


class Speaker(NamedTuple):
    """`label` is the name in the transcript, or that of a speaker whom an edit added."""

    label: str
    name: str
    merged_into: int | None = None


class Speakers(NamedTuple):
    """All of one recording by number."""

    rows: dict[int, Speaker]

    @classmethod
    def read(cls, base: sqlite3.Connection, recording: int) -> Self:
        """Those in the tables. Raises Damaged."""
        query = "SELECT number, label, name, merged_into FROM speaker WHERE recording = ?"
        made = cls({n: Speaker(*row) for n, *row in base.execute(query, (recording,))})
        made._check()
        return made

    def _check(self) -> None:
        """Raises Damaged for what no edit makes."""
        for number, (label, name, into) in self.rows.items():
            if not (isinstance(number, int) and isinstance(label, str) and isinstance(name, str)):
                raise Damaged(f"speaker {number!r} is none")
            for _ in self.rows:  # as many steps lead to the end, or never
                if into is None:
                    break
                if into not in self.rows:
                    raise Damaged(f"speaker {number} was merged into nobody")
                into = self.rows[into].merged_into
            if into is not None:
                raise Damaged(f"speaker {number} was merged in a circle")

    def root(self, number: int) -> int:
        """Who a speaker is after all merges."""
        while (into := self.rows[number].merged_into) is not None:
            number = into
        return number

    def name(self, number: int) -> str:
        """The present name."""
        return self.rows[self.root(number)].name

    def names(self) -> list[str]:
        """The names of those who were not merged, in order."""
        return [s.name for _, s in sorted(self.rows.items()) if s.merged_into is None]

    def named(self, name: str) -> int | None:
        """Who has this name, else who had it in the transcript."""
        for number, speaker in self.rows.items():
            if speaker.merged_into is None and speaker.name == name:
                return number
        return self.labelled(name)

    def labelled(self, label: str) -> int | None:
        """Who had this name in the transcript, after all merges."""
        found = (n for n, speaker in self.rows.items() if speaker.label == label)
        number = next(found, None)
        return None if number is None else self.root(number)

    def of(self, name: str) -> int:
        """The same as `named`. Raises InputError for a name nobody has."""
        number = self.named(name)
        if number is None:
            raise InputError(
                f"speaker: expected one of {', '.join(self.names())}, got {name!r}"
                f"{nearest(name, self.names())}"
            )
        return number

    def members(self, number: int) -> list[int]:
        """Everybody who was merged into a speaker, and the speaker."""
        return [n for n in self.rows if self.root(n) == number]


def longest_turns(base: sqlite3.Connection, recording: int, number: int) -> list[list[int]]:
    """Where a speaker of the transcript speaks longest: [start_ms, end_ms] in order of time."""
    query = (
        "SELECT start_ms, end_ms FROM turn WHERE recording = ? AND speaker = ? "
        f"ORDER BY end_ms - start_ms DESC, start_ms LIMIT {LONGEST_TURNS}"
    )
    return sorted(map(list, base.execute(query, (recording, number))))
