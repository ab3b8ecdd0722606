"""Machines that measure into one folder: which ones there are, and who computes which answer.

Times are taken by each machine for itself. Answers do not depend on the machine that computes them,
so each is claimed (`executors.claims`), computed once, and read by all others.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from vsat_core.engine import result_records as records
from vsat_core.engine.atomic_files import write_json
from vsat_core.errors import InputError, OutputError
from vsat_core.executors.claims import Claim, Claims
from vsat_core.formats.json_text import parsed_json
from vsat_core.library.location import FOLDER as HIDDEN

FOLDER = "machines"
LOOK_S = 0.2  # between two looks at an answer that another machine computes
LOOKS = 5  # at the claim of a machine


def short_name(machine: str) -> str:
    """A machine's name as part of a file name, different for different machines.

    >>> short_name("bench-1")
    'bench-1'
    """
    plain = re.sub(r"[^a-z0-9.]+", "-", machine.lower()).strip("-.")[:40]
    if plain == machine:
        return plain
    return f"{plain}-{hashlib.sha256(machine.encode()).hexdigest()[:6]}".lstrip("-")


def machines_in(out: Path) -> list[str]:
    """Every machine that has measured into this folder, by name."""
    names = []
    for path in (out / HIDDEN / FOLDER).glob("*.json"):
        with contextlib.suppress(OSError, ValueError):
            names.append(str(parsed_json(path.read_bytes())))
    return sorted(names)


class Sharing:
    """The part of one machine. A context manager; raises InputError if another process measures
    into the same folder on the same machine: both would take wrong times.

    Where the folder cannot hold claims, each machine computes everything.
    """

    def __init__(self, out: Path, machine: str) -> None:
        self._out, self.machine = out, machine
        self._claims: Claims | None = None

    def __enter__(self) -> Sharing:
        with contextlib.suppress(OSError, OutputError):
            self._out.mkdir(parents=True, exist_ok=True)
            place = records.make_folder(self._out) / FOLDER
            write_json(place / f"{short_name(self.machine)}.json", self.machine)
            self._claims = Claims(self._out)
            if not self._is_only_one():
                self._close()
                raise InputError(
                    f"{self._out}: another command measures into this folder on this machine "
                    f"({self.machine}); wait until it ends"
                )
        return self

    def __exit__(self, *exc: object) -> None:
        self._close()

    def alone(self) -> bool:
        """Whether no other machine measures into the folder now."""
        return all(self._ended(other) for other in machines_in(self._out) if other != self.machine)

    @contextlib.contextmanager
    def turn(self, work: str, wait: bool = True) -> Iterator[bool]:
        """Keep other machines from doing this work meanwhile. If one is doing it already, wait for
        its end, or give False.
        """
        claim = self._claim(work)
        while claim is None and wait:
            time.sleep(LOOK_S)
            claim = self._claim(work)
        try:
            yield claim is not None
        finally:
            if claim and self._claims:
                self._claims.release(claim)

    def _claim(self, work: str) -> Claim | Literal[False] | None:
        """The claim on some work, None if another machine has it, False where none can be kept."""
        if self._claims is not None:
            with contextlib.suppress(OSError):
                return self._claims.take(work)
        return False

    def _is_only_one(self) -> bool:
        """Claim this machine, for as long as this lives. Another one that looks whether this one
        has ended holds the claim for a moment.
        """
        for _ in range(LOOKS):
            if self._claim(_claim_of(self.machine)) is not None:
                return True
            time.sleep(LOOK_S)
        return False

    def _ended(self, machine: str) -> bool:
        with self.turn(_claim_of(machine), wait=False) as free:
            return free

    def _close(self) -> None:
        if self._claims is not None:
            self._claims.__exit__()
            self._claims = None


def _claim_of(machine: str) -> str:
    return f"machine {machine}"
