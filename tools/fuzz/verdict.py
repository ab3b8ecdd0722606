"""What is wrong with how a case ended: nothing, or one of these."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import attrs

from tools.fuzz.cases import Case
from vsat_core.contract.scratch import PREFIX
from vsat_core.printable import CONTROL

MOST_BYTES = 1_000_000_000
FAULT = re.compile(r"unexpected \w+.*--debug shows")  # see vsat_core/failures.py
LINE = re.compile(r"(vsat( \w+)?: |note: |usage: | |warning: |nothing |[\d,]+ of )")
CODES = (0, 1, 2)


@attrs.frozen
class Ended:
    """One command that ended: its exit code, and what it printed."""

    code: int
    out: str
    err: str


def wrong(case: Case, ended: Iterable[Ended], scratch: Path, peak_bytes: int) -> list[str]:
    """All that is wrong; empty for a case that succeeded or was refused in one line."""
    found = []
    for one in ended:
        found += _of_command(one, case.group == "plugin")
    left = [*left_over(case.folder), *left_over(scratch)]
    if left:
        found.append(f"partial file: {left[0]}")
    if case.all_or_nothing and any(one.code for one in ended) and (files := _results(case.folder)):
        found.append(f"file of a failed command: {files[0]}")
    if peak_bytes > MOST_BYTES:
        found.append(f"memory: {peak_bytes / 1e6:.0f} MB")
    return found


def _of_command(one: Ended, plugin: bool) -> list[str]:
    found = []
    text = one.out + one.err
    if "Traceback (most recent call last)" in text:
        found.append("traceback")
    if (fault := FAULT.search(text)) and not plugin:  # whose faults are its own, and say so
        begin = text.rfind("\n", 0, fault.start()) + 1
        found.append(f"fault of the program: {text[begin : fault.end() + 200].splitlines()[0]}")
    if one.code not in CODES:
        found.append(f"exit code {one.code}")
    if one.code == 2 and not one.err.strip():
        found.append("failed without a line")
    if control := CONTROL.search(text):
        found.append(f"control character printed: {control[0]!r}")
    if "not enough memory" in text:
        found.append("memory: asked for more than there is")
    strange = [line for line in one.err.splitlines() if line and not LINE.match(line)]
    if strange:
        found.append(f"strange line: {strange[0][:200]}")
    return found


def left_over(folder: Path) -> list[str]:
    """Files under temporary names, and scratch."""
    found = []
    for place, inner, names in os.walk(folder):
        found += [os.path.join(place, n) for n in inner if n.startswith(PREFIX)]
        found += [os.path.join(place, n) for n in names if _is_partial(n)]
    return found


def _is_partial(name: str) -> bool:
    return (name.endswith(".part") and name.startswith((".vsat-", "library"))) or "-try" in name


def _results(folder: Path) -> list[Path]:
    """Results that a user would see."""
    out = folder / "out"
    return [path for path in out.rglob("*") if path.is_file() and ".vsat" not in path.parts]
