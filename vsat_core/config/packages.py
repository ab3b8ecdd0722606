"""The installed packages that VSAT uses, with their licences, as their metadata says.

Which packages are needed is followed from the requirements of VSAT and of its extras, without those
for working on VSAT itself. What is not installed is left out, so that requirements of other systems
do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import attrs

PROJECT = "vsat-speech"
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")
EXTRA = re.compile(r"extra\s*==\s*[\"']([^\"']+)")
DEVELOPING = ("test", "benchmark", "dev")  # extras of VSAT that no user needs
OSI = "License :: OSI Approved :: "
LONGEST = 80  # some packages put the whole text of their licence where its name belongs
UNKNOWN = "not named"


@attrs.frozen
class InstalledPackage:
    """One package; `needs` are the normal names of the installed packages it requires."""

    name: str
    version: str
    licence: str
    summary: str
    needs: tuple[str, ...]


def used_packages() -> list[InstalledPackage]:
    """VSAT first, then all it needs and its extras need, by name."""
    found: dict[str, InstalledPackage] = {}
    waiting = [PROJECT]
    while waiting:
        name = waiting.pop()
        if name in found or (installed := _installed(name)) is None:
            continue
        needs = tuple(sorted(_needs(installed, name == PROJECT)))
        found[name] = InstalledPackage(
            installed.metadata["Name"],
            installed.version,
            licence_of(installed),
            _field(installed, "Summary"),
            tuple(n for n in needs if _installed(n) is not None),
        )
        waiting += needs
    first = [found.pop(PROJECT)] if PROJECT in found else []
    return first + [found[name] for name in sorted(found)]


def licence_of(installed: Distribution) -> str:
    """The SPDX expression, else the name that the metadata gives, else that of the classifier."""
    if expression := _field(installed, "License-Expression"):
        return expression
    named = " ".join(_field(installed, "License").split())
    classifiers: list[str] = installed.metadata.get_all("Classifier") or []
    classified = ", ".join(c.rpartition(" :: ")[2] for c in classifiers if c.startswith(OSI))
    if named and named != "UNKNOWN" and len(named) <= LONGEST:
        return named
    return classified or (f"{named[:LONGEST]}..." if named else UNKNOWN)


def normal_name(name: str) -> str:
    """A package's name as indexes compare it (PEP 503).

    >>> normal_name("OpenCC.Python_x")
    'opencc-python-x'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def _field(installed: Distribution, name: str) -> str:
    """A field of the metadata, "" where it is not there."""
    return str((installed.metadata.get_all(name) or [""])[0])


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _needs(installed: Distribution, with_extras: bool) -> Iterator[str]:
    for requirement in installed.requires or ():
        named, _, marker = requirement.partition(";")
        match, extra = NAME.match(named), EXTRA.search(marker)
        if match and (not extra or (with_extras and extra[1] not in DEVELOPING)):
            yield normal_name(match[0])
